"""What happened between two states of the same province, as far as the states themselves tell.

Pure: compares what is on record with what a package says of a later day. Codes carry identity only while name and
place agree; nothing is guessed, and what stays open is said.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from lantoa.kernel.text import fold
from lantoa.territory.enums import COMMUNE_LEVEL
from lantoa.territory.packages import Reading


@dataclass(slots=True)
class Changes:
    """Codes sorted by what happened to them. Later codes on the left of `merged`, `recoded`, `districts_from`."""

    respelled: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    renamed: list[str] = field(default_factory=list)
    merged: dict[str, list[str]] = field(default_factory=dict)
    recoded: dict[str, str] = field(default_factory=dict)
    created: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    heirs_of_district: dict[str, list[str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return any((self.changed, self.renamed, self.merged, self.recoded, self.created, self.gone))


def compare(then: Mapping[str, Reading], later: Mapping[str, Reading]) -> Changes:
    """Sort the codes of two states of one province.

    A code whose unit took the name of a neighbour that is gone is a merger of the two (Phường 4 and Phường 2 → Phường
    2): a new unit. A code with another name alone is a renaming. A unit gone from its place while one of the same name
    stands there under a new code was recoded. A district that is gone passed to those that hold its communes now.
    """
    changes = Changes()
    lost = {code: reading for code, reading in then.items() if code not in later}
    fresh = {code: reading for code, reading in later.items() if code not in then}
    for code in [code for code in later if code in then]:
        _compare_one(then[code], later[code], lost, changes)
    for code, reading in fresh.items():
        twin = next((old for old in lost.values() if _same_name(old, reading) and old.parent == reading.parent), None)
        if twin is None:
            changes.created.append(code)
        else:
            changes.recoded[code] = lost.pop(twin.code).code
    changes.gone = list(lost)
    changes.heirs_of_district = _heirs_of_districts(then, later, set(then))
    return changes


def _compare_one(old: Reading, new: Reading, lost: dict[str, Reading], changes: Changes) -> None:
    if fold(old.short_name) != fold(new.short_name):
        twin = next((gone for gone in lost.values() if _same_name(gone, new) and gone.parent == old.parent), None)
        if twin is None:
            changes.renamed.append(new.code)
        else:
            changes.merged[new.code] = [old.code, lost.pop(twin.code).code]
    elif old.kind != new.kind or old.parent != new.parent:
        changes.changed.append(new.code)
    elif old.name != new.name:
        changes.respelled.append(new.code)


def _same_name(one: Reading, other: Reading) -> bool:
    return one.level == other.level and fold(one.short_name) == fold(other.short_name)


def _heirs_of_districts(
    then: Mapping[str, Reading], later: Mapping[str, Reading], olds: set[str]
) -> dict[str, list[str]]:
    """Old district → the other districts that hold its communes now, the one with most first."""
    took: dict[str, Counter[str]] = defaultdict(Counter)
    for code, reading in later.items():
        before = then.get(code)
        if reading.level == COMMUNE_LEVEL and before and before.parent in olds and before.parent != reading.parent:
            took[before.parent][reading.parent] += 1
    return {old: [code for code, _number in heirs.most_common()] for old, heirs in took.items()}
