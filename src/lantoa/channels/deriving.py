"""How a first form is made of the master text, for channels that have room for little."""

import re

_END = re.compile(r"[.!?…](?=\s|$)")


def whole_sentences(text: str, limit: int) -> str:
    """Return as many whole sentences of ``text`` as fit ``limit`` characters; where not even one fits, whole words."""
    text = text.strip()
    if len(text) <= limit:
        return text
    ends = [found.end() for found in _END.finditer(text, 0, limit + 1) if found.end() <= limit]
    if ends and ends[-1] > limit // 3:
        return text[: ends[-1]]
    return text[:limit].rpartition(" ")[0].rstrip(" ,;:–-") or text[:limit]
