"""What the delivery engine costs, measured against what it cannot do without: see docs/benchmarks.md."""
