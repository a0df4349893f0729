"""Sets a sheet: a Typst template and facts in, a tagged PDF (PDF/UA-1) with embedded fonts out.

Facts reach the template as JSON data, so no text can act as markup; templates read no file but their own and fetch
nothing. Equal facts give equal bytes: no date is written. See docs/adr/0010-typst-sets-the-sheets.md.
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from lantoa.kernel.errors import LantoaError

type Facts = Mapping[str, Any]

CHANNELS = Path(__file__).resolve().parent.parent
FONTS = CHANNELS / "printing/fonts"
_NO_FACE = re.compile(r"the text `\"(?P<sign>.+?)\"` could not be displayed", re.DOTALL)


class CannotPrintError(LantoaError):
    """The text cannot be put on this sheet as it is; the message says what to change."""


class TooLongError(CannotPrintError):
    """The text does not fit at the least size that is still readable; `over` is how many characters too many."""

    def __init__(self, message: str, over: int) -> None:
        super().__init__(message)
        self.over = over


def typeset(template: str, facts: Facts) -> bytes:
    """Return the PDF of a template (a path below `channels/`); raises CannotPrintError for signs no face has."""
    try:
        content: bytes = _compiler(template, facts).compile(format="pdf", pdf_standards=["ua-1"])
    except _typst().TypstError as problem:
        raise _refusal(problem) from problem
    return content


def ask(template: str, facts: Facts, label: str) -> Any:
    """Return what a template says of itself under `<label>` (its metadata), without making a PDF."""
    return json.loads(_compiler(template, facts).query(f"<{label}>", field="value", one=True))


def picture(template: str, facts: Facts) -> bytes:
    """Return a sheet of one page as a PNG, a pixel a point; signs without a face are left empty."""
    content: bytes = _compiler(template, facts).compile(format="png", ppi=72.0)
    return content


def _compiler(template: str, facts: Facts) -> Any:
    return _typst().Compiler(
        input=str(CHANNELS / template), root=str(CHANNELS), font_paths=_fonts(),
        sys_inputs={"facts": json.dumps(facts, ensure_ascii=False)},
    )  # fmt: skip


@cache
def _typst() -> Any:
    return import_module("typst")  # at first use: a worker that prints nothing need not carry it


@cache
def _fonts() -> Any:
    return _typst().Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])


def _refusal(problem: Any) -> Exception:
    signs = list(dict.fromkeys(found["sign"] for found in _NO_FACE.finditer(problem.diagnostic)))
    if not signs:
        return RuntimeError(f"a sheet's template is wrong: {problem.diagnostic[:500]}")
    shown = ", ".join(signs[:5])
    return CannotPrintError(
        _("These signs cannot be printed: %(signs)s. Take them out or write words.") % {"signs": shown}
    )
