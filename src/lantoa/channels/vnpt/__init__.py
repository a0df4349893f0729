"""SMS through a VNPT-style gateway that knows templates and their parameters, and no free text."""
