"""Outlines made lighter without tearing them apart: what neighbours share is simplified once, for both. Pure."""

import itertools
from collections.abc import Iterable, Mapping
from heapq import heappop, heappush

type Place = tuple[int, int]
type Line = list[Place]
type Outline = list[Line]

LEAST = 4
"""Places of the smallest closed ring, the first told twice."""


def lightened(outlines: Mapping[int, Outline], *, budget: int) -> dict[int, Outline]:
    """The same outlines with as many places as `budget` allows: closed rings on a grid of whole numbers.

    Places are taken out by the smallest triangle first (Visvalingam and Whyatt, 1993), one threshold for all; the
    ends of what two outlines share stay. A ring that would vanish is left out, but never a unit's last one,
    which is then drawn in full: a budget too small for every unit's outline is passed over.
    """
    ends = _ends(outlines)
    cut = {unit: [_cut(ring, ends) for ring in rings] for unit, rings in outlines.items()}
    arcs = {_key(arc): arc for rings in cut.values() for ring in rings for arc in ring}
    ranked = {key: _ranked(arc) for key, arc in arcs.items()}
    every = sorted({rank for ranks in ranked.values() for rank in ranks if rank != INFINITE})
    low, high = 0, len(every)
    while low < high:
        middle = (low + high) // 2
        if _size(_drawn(cut, arcs, ranked, every[middle])) <= budget:
            high = middle
        else:
            low = middle + 1
    return _drawn(cut, arcs, ranked, every[low] if low < len(every) else (every[-1] + 1 if every else 0))


INFINITE = 1 << 62


def _size(outlines: Mapping[int, Outline]) -> int:
    return sum(len(ring) for rings in outlines.values() for ring in rings)


def _ends(outlines: Mapping[int, Outline]) -> set[Place]:
    """Places where other than two ways meet: there what is shared begins or ends."""
    ways: dict[Place, set[Place]] = {}
    for rings in outlines.values():
        for ring in rings:
            for here, there in itertools.pairwise(ring):
                ways.setdefault(here, set()).add(there)
                ways.setdefault(there, set()).add(here)
    return {place for place, others in ways.items() if len(others) != 2}


def _cut(ring: Line, ends: set[Place]) -> list[Line]:
    """The ring in pieces from end to end; one that has none begins at its smallest place, whoever tells it."""
    places = ring[:-1]
    first = next((at for at, place in enumerate(places) if place in ends), places.index(min(places)))
    turned = [*places[first:], *places[:first], places[first]]
    pieces: list[Line] = []
    begin = 0
    for at in range(1, len(turned)):
        if turned[at] in ends or at == len(turned) - 1:
            pieces.append(turned[begin : at + 1])
            begin = at
    return pieces


def _key(arc: Line) -> tuple[Place, ...]:
    """The same for both who share it, whichever way they run."""
    there, back = tuple(arc), tuple(reversed(arc))
    return min(there, back)


def _ranked(arc: Line) -> list[int]:
    """For each place, how large a threshold takes it out; its ends never go. Ranks never fall as places go."""
    arc = list(_key(arc))
    ranks = [INFINITE] * len(arc)
    before, after = [at - 1 for at in range(len(arc))], [at + 1 for at in range(len(arc))]
    waiting: list[tuple[int, int]] = []
    for at in range(1, len(arc) - 1):
        heappush(waiting, (_triangle(arc[at - 1], arc[at], arc[at + 1]), at))
    current = {at: area for area, at in waiting}
    reached = 0
    while waiting:
        area, at = heappop(waiting)
        if current.get(at) != area:
            continue
        reached = max(reached, area)
        ranks[at] = reached
        del current[at]
        left, right = before[at], after[at]
        after[left], before[right] = right, left
        for near in (left, right):
            if near in current:
                current[near] = _triangle(arc[before[near]], arc[near], arc[after[near]])
                heappush(waiting, (current[near], near))
    return ranks


def _triangle(one: Place, two: Place, three: Place) -> int:
    return abs((two[0] - one[0]) * (three[1] - one[1]) - (three[0] - one[0]) * (two[1] - one[1]))


def _drawn(
    cut: Mapping[int, list[list[Line]]], arcs: Mapping[tuple[Place, ...], Line],
    ranked: Mapping[tuple[Place, ...], list[int]], threshold: int,
) -> dict[int, Outline]:  # fmt: skip
    kept = {
        key: [place for place, rank in zip(key, ranked[key], strict=True) if rank >= threshold] for key in arcs
    }  # fmt: skip
    found: dict[int, Outline] = {}
    for unit, rings in cut.items():
        drawn = [ring for pieces in rings if len(ring := _joined(pieces, kept)) >= LEAST]
        found[unit] = drawn or [max((_joined(pieces, {}) for pieces in rings), key=len)]
    return found


def _joined(pieces: Iterable[Line], kept: Mapping[tuple[Place, ...], Line]) -> Line:
    ring: Line = []
    for piece in pieces:
        key = _key(piece)
        light = kept.get(key, list(key))
        ring.extend((light if tuple(piece) == key else light[::-1])[1 if ring else 0 :])
    return ring
