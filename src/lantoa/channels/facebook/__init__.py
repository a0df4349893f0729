"""Posts on a Facebook Page of ours, and what people write under them."""
