"""Bring in the list of hamlets (khóm, ấp, thôn) that a province keeps."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from lantoa.kernel.models import User
from lantoa.kernel.text import fold
from lantoa.territory import writing
from lantoa.territory.enums import COMMUNE_LEVEL, HAMLET_LEVEL, EventKind, RunKind, UnitKind
from lantoa.territory.models import UnitVersion
from lantoa.territory.selectors import subtree_ids, successors_of
from lantoa.territory.services.listing import Listing, Places, RowRefused, open_list, usable_rows
from lantoa.territory.services.outcome import Outcome, keep
from lantoa.territory.writing import WHOLE, Face, Occasion, Thread

_HAMLET_WORDS: dict[str, UnitKind] = {
    "khom": UnitKind.URBAN_HAMLET,
    "ap": UnitKind.HAMLET,
    "thon": UnitKind.VILLAGE,
    "ban": UnitKind.VILLAGE,
    "buon": UnitKind.VILLAGE,
    "lang": UnitKind.VILLAGE,
    "xom": UnitKind.VILLAGE,
    "to dan pho": UnitKind.QUARTER,
    "khu pho": UnitKind.QUARTER,
    "to": UnitKind.QUARTER,
}
_COLUMNS: dict[str, tuple[str, ...]] = {
    "name": ("tên khóm ấp", "tên", "khóm ấp", "tên ấp", "ấp", "khóm", "thôn", "tên thôn", "hamlet", "hamlet name"),
    "kind": ("loại", "loại hình", "type"),
}


@transaction.atomic
def import_hamlets(
    *, content: bytes, filename: str, province_id: int, on: date, by: User | None, at: datetime, dry_run: bool = False
) -> Listing:
    """Put the hamlets of a list under their communes from a day on.

    Columns: name, and the commune by code or by name (and district); kind if the name does not begin with it. Rows
    that cannot be used are named and left out; hamlets already there stay. A hamlet that lost its commune in a reform
    comes under the named one. Raises `UnreadableTable`; nothing changes on a dry run.
    """
    table, columns = open_list(content, filename, _COLUMNS, ("name",), by, at)
    listing = Listing()
    communes = Places(province_id, on, communes_only=True)
    standing = _hamlets_there(communes, on)
    homeless = _homeless(province_id, on)
    born: dict[tuple[int, str], tuple[str, str, UnitKind]] = {}
    moved: dict[int, int] = {}
    for number, values in usable_rows(table, columns, listing):
        try:
            commune_id = communes.find(values)
            name, short, kind = _hamlet_name(values)
            key = (commune_id, fold(name))
            if key in standing or key in born:
                listing.known += 1
            elif len(waiting := homeless.get((fold(name), commune_id), [])) == 1:
                moved[waiting[0]] = commune_id
            else:
                born[key] = (name, short, kind)
        except RowRefused as refusal:
            listing.errors.append(refusal.at(number))
    listing.new = len(born) + len(moved)
    if not dry_run and listing.new:
        _begin_hamlets(born, moved, Occasion(on, source=filename[:120]))
        outcome = Outcome()
        outcome.add("hamlets", listing.new)
        keep(outcome, kind=RunKind.HAMLETS, subject=filename[:200], by=by, at=at)
        listing.applied = True
    return listing


def _hamlets_there(communes: Places, on: date) -> set[tuple[int, str]]:
    rows = UnitVersion.objects.filter(parent_id__in=communes.parents, level=HAMLET_LEVEL, valid__contains=on)
    return {(parent_id, folded) for parent_id, folded in rows.values_list("parent_id", "folded") if parent_id}


def _homeless(province_id: int, on: date) -> dict[tuple[str, int], list[int]]:
    """Hamlets a reform left without a commune, by name and by each commune that may be theirs."""
    inside = UnitVersion.objects.filter(unit_id__in=subtree_ids(province_id, on=on), valid__contains=on)
    above = inside.filter(level__lt=COMMUNE_LEVEL).values("unit_id")
    waiting = inside.filter(level=HAMLET_LEVEL, parent_id__in=above)
    names = dict(waiting.values_list("unit_id", "folded"))
    homes = dict(
        UnitVersion.objects.filter(unit_id__in=names, valid__endswith__lte=on)
        .order_by("valid")
        .values_list("unit_id", "parent_id")
    )
    heirs = successors_of([home for home in homes.values() if home], on)
    found: dict[tuple[str, int], list[int]] = defaultdict(list)
    for unit_id, home in homes.items():
        for heir in heirs.get(home or 0, []):
            found[names[unit_id], heir].append(unit_id)
    return found


def _hamlet_name(values: Mapping[str, str]) -> tuple[str, str, UnitKind]:
    name = values.get("name", "")
    if not name:
        raise RowRefused("name", _("The hamlet is not named."), _("Fill in its name."))
    if len(name) > 100:
        raise RowRefused("name", _("The name is too long."), _("A name has at most 100 letters."))
    plain = fold(name)
    for word, kind in _HAMLET_WORDS.items():
        if plain.startswith(f"{word} "):
            return name, name[len(word) + 1 :], kind
    kind_text = values.get("kind", "")
    found = _HAMLET_WORDS.get(fold(kind_text))
    if found is None:
        raise RowRefused("kind", _("It is not clear what “%(name)s” is.") % {"name": name},
                          _("Begin the name with khóm, ấp, thôn …, or fill in the kind."))  # fmt: skip
    return f"{kind_text[:1].upper()}{kind_text[1:].lower()} {name}", name, found


def _begin_hamlets(
    born: Mapping[tuple[int, str], tuple[str, str, UnitKind]], moved: Mapping[int, int], occasion: Occasion
) -> None:
    ids = writing.new_units(len(born))
    faces = {
        unit_id: Face(name, short, kind, HAMLET_LEVEL, commune_id)
        for unit_id, ((commune_id, _folded), (name, short, kind)) in zip(ids, born.items(), strict=True)
    }
    writing.open_versions(faces, occasion)
    if ids:
        writing.record_event(EventKind.CREATE, occasion, [Thread(None, unit_id, WHOLE, "list") for unit_id in ids])
    if moved:
        faces = writing.faces_on(moved, occasion.on)
        writing.change_faces({u: writing.under(face, moved[u]) for u, face in faces.items()}, occasion)
        writing.record_event(EventKind.MOVE, occasion, [Thread(u, u, WHOLE, "list") for u in moved])
