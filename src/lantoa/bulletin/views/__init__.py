"""What the bulletin answers: people in `reading`, machines in `machine`."""
