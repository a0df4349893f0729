"""Baked pages: what everybody reads the same, kept as files and bytes until something on it changes.

`layer` is the outermost WSGI layer, `shelf` the files, `stamps` the question "is it still fresh?".
"""
