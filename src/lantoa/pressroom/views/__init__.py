"""The desk of the press room."""
