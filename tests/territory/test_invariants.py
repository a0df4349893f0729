"""Invariant 1: kept by the database under direct SQL, and under any sequence of decisions."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import Error, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from lantoa.kernel.access import AccessDenied
from lantoa.kernel.models import AuditEntry, User
from lantoa.territory import carrying, selectors, services
from lantoa.territory.enums import UnitKind
from lantoa.territory.models import Unit, UnitClosure, UnitCode, UnitEvent, UnitVersion
from lantoa.territory.services import CannotDecide, Newcomer, UntimelyChange
from tests.territory.conftest import AT, START, MakeUnit, check_now

pytestmark = pytest.mark.sql
NO_ONE: dict[str, Any] = {"by": None, "at": AT}

CLOSURE_BY_RECURSION = """
    WITH RECURSIVE days AS (SELECT DISTINCT day FROM (
        SELECT lower(valid) AS day FROM territory_unitversion
        UNION SELECT upper(valid) FROM territory_unitversion WHERE NOT upper_inf(valid)) AS d),
    up(day, ancestor_id, descendant_id, depth) AS (
        SELECT days.day, v.unit_id, v.unit_id, 0 FROM days JOIN territory_unitversion v ON v.valid @> days.day
        UNION ALL
        SELECT up.day, v.parent_id, up.descendant_id, up.depth + 1
          FROM up JOIN territory_unitversion v ON v.unit_id = up.ancestor_id AND v.valid @> up.day
         WHERE v.parent_id IS NOT NULL)
    SELECT day, ancestor_id, descendant_id, depth FROM up
"""
CLOSURE_AS_KEPT = """
    WITH days AS (SELECT DISTINCT day FROM (
        SELECT lower(valid) AS day FROM territory_unitversion
        UNION SELECT upper(valid) FROM territory_unitversion WHERE NOT upper_inf(valid)) AS d)
    SELECT days.day, c.ancestor_id, c.descendant_id, c.depth
      FROM days JOIN territory_unitclosure c ON c.valid @> days.day
"""


def sql(statement: str, *params: object) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall() if cursor.description else []


def commit(statement: str, params: dict[str, int]) -> None:
    """Run a statement as a transaction of its own, with the checks of its commit."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, params)
        check_now()


def closure_holds() -> bool:
    return sorted(sql(CLOSURE_BY_RECURSION)) == sorted(sql(CLOSURE_AS_KEPT))


@pytest.fixture
def land(make_unit: MakeUnit) -> dict[str, int]:
    """A province, two districts, three communes in the first and one in the second."""
    top = make_unit("Tỉnh Thử", UnitKind.PROVINCE, code="98")
    one = make_unit("Huyện Một", UnitKind.DISTRICT, top, "981")
    two = make_unit("Huyện Hai", UnitKind.DISTRICT, top, "982")
    made = {"top": top, "one": one, "two": two}
    for name, parent in (("A", one), ("B", one), ("C", one), ("D", two)):
        made[name] = make_unit(f"Xã {name}", UnitKind.COMMUNE, parent, f"9800{ord(name) - 64}")
    made["h"] = make_unit("Ấp 1", UnitKind.HAMLET, made["A"])
    return made


@pytest.mark.parametrize(
    ("statement", "complaint"),
    [
        (
            (
                "INSERT INTO territory_unitversion (unit_id, name, short_name, folded, kind, level, parent_id, valid,"
                " decision, sort_key, source) SELECT unit_id, 'x', 'x', 'x', kind, level, parent_id, '[2021-01-01,)',"
                " '', '', '' FROM territory_unitversion WHERE unit_id = %(A)s"
            ),
            "unit_version_no_overlap",
        ),
        ("UPDATE territory_unitversion SET name = 'Xã X' WHERE unit_id = %(A)s", "closed_only"),
        ("UPDATE territory_unitversion SET parent_id = %(two)s WHERE unit_id = %(A)s", "closed_only"),
        ("UPDATE territory_unitversion SET valid = '[2019-01-01,)' WHERE unit_id = %(A)s", "closed_only"),
        ("UPDATE territory_unitversion SET valid = 'empty' WHERE unit_id = %(h)s", "unit_version_valid_range"),
        ("DELETE FROM territory_unitversion WHERE unit_id = %(h)s", "closed_only"),
        ("UPDATE territory_unitversion SET valid = '[2020-01-01,2021-01-01)' WHERE unit_id = %(one)s", "unit_"),
        (
            "UPDATE territory_unitversion SET valid = '[2020-01-01,2021-01-01)' WHERE unit_id = %(D)s",
            "unit_code_in_life",
        ),
        (
            (
                "INSERT INTO territory_unitcode (unit_id, scheme, code, valid) VALUES (%(h)s, 'gso', '98001',"
                " '[2022-01-01,)')"
            ),
            "unit_code_one_unit_per_code",
        ),
        (
            (
                "INSERT INTO territory_unitcode (unit_id, scheme, code, valid) VALUES (%(A)s, 'gso', '98009',"
                " '[2022-01-01,)')"
            ),
            "unit_code_one_per_unit",
        ),
        (
            (
                "INSERT INTO territory_unitcode (unit_id, scheme, code, valid) VALUES (%(h)s, 'gso', '98009',"
                " '[2010-01-01,)')"
            ),
            "unit_code_in_life",
        ),
        ("UPDATE territory_unitcode SET code = '1' WHERE unit_id = %(A)s", "closed_only"),
        ("DELETE FROM territory_unitcode WHERE unit_id = %(A)s", "closed_only"),
        ("DELETE FROM territory_unit WHERE id = %(A)s", "territory_unit"),
        (
            (
                "INSERT INTO territory_unitversion (unit_id, name, short_name, folded, kind, level, parent_id, valid,"
                " decision, sort_key, source) SELECT id, 'x', 'x', 'x', 'ap', 4, %(A)s, '[2019-01-01,)', '', '', ''"
                " FROM new_unit"
            ),
            "unit_parent_in_force",
        ),
        (
            (
                "INSERT INTO territory_unitversion (unit_id, name, short_name, folded, kind, level, parent_id, valid,"
                " decision, sort_key, source) SELECT id, 'x', 'x', 'x', 'commune', 3, %(A)s, '[2022-01-01,)', '', '',"
                " '' FROM new_unit"
            ),
            "unit_parent_in_force",
        ),
        (
            (
                "INSERT INTO territory_unitversion (unit_id, name, short_name, folded, kind, level, parent_id, valid,"
                " decision, sort_key, source) SELECT id, 'x', 'x', 'x', 'ap', 4, id, '[2022-01-01,)', '', '',"
                " '' FROM new_unit"
            ),
            "unit_version_not_its_own_parent",
        ),
        ("UPDATE territory_unitevent SET \"on\" = '2021-01-01'", "append_only"),
        ("DELETE FROM territory_unitlineage", "append_only"),
        ("TRUNCATE territory_unitlineage", "append_only"),
        (
            (
                "INSERT INTO territory_unitlineage (event_id, from_unit_id, to_unit_id, basis) SELECT min(id), %(A)s,"
                " %(dead)s, '' FROM territory_unitevent"
            ),
            "unit_lineage_in_life",
        ),
        (
            (
                "INSERT INTO territory_unitevent (kind, \"on\", on_is_exact, decision, note) VALUES ('merge', now(),"
                " false, '', '')"
            ),
            "unit_event_day",
        ),
        (
            (
                "INSERT INTO territory_designation (unit_id, kind, decision, valid) VALUES (%(A)s, 'coastal', '1',"
                " '[2020-01-01,)'), (%(A)s, 'coastal', '2', '[2021-01-01,)')"
            ),
            "designation_no_overlap",
        ),
    ],
)
def test_direct_sql_cannot_break_it(land: dict[str, int], statement: str, complaint: str) -> None:
    services.rename_unit(unit_id=land["C"], name="Xã Ca", short_name="Ca", on=date(2021, 6, 1), **NO_ONE)
    dead = services.merge_units(
        unit_ids=[land["B"], land["C"]], into=Newcomer("Xã E", "E", UnitKind.COMMUNE), on=date(2023, 1, 1), **NO_ONE
    )
    check_now()
    if "new_unit" in statement:
        statement = f"WITH new_unit AS (SELECT {Unit.objects.create().pk} AS id) {statement}"
    with pytest.raises(Error, match=complaint):
        commit(statement, {**land, "dead": dead.pk})
    assert closure_holds()


def test_a_circle_of_parents_is_refused(land: dict[str, int]) -> None:
    one, two = Unit.objects.create().pk, Unit.objects.create().pk
    ring = (
        "INSERT INTO territory_unitversion (unit_id, name, short_name, folded, kind, level, parent_id, valid,"
        " decision, sort_key, source) VALUES (%(one)s, 'x', 'x', 'x', 'district', 2, %(two)s, '[2022-01-01,)', '', '',"
        " ''), (%(two)s, 'x', 'x', 'x', 'district', 2, %(one)s, '[2022-01-01,)', '', '', '')"
    )
    with pytest.raises(Error, match="unit_parent_in_force"):
        commit(ring, {"one": one, "two": two})


def test_a_merger_takes_what_lies_below_along(land: dict[str, int]) -> None:
    day = date(2023, 1, 1)
    new = services.merge_units(
        unit_ids=[land["A"], land["B"]], into=Newcomer("Xã E", "E", UnitKind.COMMUNE, "98001"), on=day, **NO_ONE
    )
    check_now()
    assert [unit.name for unit in selectors.children(new.pk, on=day)] == ["Ấp 1"]
    assert [unit.name for unit in selectors.ancestors(land["h"], on=day)] == ["Tỉnh Thử", "Huyện Một", "Xã E"]
    assert selectors.unit_by_code("98001", on=day) == new
    assert selectors.unit_by_code("98001", on=START).pk == land["A"]
    assert set(selectors.reach_ids(new.pk, on=day)) == {new.pk, land["A"], land["B"], land["h"]}
    assert set(selectors.reach_ids(land["two"], on=day)) == {land["two"], land["D"]}
    assert AuditEntry.objects.filter(action="territory.units_merged").count() == 1


def test_figures_add_up_over_a_merger_and_stay_open_over_an_unstated_split(land: dict[str, int]) -> None:
    day, later = date(2023, 1, 1), date(2024, 1, 1)
    merged = services.merge_units(
        unit_ids=[land["A"], land["B"]], into=Newcomer("Xã E", "E", UnitKind.COMMUNE), on=day, **NO_ONE
    )
    parts = [Newcomer(f"Xã {name}", name, UnitKind.COMMUNE, share=share) for name, share in
             (("F", Decimal("0.25")), ("G", Decimal("0.75")))]  # fmt: skip
    f, g = services.split_unit(unit_id=land["C"], into=parts, on=day, **NO_ONE)
    blind = [Newcomer(f"Xã {name}", name, UnitKind.COMMUNE) for name in "HI"]
    services.split_unit(unit_id=land["D"], into=blind, on=later, **NO_ONE)
    figures = {land["A"]: Decimal(10), land["B"]: Decimal(5), land["C"]: Decimal(8), land["D"]: Decimal(3)}
    assert carrying.carry(figures, START).values == figures
    carried = carrying.carry(figures, later)
    assert carried.values == {merged.pk: Decimal(15), f.pk: Decimal(2), g.pk: Decimal(6)}
    assert carried.open == {land["D"]: Decimal(3)}


def test_decisions_that_contradict_the_record_are_refused(land: dict[str, int]) -> None:
    day = date(2023, 1, 1)
    half = Newcomer("Xã F", "F", UnitKind.COMMUNE, share=Decimal("0.5"))
    with pytest.raises(CannotDecide):
        services.merge_units(unit_ids=[land["A"], land["D"]], into=half, on=day, **NO_ONE)
    with pytest.raises(CannotDecide):
        services.merge_units(unit_ids=[land["A"]], into=half, on=day, **NO_ONE)
    with pytest.raises(CannotDecide):
        services.split_unit(unit_id=land["B"], into=[half, Newcomer("Xã G", "G", UnitKind.COMMUNE)], on=day, **NO_ONE)
    with pytest.raises(CannotDecide):
        services.split_unit(unit_id=land["A"], into=[half, half], on=day, **NO_ONE)
    for impossible in (START, date(2019, 1, 1)):
        with pytest.raises(UntimelyChange):
            services.rename_unit(unit_id=land["A"], name="Xã X", short_name="X", on=impossible, **NO_ONE)
    services.rename_unit(unit_id=land["A"], name="Xã X", short_name="X", on=day, **NO_ONE)
    with pytest.raises(UntimelyChange):
        services.rename_unit(unit_id=land["A"], name="Xã Y", short_name="Y", on=date(2022, 1, 1), **NO_ONE)


def test_only_an_administrator_decides(land: dict[str, int]) -> None:
    stranger = User.objects.create_superuser("su@example.org")
    with pytest.raises(AccessDenied):
        services.rename_unit(unit_id=land["A"], name="X", short_name="X", on=date(2023, 1, 1), by=stranger, at=AT)
    assert selectors.version_on(land["A"], date(2023, 1, 1)).name == "Xã A"


STEP = st.tuples(st.sampled_from(["merge", "split", "rename"]), st.randoms(use_true_random=False))


@settings(max_examples=25)
@given(st.lists(STEP, max_size=8))
def test_any_sequence_of_decisions_keeps_the_invariants(make_unit: MakeUnit, steps: list[tuple[str, Any]]) -> None:
    with transaction.atomic():
        top = make_unit("Tỉnh Thử", UnitKind.PROVINCE)
        districts = [make_unit(f"Huyện {n}", UnitKind.DISTRICT, top) for n in range(2)]
        first = [make_unit(f"Xã {n}", UnitKind.COMMUNE, districts[n % 2]) for n in range(5)]
        figures = {unit_id: Decimal(10**n) for n, unit_id in enumerate(first)}
        number, day = 5, START
        for what, choose in steps:
            day += timedelta(days=choose.randint(1, 400))
            number += _decide(what, choose, top, day)
            assert selectors.count(top, day) == selectors.Counts(2, number, 0)
        check_now()
        assert closure_holds()
        carried = carrying.carry(figures, day)
        assert carried.open == {}
        assert sum(carried.values.values()) == sum(figures.values())
        assert set(carried.values) <= set(selectors.subtree_ids(top, on=day))
        assert selectors.count(top, START).communes == 5
        transaction.set_rollback(True)


def _decide(what: str, choose: Any, top: int, day: date) -> int:
    """Take one decision that the record allows; returns by how much the number of communes changed."""
    communes = selectors.communes(top, day)
    chosen = choose.choice(communes)
    twins = [unit.id for unit in communes if unit.parent_id == chosen.parent_id]
    name = f"Xã {choose.randint(10, 10**9)}"
    newcomer = Newcomer(name, name[3:], UnitKind.COMMUNE)
    if what == "rename":
        services.rename_unit(unit_id=chosen.id, name=name, short_name=name[3:], on=day, **NO_ONE)
        return 0
    if what == "merge" and len(twins) > 1:
        picked = choose.sample(twins, choose.randint(2, len(twins)))
        services.merge_units(unit_ids=picked, into=newcomer, on=day, **NO_ONE)
        return 1 - len(picked)
    parts = [Newcomer(f"{name}{i}", f"{i}", UnitKind.COMMUNE, share=Decimal("0.5")) for i in (1, 2)]
    services.split_unit(unit_id=chosen.id, into=parts, on=day, **NO_ONE)
    return 1


def test_the_closure_of_the_real_reform_equals_the_recursion(province_reformed: str) -> None:
    assert UnitClosure.objects.exists()
    assert closure_holds()
    assert UnitEvent.objects.exists()
    assert not UnitCode.objects.filter(valid__isempty=True).exists()
    assert not UnitVersion.objects.filter(valid__isempty=True).exists()
