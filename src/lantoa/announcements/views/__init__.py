"""What the announcements answer: people in `reading`, machines in `machine`."""
