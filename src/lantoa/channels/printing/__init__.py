"""Printed matter of the public channels: sheets typeset as tagged PDF, tables, articles; plain values in, bytes out."""
