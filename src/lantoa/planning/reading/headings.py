"""Where a heading ends and its text begins, in running text that may have lost its line breaks."""

import re

from lantoa.planning.reading.letters import LOWER, UPPER
from lantoa.planning.reading.vocabulary import ADDRESSING, TASK_VERB, families, names_agency, opens_family

CAPITAL_RUN = re.compile(rf"[^{LOWER}]*(?=\s[\"“]?[{UPPER}][{LOWER}])|[^{LOWER}]*$")
TURN = re.compile(rf"(?<=[{LOWER}\d)])\s+(?=[\"“]?[{UPPER}][{LOWER}]*\s)")
LONGEST = 160


def split_heading(text: str) -> tuple[str, str]:
    """Cut an item's words into heading and text; the heading is empty when the item is plain text throughout."""
    first = text.split(None, 1)[0] if text else ""
    if len(first) > 1 and first.strip('“"(,').isupper() and (run := CAPITAL_RUN.match(text)) and run[0].strip():
        heading = run[0].strip()
        if len(heading.split()) > 1 or heading == text.strip() or families(heading):
            return heading.strip(" .:"), text[run.end() :].strip(" .:")
    if names_agency(text):
        return _agency_heading(text)
    colon = text.find(":")
    if 0 < colon < LONGEST and opens_family(text) and families(text[:colon]) and not re.search(r"[.;]\s", text[:colon]):
        return text[:colon].strip(), text[colon + 1 :].strip()
    if opens_family(text):
        return _family_heading(text)
    return "", text


def _agency_heading(text: str) -> tuple[str, str]:
    """The name of a body ends at a colon, at the first verb that opens a task, or with the text."""
    colon = text.find(":")
    addressed = ADDRESSING.match(text)
    verb = TASK_VERB.search(text, addressed.end() if addressed else 1)
    ends = [offset for offset in (colon, verb.start() if verb else -1) if offset > 0]
    end = min(ends, default=len(text))
    name = text[:end].strip(" .:;,-–")
    if len(name) > LONGEST + 40 or re.search(r"[.;]\s", name):
        return "", text
    return name, text[end:].lstrip(" :.").strip()


def _family_heading(text: str) -> tuple[str, str]:
    """A heading of a known family ends where a capital letter turns up without a full stop before it."""
    turn = TURN.search(text, 0, LONGEST)
    stop = re.search(r"[.;]\s", text[:LONGEST])
    if turn and (not stop or turn.start() <= stop.start()):
        return text[: turn.start()].strip(" .:"), text[turn.end() :].strip()
    if stop and stop.start() < 70:
        return text[: stop.start()].strip(), text[stop.end() :].strip()
    return (text.strip(" .:"), "") if len(text) < 90 and not stop else ("", text)
