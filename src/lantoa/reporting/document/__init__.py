"""Official documents in the layout of Decree 30/2020/NĐ-CP, as Word files; pure values in, bytes out."""

from .content import (
    Align,
    Appendix,
    Blank,
    Block,
    Cell,
    Dash,
    Heading,
    Kind,
    OfficialDocument,
    Paragraph,
    Point,
    Signature,
    Table,
)
from .writer import word_file

__all__ = [
    "Align",
    "Appendix",
    "Blank",
    "Block",
    "Cell",
    "Dash",
    "Heading",
    "Kind",
    "OfficialDocument",
    "Paragraph",
    "Point",
    "Signature",
    "Table",
    "word_file",
]
