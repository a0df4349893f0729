"""One file a measure: `measure(stand)` returns its figures; `python -m bench.measures.NAME` runs it alone."""
