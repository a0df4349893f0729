"""The same messages through other people's queues, set up as their own documentation advises for throughput."""
