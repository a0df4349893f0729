"""Idempotency keys: one for each delivery and generation, the same on every attempt."""

import re

_KEY = re.compile(r"([0-9a-f]{16})-([0-9]{1,18})-([0-9]{1,4})")


def key_of(broadcast_key: str, delivery_id: int, generation: int) -> str:
    """Return the key a provider sees; a person's retry after a proven failure begins a new generation."""
    return f"{broadcast_key}-{delivery_id}-{generation}"


def placement_stem(broadcast_key: str) -> str:
    """What the keys of a broadcast's placements begin with; outlet id and generation follow."""
    return f"{broadcast_key}-p"


def placement_key(broadcast_key: str, outlet_id: int, generation: int) -> str:
    """Return the key an outlet's provider sees; never one of a delivery's."""
    return f"{placement_stem(broadcast_key)}{outlet_id}-{generation}"


def parse_key(key: str) -> tuple[str, int, int] | None:
    """Return broadcast key, delivery id and generation, or None when the key is not one of ours."""
    found = _KEY.fullmatch(key)
    return (found[1], int(found[2]), int(found[3])) if found else None
