"""Reads what the stand-ins wrote down: the other side's truth."""

import json
from pathlib import Path

from chaos.mishaps import ALWAYS
from chaos.verdict import RANK, Taken
from lantoa.simulators.behaviour import Behaviour

FILES = {"sms": "sms", "zalo": "zalo", "email": "smtp"}


def taken(ledgers: Path, seed: int, addresses: dict[int, tuple[str, str]]) -> dict[tuple[str, str], Taken]:
    """What happened at each (channel, address): deliveries to the person and receipts we took."""
    found: dict[tuple[str, str], Taken] = {}
    for channel, name in FILES.items():
        whose: dict[str, Taken] = {}
        path = ledgers / f"{name}.jsonl"
        for line in path.read_text().splitlines() if path.exists() else []:
            entry = json.loads(line)
            if "accepted" in entry:
                one = found.setdefault((channel, entry["address"]), Taken())
                one.times += 1
                whose[entry["provider_id"]] = one
            elif "told" in entry and entry["told"] in whose:
                words = whose[entry["told"]].words
                words[entry["told"]] = max(
                    words.get(entry["told"], ""), entry["word"], key=lambda word: RANK.get(word, 0)
                )
        behaviour = Behaviour(seed=seed).changed(ALWAYS[name])
        if channel != "sms":  # a gateway refuses by the message, the others by the person
            for kind, address in addresses.values():
                if kind == channel and behaviour.happens("refuse", behaviour.refuse, address):
                    found.setdefault((channel, address), Taken()).refused = True
    return found
