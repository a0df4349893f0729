"""Cut Vietnamese text into sentences as administrative documents and news write them.

Lines broken in the middle of a sentence (as pasted from a PDF or a law portal) are joined; list items, headings with
a number or letter, and blank lines begin anew. Nothing is lost: the sentences joined are the text, white space aside.
"""

import re

from .folding import normalise

# Short forms, lower-cased, whose dot stands inside a sentence: places, offices, titles. None is a word of its own, as
# "ấp." and "no." are, which end sentences.
_SHORT_FORMS = frozenset(
    """
    tp tx tt kp ubnd hđnd mttq bcđ nxb gs pgs ts ths bs ks ds nsnd đ/c tr
    """.split()  # noqa: SIM905 - a list of words reads best as words
)
# "U. Minh", "P. An Xuyên". A lower-case letter is a word: "Dạ vâng ạ."
_INITIAL = re.compile(r"^[^\W\d_]$")

_ITEM = re.compile(
    r"""^\s*(?:
        [-–—+•●▪*]\s                             # dash or bullet
      | \(?\d{1,3}[.)]\s                         # 1.  (1)  1)
      | \d{1,2}(?:\.\d{1,2}){1,3}[.)]?\s         # 1.2  1.2.3.
      | (?:[a-zđ]|[IVXLC]{1,6})[.)]\s            # a)  đ)  II.
    )""",
    re.VERBOSE,
)
_ONLY_MARKER = re.compile(r"^(?:[-–—+•●▪*]|\(?(?:\d{1,3}|\d{1,2}(?:\.\d{1,2}){1,3}|[a-zđ]|[IVXLC]{1,6})[.)])$")
_STOP = re.compile(r"""(?P<mark>[.!?…]+(?:/\.)?)(?P<close>["”’»)\]]*)\s+(?=\S)""")
_DEFINITE_END = re.compile(r"""(?:[.!?…;:]|\./\.)["”’»)\]]*$""")
_OPENERS = '"“‘«([-–—•+'
_AMPLE_ROOM = 0.8
_LAST_WORD = re.compile(r"\S*$")


def sentences(s: str) -> list[str]:
    """Return the sentences in order, each on one line with single spaces; empty text gives []."""
    return [sentence for block in _blocks(normalise(s)) for sentence in _split(block)]


def _blocks(s: str) -> list[str]:
    """Join broken lines; begin a block at a blank line, at a list item, and after a line that ends a clause."""
    blocks: list[list[str]] = []
    lines = s.splitlines()
    width = max(map(len, lines), default=0)
    fresh = True
    for line in lines:
        words = " ".join(line.split())
        if not words:
            fresh = True
            continue
        if fresh or _ITEM.match(words + " ") or _begins_anew(blocks[-1][-1], words, width):
            blocks.append([])
        blocks[-1].append(words)
        fresh = False
    return [" ".join(block) for block in blocks]


def _begins_anew(before: str, line: str, width: int) -> bool:
    """Tell a heading or a finished clause from a line that was broken to fit."""
    if not _opens(line[0]):
        return False
    if _DEFINITE_END.search(before):
        return not _short_form(before)
    if before.isupper() != line.isupper():
        return True
    # A heading has no full stop. A line with ample room for the next word was not broken to fit.
    return len(before) + 1 + len(line.split(maxsplit=1)[0]) <= width * _AMPLE_ROOM


def _split(block: str) -> list[str]:
    found: list[str] = []
    start = 0
    for stop in _STOP.finditer(block):
        if _ends_here(block[start : stop.start()], stop, block[stop.end() :]):
            found.append(block[start : stop.end()].rstrip())
            start = stop.end()
    if block[start:].strip():
        found.append(block[start:].strip())
    return found


def _ends_here(before: str, stop: re.Match[str], after: str) -> bool:
    if not _opens(after[0]):
        return False
    if stop["mark"] != ".":
        return True
    if stop["close"]:
        return True
    last = _last_word(before)
    if _ONLY_MARKER.match(before + "."):
        return False
    if last.isdecimal() and after[0].isdecimal():
        # "15. 9. 2022" is a date written with spaces; "năm 2022. 15 hộ" is two sentences.
        return len(last) > 2
    return not (last.lower() in _SHORT_FORMS or (last.isupper() and _INITIAL.match(last)))


def _short_form(line: str) -> bool:
    return line.endswith(".") and _last_word(line[:-1]).lower() in _SHORT_FORMS


def _last_word(s: str) -> str:
    word = _LAST_WORD.search(s)
    return word.group().lstrip(_OPENERS) if word else ""


def _opens(c: str) -> bool:
    return c.isupper() or c.isdecimal() or c in _OPENERS
