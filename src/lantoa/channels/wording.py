"""Reasons for staff in the reader's language: ``[code: ]words[ (detail)]``, the words being a msgid."""

import re

from django.utils.translation import gettext

_REASON = re.compile(r"(?:(?P<code>-?[\w. ]{1,24}): )?(?P<words>.+?)(?: \((?P<detail>[^()]*)\))?", re.DOTALL)


def plain_words(reason: str) -> str:
    """Return a ``SendProblem.reason`` for people: a sentence first, the provider's code after it."""
    found = _REASON.fullmatch(reason)
    if found is None:
        return reason
    words = gettext(found["words"])
    remark = ", ".join(part for part in (found["code"], found["detail"]) if part)
    sentence = words[:1].upper() + words[1:]
    return f"{sentence} ({remark})" if remark else sentence
