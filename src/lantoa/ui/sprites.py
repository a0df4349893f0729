"""The two drawn files: icons and drawings. Each is one cached SVG whose symbols pages point at with `<use href>`."""

import re
from functools import cache
from pathlib import Path
from urllib.parse import quote

STATIC = Path(__file__).parent / "static" / "ui"
_symbol = re.compile(r'<symbol id="([^"]+)" viewBox="([^"]+)"')


@cache
def symbols(file: str) -> dict[str, str]:
    """Name → viewBox of every symbol in `icons.svg` or `drawings.svg`."""
    return dict(_symbol.findall((STATIC / file).read_text(encoding="utf-8")))


class UnknownSymbolError(LookupError):
    """A template asks for a picture the file does not hold."""

    def __init__(self, name: str, file: str) -> None:
        super().__init__(f"{file} has no “{name}”. It has: {', '.join(symbols(file))}.")


def view_box(name: str, file: str) -> str:
    """The viewBox of a symbol; raises `UnknownSymbolError`."""
    try:
        return symbols(file)[name]
    except KeyError:
        raise UnknownSymbolError(name, file) from None


def own_box(name: str) -> str:
    """The viewBox an `<svg>` needs to show one drawing whole: a used symbol always starts at 0 0."""
    _left, _top, width, height = view_box(name, "drawings.svg").split()
    return f"0 0 {width} {height}"


@cache
def data_uri(file: str) -> str:
    """A small SVG as an address that needs no request; safe between double quotes, and valid there."""
    return f"data:image/svg+xml,{quote((STATIC / file).read_text(encoding='utf-8').strip(), safe='=:/,')}"
