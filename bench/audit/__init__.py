"""`make audit-portal`: the real pages, on a served product with thousands of articles, as a cheap phone meets them."""
