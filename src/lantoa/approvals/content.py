"""The exact content that an approval binds to: its one canonical text, its hash, and what changed between two."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from hashlib import sha256
from typing import Any, Literal

from lantoa.kernel.audit import canonical

TOKEN = re.compile(r"\s+|\S+")


class ContentError(TypeError):
    """The content holds something that has no single JSON form; a programming error of the calling room."""


def canonical_content(content: Mapping[str, Any]) -> str:
    """The one text of this content: JSON, sorted keys, no spaces, Unicode in NFC.

    Only JSON's own types are taken (str, int, float, bool, None, list, dict with text keys), so nothing is rounded
    or shortened on the way and equal texts mean equal contents.
    """
    return canonical(_plain(content))


def content_hash(content: Mapping[str, Any]) -> str:
    """SHA-256, 64 hexadecimal digits, of `canonical_content`: covers every language and channel form inside."""
    return sha256(canonical_content(content).encode()).hexdigest()


def _plain(value: Any) -> Any:
    match value:
        case None | bool() | int():
            return value
        case str():
            return _text(value)
        case float():
            if value != value or value in (float("inf"), float("-inf")):
                raise ContentError(f"{value} has no JSON form")
            return value
        case Mapping():
            plain = {_key(key): _plain(item) for key, item in value.items()}
            if len(plain) != len(value):
                raise ContentError("two keys are the same text in NFC")
            return plain
        case list() | tuple():
            return [_plain(item) for item in value]
    raise ContentError(f"{type(value).__name__} has no JSON form")


def _key(key: Any) -> str:
    if not isinstance(key, str):
        raise ContentError(f"the key {key!r} is not text")
    return _text(key)


def _text(value: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise ContentError("the text holds half a character (a lone surrogate)") from error
    return unicodedata.normalize("NFC", value)


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of words that stayed, went or came."""

    kind: Literal["same", "del", "ins"]
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One place of the content whose wording changed; `path` is like `vi.sms.text`."""

    path: str
    pieces: tuple[Piece, ...]


def leaves(content: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Each text of the content with its path, in the content's own order."""
    match content:
        case Mapping():
            for key, value in content.items():
                yield from leaves(value, f"{path}.{key}" if path else str(key))
        case list() | tuple():
            for number, value in enumerate(content, start=1):
                yield from leaves(value, f"{path}.{number}" if path else str(number))
        case None:
            return
        case _:
            yield path, str(content)


def diff(old: Mapping[str, Any], new: Mapping[str, Any], *, context: int = 8) -> list[Change]:
    """Word by word, what changed from one content to the next; unchanged runs keep `context` words at each side."""
    before, after = dict(leaves(old)), dict(leaves(new))
    paths = list(after) + [path for path in before if path not in after]
    return [
        Change(path, _shorten(words_changed(before.get(path, ""), after.get(path, "")), context))
        for path in paths
        if before.get(path) != after.get(path)
    ]


def words_changed(old: str, new: str) -> list[Piece]:
    """The new text as runs of words, with the words that went before the words that came in their place."""
    a, b = TOKEN.findall(old), TOKEN.findall(new)
    runs: list[Piece] = []
    gone = come = ""
    for tag, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        same = "".join(b[k:m]) if tag == "equal" else ""
        if same and (not same.isspace() or not (gone or come)):
            runs += _pair(gone, come)
            gone = come = ""
            runs.append(Piece("same", same))
        else:
            gone += "".join(a[i:j])
            come += "".join(b[k:m])
    return runs + _pair(gone, come)


def _pair(gone: str, come: str) -> list[Piece]:
    pieces: list[Piece] = []
    tail = ""
    if gone and come and gone[-1:].isspace() and come[-1:].isspace():
        gone, tail = gone.rstrip(), come[len(come.rstrip()) :]
        come = come.rstrip()
    if gone:
        pieces.append(Piece("del", gone))
    if come:
        pieces.append(Piece("ins", come))
    if tail:
        pieces.append(Piece("same", tail))
    return pieces


def _shorten(pieces: list[Piece], context: int) -> tuple[Piece, ...]:
    last = len(pieces) - 1
    return tuple(
        piece if piece.kind != "same" else Piece("same", _middle(piece.text, context, number == 0, number == last))
        for number, piece in enumerate(pieces)
    )


def _middle(text: str, context: int, first: bool, last: bool) -> str:
    words = TOKEN.findall(text)
    keep = 2 * context
    if len(words) <= keep * 2:
        return text
    head, tail = "".join(words[:keep]), "".join(words[-keep:])
    if first:
        return f"… {tail.lstrip()}"
    return f"{head.rstrip()} …" if last else f"{head.rstrip()} … {tail.lstrip()}"
