"""Reads what the stand-ins wrote down: the other side's truth."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any

from chaos.mishaps import ALWAYS
from chaos.placed import Placed, Post
from chaos.verdict import RANK, REPEATING, Row, Taken
from lantoa.simulators.behaviour import Behaviour

BOOKS = {
    "sms": ("sms", "smpp", "viettel", "vnpt"), "zalo": ("zalo",), "zbs": ("zalo",), "email": ("smtp",),
    "telegram": ("telegram",), "webpush": ("webpush",),
}  # fmt: skip
"""The channel and the stand-ins that may carry it: all their books together tell what a person got."""
REFUSED_BY: dict[str, tuple[str, Callable[[Row, str], str]]] = {
    "zalo": ("zalo", lambda _row, address: address),
    "zbs": ("zalo", lambda _row, address: address),
    "email": ("smtp", lambda _row, address: address),
    "telegram": ("telegram", lambda _row, address: address),
    "webpush": ("webpush", lambda _row, address: address),
    "smpp": ("smpp", lambda _row, address: address),
    "viettel": ("viettel", lambda row, _address: str(_number(row.key, 4) >> 1)),
    "vnpt": ("vnpt", lambda row, _address: str(_number(row.key, 7))),
}
"""By what a stand-in draws whether it refuses for good: the person, or the message's key."""

NEWSROOMS = "@bao.example.test"
"""Whoever has such an address is no person."""
PUBLIC_BOOKS = {
    "facebook": "facebook", "telegram_channel": "telegram_channel", "zalo": "zalo_broadcast", "smtp": "press",
    "loudspeaker": "loudspeaker",
}  # fmt: skip
"""In which stand-in's book the posts of a public kind stand, beside messages to people."""

type Addresses = Mapping[int, tuple[str, str]]


def taken(ledgers: Path, seed: int, addresses: Addresses, rows: Iterable[Row]) -> dict[tuple[str, str], Taken]:
    """What happened at each (channel, address): deliveries to the person and receipts we took."""
    found: dict[tuple[str, str], Taken] = {}
    theirs = {address: channel for channel, address in addresses.values() if channel == "zbs"}
    for name in dict.fromkeys(name for names in BOOKS.values() for name in names):
        channel = next(channel for channel, names in BOOKS.items() if name in names)
        _read(_lines(ledgers / f"{name}.jsonl"), channel, theirs if name == "zalo" else {}, found)
    for row in rows:
        key = addresses.get(row.person_id, ("", ""))
        if row.way in REFUSED_BY and _refused(row, key[1], seed):
            found.setdefault(key, Taken()).refused = True
    return found


def _read(
    entries: Sequence[dict[str, Any]], usual: str, others: Mapping[str, str], found: dict[tuple[str, str], Taken]
) -> None:
    whose: dict[str, tuple[Taken, str, list[str]]] = {}
    for entry in entries:
        if "accepted" in entry and not _is_public(entry):
            channel = others.get(entry["address"], usual)
            one = found.setdefault((channel, entry["address"]), Taken())
            if channel in REPEATING and entry["times"] > 1:
                one.replaced += 1
            else:
                one.times += 1
            whole = entry["provider_id"]
            parts = entry.get("parts") or [whole]
            whose.update((part, (one, whole, parts)) for part in parts)
    heard: dict[str, str] = {}
    for entry in entries:
        if "told" in entry and entry["told"] in whose:
            told, (one, whole, parts) = entry["told"], whose[entry["told"]]
            heard[told] = max(heard.get(told, ""), entry["word"], key=_rank)
            one.words[whole] = max(
                one.words.get(whole, ""), _together([heard.get(part, "") for part in parts]), key=_rank
            )


def _together(words: list[str]) -> str:
    """What is known of a long text whose parts are reported apart: failed with any, delivered with all."""
    return "failed" if "failed" in words and len(words) > 1 else min(words, key=_rank)


def _number(key: str, size: int) -> int:
    """The number that a gateway knows a delivery by."""
    return int.from_bytes(blake2b(key.encode(), digest_size=size).digest())


def _rank(word: str) -> int:
    return RANK.get(word, 0)


def posts(book: Callable[[str], list[dict[str, Any]]]) -> list[Post]:
    """What the stand-ins have of public channels; `book` returns all that one of them has taken."""
    return [
        Post(kind, entry["key"], entry["text"], entry["times"])
        for name, kind in PUBLIC_BOOKS.items()
        for entry in book(name)
        if name not in ("zalo", "smtp") or _is_public(entry)
    ]


def _is_public(entry: Mapping[str, Any]) -> bool:
    return str(entry["provider_id"]).startswith("broadcast-") or str(entry["address"]).endswith(NEWSROOMS)


def refused_posts(rows: Iterable[Placed], seed: int) -> list[int]:
    """The placements at newsrooms whose address the relay refuses."""
    behaviour = Behaviour(seed=seed).changed(ALWAYS["smtp"])
    return [row.id for row in rows if row.address and behaviour.happens("refuse", behaviour.refuse, row.address)]


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


def _refused(row: Row, address: str, seed: int) -> bool:
    name, key = REFUSED_BY[row.way]
    behaviour = Behaviour(seed=seed).changed(ALWAYS[name])
    return behaviour.happens("refuse", behaviour.refuse, key(row, address))
