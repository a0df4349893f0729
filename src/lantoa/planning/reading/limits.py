"""How much of a file is read before it is refused, and why that much."""

MAX_UPLOAD = 10 * 1024 * 1024
"""Bytes. Plan 171/KH-UBND as .docx is 40 kB; a plan with scanned seals and appendices stays under 5 MB."""

MAX_LINES = 20_000
"""A province's five-year plan with every appendix runs to about 3,000 lines."""

MAX_TEXT = 2_000_000
"""Characters; 20,000 lines of a hundred."""

MAX_ENTRIES = 2_000
"""Members of a .docx; Word itself writes about 15, one more for each picture."""

MAX_UNPACKED = 60 * 1024 * 1024
"""Bytes of all members together."""

MAX_RATIO = 200
"""Unpacked over packed bytes of a member above 1 MB; honest XML stays under 30."""

MAX_DEPTH = 60
"""Nesting of tables and frames inside a Word document."""

MAX_PAGES = 400
"""Pages of a PDF."""
