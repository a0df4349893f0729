"""What an official document says, before anything is laid out: plain values, checked when they are made.

The words in brackets are the Decree's own (Decree 30/2020/NĐ-CP, Annex I, numbered boxes of the layout diagram).
"""

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Literal

from lantoa.kernel.text import normalise

_SPACES = re.compile(r"[ \t\n]+")
_ACADEMIC = re.compile(r"^(?:GS|PGS|TSKH|TS|ThS|Th\.S|BS|KS|CN|BSCK\w*|CKI{1,2}|NGƯT|NSND|NSƯT)(?:\.|\s)")
_SHA256 = re.compile(r"[0-9a-f]{64}")


class Kind(Enum):
    """Types laid out as models 1.4, 1.5, 1.7 and 1.9, with the abbreviation of Annex III; a letter has none."""

    REPORT = ("BC", "Báo cáo")
    PLAN = ("KH", "Kế hoạch")
    SUBMISSION = ("TTr", "Tờ trình")
    NOTICE = ("TB", "Thông báo")
    PROGRAMME = ("CTr", "Chương trình")
    GUIDANCE = ("HD", "Hướng dẫn")
    MINUTES = ("BB", "Biên bản")
    INVITATION = ("GM", "Giấy mời")
    LETTER = ("", "Công văn")

    @property
    def abbreviation(self) -> str:
        """The letters before the issuer's in the symbol (ký hiệu)."""
        return self.value[0]

    @property
    def title(self) -> str:
        """The name of the type (tên loại) as a word, not in capitals."""
        return self.value[1]

    def symbol(self, issuer: str, drafter: str = "") -> str:
        """Return the symbol: "BC-SNNMT" for a report, "UBND-VX" for a letter drafted by VX."""
        parts = (issuer, drafter) if self is Kind.LETTER else (self.abbreviation, issuer)
        return "-".join(part for part in parts if part)


class Blank(Enum):
    """Why a cell has no figure, with the sign of Vietnam's statistical yearbooks; zero is a figure and prints as 0."""

    MISSING = "…"
    NOT_APPLICABLE = "-"


type Cell = str | int | float | Decimal | Blank
type Align = Literal["left", "center", "right"]


@dataclass(frozen=True)
class Heading:
    """A heading: level 1 is numbered I, II, … in capitals (mục), level 2 is numbered 1, 2, … (khoản)."""

    text: str
    level: Literal[1, 2] = 1

    def __post_init__(self) -> None:
        _tidy(self, "text")


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of running text."""

    text: str

    def __post_init__(self) -> None:
        _tidy(self, "text")


@dataclass(frozen=True)
class Point:
    """A lettered point (điểm): a) b) c) d) đ) e) g) …, counted anew after each heading; 23 at most."""

    text: str

    def __post_init__(self) -> None:
        _tidy(self, "text")


@dataclass(frozen=True)
class Dash:
    """An item after a dash (gạch đầu dòng)."""

    text: str

    def __post_init__(self) -> None:
        _tidy(self, "text")


@dataclass(frozen=True)
class Table:
    """A table whose header is repeated on each page.

    Figures print as 1.234,5 on the right, text on the left, and a column headed TT or STT in the middle, unless
    `aligns` says otherwise. `widths` are shares of the page width; without them columns follow their content. The
    last `totals` rows are bold.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    caption: str = ""
    unit: str = ""
    widths: tuple[float, ...] = ()
    aligns: tuple[Align, ...] = ()
    totals: int = 0

    def __post_init__(self) -> None:
        _tidy(self, "caption", "unit")
        _tidy_all(self, "header")
        columns = len(self.header)
        _demand(columns > 0, "A table needs at least one column.")
        _demand(all(len(row) == columns for row in self.rows), f"Every row needs {columns} cells, as the header has.")
        _demand(len(self.widths) in (0, columns), f"Give no widths or {columns}.")
        _demand(all(width > 0 for width in self.widths), "Widths are shares above zero.")
        _demand(len(self.aligns) in (0, columns), f"Give no aligns or {columns}.")


type Block = Heading | Paragraph | Point | Dash | Table


@dataclass(frozen=True)
class Signature:
    """Who signs [7a-7c]: authority lines such as "TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", the office held, the name.

    Without a name its place stays empty. Academic titles do not stand before the name in an administrative document
    (ValueError).
    """

    title: str
    name: str | None = None
    authority: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        _tidy(self, "title")
        _tidy_all(self, "authority")
        if self.name is not None:
            _tidy(self, "name")
            _demand(not _ACADEMIC.match(self.name), f"A signature bears no academic title: {self.name}.")


@dataclass(frozen=True)
class Appendix:
    """An appendix (phụ lục) on pages of its own; `landscape` for wide tables."""

    title: str
    body: tuple[Block, ...]
    landscape: bool = False

    def __post_init__(self) -> None:
        _tidy(self, "title")


@dataclass(frozen=True)
class OfficialDocument:
    """An official document, complete: the same value always gives the same file.

    `symbol` is what follows the slash of the number (`Kind.symbol` makes it). Without `number` or `date` their places
    stay blank to be filled by hand. Line breaks in `issuer`, `issuer_parent` and `abstract` are kept, elsewhere they
    are spaces. `data_hash` is the SHA-256, in hex, of the figures the document states. The body ends in text, because
    a table cannot bear the closing "./." (ValueError).
    """

    kind: Kind
    symbol: str
    issuer: str
    place: str
    abstract: str
    body: tuple[Block, ...]
    signature: Signature
    number: int | None = None
    date: datetime.date | None = None
    issuer_parent: str = ""
    title: str = ""
    addressees: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    filed: str = "VT"
    appendices: tuple[Appendix, ...] = ()
    data_hash: str = ""

    def __post_init__(self) -> None:
        _tidy(self, "symbol", "place", "title", "filed")
        _tidy_lines(self, "issuer", "issuer_parent", "abstract")
        _tidy_all(self, "addressees", "bases", "recipients")
        _demand(bool(self.symbol and self.issuer and self.place), "A document needs a symbol, an issuer and a place.")
        _demand(self.number is None or self.number > 0, "Document numbers start at 1.")
        ends_in_text = bool(self.body) and not isinstance(self.body[-1], Table | Heading)
        _demand(ends_in_text, "The body ends in text, not in a table or a heading.")
        _demand(
            not self.data_hash or bool(_SHA256.fullmatch(self.data_hash)), "data_hash is SHA-256 in lower-case hex."
        )


def plain(text: str) -> str:
    """Return text fit for one paragraph of a Word file: NFC, visible, single spaces; non-breaking spaces stay."""
    visible = (c for c in normalise(text) if c not in "\ufffe\uffff")
    return _SPACES.sub(" ", "".join(visible)).strip(" ")


def _tidy(value: object, *fields: str) -> None:
    for name in fields:
        object.__setattr__(value, name, plain(getattr(value, name)))


def _tidy_lines(value: object, *fields: str) -> None:
    for name in fields:
        lines = (plain(line) for line in getattr(value, name).splitlines())
        object.__setattr__(value, name, "\n".join(line for line in lines if line))


def _tidy_all(value: object, *fields: str) -> None:
    for name in fields:
        texts: Iterable[str] = getattr(value, name)
        object.__setattr__(value, name, tuple(plain(text) for text in texts))


def _demand(met: bool, message: str) -> None:
    if not met:
        raise ValueError(message)
