"""SMS through an eSMS-style JSON gateway."""
