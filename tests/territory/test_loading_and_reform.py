"""The real units: as of the plan's day, through the mergers between, and after July 2025."""

import csv
import json
import re
from datetime import date
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from lantoa.kernel.text import fold
from lantoa.territory import naming, selectors, services
from lantoa.territory.enums import EventKind, UnitKind
from lantoa.territory.models import Disagreement, ImportRun, Unit, UnitEvent, UnitLineage, UnitVersion
from lantoa.territory.packages import split_name
from lantoa.territory.selectors import Counts
from tests.territory.conftest import AT, PLAN_DAY, REFORM, check_now

REFERENCE = Path(__file__).parents[3] / "shared" / "data" / "camau"
pytestmark = pytest.mark.sql


def names(unit_ids: list[int], on: date) -> set[str]:
    return set(selectors.names_on(unit_ids, on).values())


def units(*args: str) -> str:
    out = StringIO()
    call_command("units", *args, stdout=out)
    return out.getvalue()


def test_counts_of_both_maps(province_reformed: str) -> None:
    before = selectors.province("96", PLAN_DAY)
    after = selectors.province("96", REFORM)
    assert before == after
    assert selectors.count(before.pk, PLAN_DAY) == Counts(9, 101, 0)
    assert selectors.count(before.pk, date(2025, 6, 30)) == Counts(9, 100, 0)
    assert selectors.count(after.pk, REFORM) == Counts(0, 64, 0)
    assert selectors.count(selectors.province("95", PLAN_DAY).pk, PLAN_DAY) == Counts(7, 64, 0)


def test_one_code_means_three_units(province_reformed: str) -> None:
    days = (PLAN_DAY, date(2025, 4, 1), REFORM)
    bearers = [selectors.unit_by_code("32002", on=day) for day in days]
    assert [selectors.version_on(unit.pk, day).name for unit, day in zip(bearers, days, strict=True)] == [
        "Phường 4",
        "Phường 2",
        "Phường An Xuyên",
    ]
    assert len(set(bearers)) == 3
    assert [selectors.successors(unit.pk, REFORM) for unit in bearers] == [[bearers[2]]] * 3


def test_the_merger_in_between_is_a_dated_event(province_reformed: str) -> None:
    event = UnitEvent.objects.get(kind=EventKind.MERGE, on__lt=REFORM)
    assert (event.on, event.on_is_exact, event.decision) == (date(2024, 12, 1), True, "1252/NQ-UBTVQH15")
    assert names([thread.from_unit_id for thread in event.lineage.all()], PLAN_DAY) == {"Phường 4", "Phường 2"}


def test_an_undated_change_says_between_which_days_it_lies(db: None) -> None:
    services.load_units(province="24", as_of=PLAN_DAY, at=AT)
    services.apply_reform(province="24", on=REFORM, at=AT)
    between = UnitEvent.objects.filter(on__lt=REFORM, on__gt=PLAN_DAY)
    assert between.exists()
    assert {(e.on, e.on_is_exact, e.not_before) for e in between} == {(date(2025, 6, 30), False, date(2022, 9, 16))}


def test_an_undated_change_takes_the_day_a_person_knows(db: None) -> None:
    services.load_units(province="24", as_of=PLAN_DAY, at=AT)
    services.apply_reform(province="24", on=REFORM, between=date(2024, 11, 1), at=AT)
    assert set(UnitEvent.objects.filter(on__lt=REFORM, on__gt=PLAN_DAY).values_list("on", "on_is_exact")) == {
        (date(2024, 11, 1), True)
    }


def test_lineage_is_many_to_many(province_reformed: str) -> None:
    nguyen_phich = naming.find_units_by_name("Xã Nguyễn Phích", "U Minh", on=PLAN_DAY)[0].unit_id
    heirs = [unit.pk for unit in selectors.successors(nguyen_phich, REFORM)]
    assert names(heirs, REFORM) == {"Xã Nguyễn Phích", "Xã Khánh An", "Xã Khánh Lâm"}
    u_minh = selectors.unit_by_code("32047", on=REFORM).pk
    sources = [thread.from_unit_id for thread in selectors.came_from(u_minh)]
    assert names(sources, PLAN_DAY) == {"Xã Khánh Tiến", "Xã Khánh Hòa", "Xã Khánh Thuận", "Xã Khánh Lâm"}


def test_the_only_untouched_commune_keeps_its_identity(province_reformed: str) -> None:
    kept = [
        unit
        for unit in selectors.communes(selectors.province("96", REFORM).pk, REFORM)
        if selectors.version_on(unit.id, PLAN_DAY)
    ]
    assert [unit.name for unit in kept] == ["Xã Hồ Thị Kỷ"]


def test_every_thread_agrees_with_the_published_crosswalk(province_reformed: str) -> None:
    file = REFERENCE / "camau_units_2025_crosswalk.csv"
    if not file.exists():
        pytest.skip(f"the reference data is not beside the repository: {file}")
    for row in csv.DictReader(StringIO(file.read_text(encoding="utf-8-sig"))):
        unit = selectors.unit_by_code(row["ma_xa_moi"], on=REFORM)
        assert selectors.version_on(unit.pk, REFORM).name == row["ten_xa_moi"]
        if row["truoc_sap_nhap"] == "giữ nguyên":
            continue
        bare = re.sub(r"\([^)]*\)", "", row["truoc_sap_nhap"])
        expected = sorted(fold(name) for name in bare.split(","))
        threads = [thread.from_unit_id for thread in selectors.came_from(unit.pk)]
        found = UnitVersion.objects.filter(unit_id__in=threads, valid__contains=date(2025, 6, 30))
        assert sorted(found.values_list("folded", flat=True)) == expected, row["ten_xa_moi"]


def test_the_state_of_2022_agrees_with_the_published_list(province_2022: str) -> None:
    file = REFERENCE / "camau_units_2022.csv"
    if not file.exists():
        pytest.skip(f"the reference data is not beside the repository: {file}")
    rows = {(row["ma_xa"], row["ma_huyen"]) for row in csv.DictReader(StringIO(file.read_text(encoding="utf-8-sig")))}
    province_id = selectors.province("96", PLAN_DAY).pk
    code_of = {row.id: row.code for row in selectors.rows_on(selectors.subtree_ids(province_id, on=PLAN_DAY), PLAN_DAY)}
    assert {(unit.code, code_of[unit.parent_id]) for unit in selectors.communes(province_id, PLAN_DAY)} == rows


def test_the_province_was_extended_and_no_land_was_lost(province_reformed: str) -> None:
    extended = UnitEvent.objects.get(kind=EventKind.EXTEND)
    assert extended.decision == "202/2025/QH15"
    assert names([t.from_unit_id for t in extended.lineage.all()], PLAN_DAY) == {"Tỉnh Cà Mau", "Tỉnh Bạc Liêu"}
    gone = UnitVersion.objects.filter(valid__contains=date(2025, 6, 30)).exclude(unit__versions__valid__contains=REFORM)
    assert gone.count() == 1 + 16 + 163
    assert not gone.exclude(unit__lineage_on__to_unit__isnull=False).exists()


def test_who_sits_at_a_successor_reaches_what_is_gone(province_reformed: str) -> None:
    an_xuyen = selectors.unit_by_code("32002", on=REFORM).pk
    reach = set(selectors.reach_ids(an_xuyen, on=REFORM))
    for day in (PLAN_DAY, date(2025, 4, 1)):
        assert selectors.unit_by_code("32002", on=day).pk in reach
    province_id = selectors.province("96", REFORM).pk
    everything = set(Unit.objects.values_list("pk", flat=True))
    assert set(selectors.reach_ids(province_id, on=REFORM)) == everything
    bac_lieu = selectors.province("95", PLAN_DAY).pk
    assert bac_lieu not in set(selectors.reach_ids(province_id, on=PLAN_DAY))


def test_loading_and_reforming_twice_changes_nothing(province_reformed: str) -> None:
    before = (Unit.objects.count(), UnitVersion.objects.count(), UnitLineage.objects.count(), ImportRun.objects.count())
    assert not services.load_units(province="96", as_of=PLAN_DAY, at=AT).changed
    assert not services.apply_reform(province="96", on=REFORM, at=AT).changed
    assert "nothing changed" in units("load", "--province", "96", "--as-of", "2022-09-15")
    assert "nothing changed" in units("reform", "--province", "96", "--on", "2025-07-01")
    after = (Unit.objects.count(), UnitVersion.objects.count(), UnitLineage.objects.count(), ImportRun.objects.count())
    assert after == before


@pytest.mark.parametrize(
    ("code", "districts", "communes", "parts", "after"),
    [
        ("01", 30, 579, 1, 126),  # a city alone
        ("92", 9, 83, 3, 103),  # a city with two provinces
        ("80", 15, 188, 2, 96),  # takes another's name: the old 72 lives on under the code 80
    ],
)
def test_any_province_by_its_code(db: None, code: str, districts: int, communes: int, parts: int, after: int) -> None:
    services.load_units(province=code, as_of=PLAN_DAY, at=AT)
    assert selectors.count(selectors.province(code, PLAN_DAY).pk, PLAN_DAY) == Counts(districts, communes, 0)
    services.apply_reform(province=code, on=REFORM, at=AT)
    check_now()
    province_id = selectors.province(code, REFORM).pk
    assert selectors.count(province_id, REFORM) == Counts(0, after, 0)
    assert len(selectors.provinces(PLAN_DAY)) == parts


def test_a_province_lives_on_by_its_name_not_its_code(db: None) -> None:
    services.load_units(province="80", as_of=PLAN_DAY, at=AT)
    services.apply_reform(province="80", on=REFORM, at=AT)
    tay_ninh = selectors.province("72", PLAN_DAY)
    assert selectors.province("80", REFORM) == tay_ninh
    assert selectors.province("80", PLAN_DAY) != tay_ninh


def test_a_fresh_start_after_the_reform(db: None) -> None:
    services.load_units(province="96", as_of=date(2026, 1, 1), at=AT)
    assert selectors.count(selectors.province("96", date(2026, 1, 1)).pk, date(2026, 1, 1)) == Counts(0, 64, 0)
    with pytest.raises(services.CannotLoad):
        services.load_units(province="96", as_of=PLAN_DAY, at=AT)


def test_a_start_between_the_mergers_has_nothing_to_catch_up(db: None) -> None:
    start = date(2025, 1, 1)
    services.load_units(province="96", as_of=start, at=AT)
    assert selectors.count(selectors.province("96", start).pk, start) == Counts(9, 100, 0)
    services.apply_reform(province="96", on=REFORM, at=AT)
    check_now()
    assert not UnitEvent.objects.filter(on__gt=start, on__lt=REFORM).exists()
    assert selectors.count(selectors.province("96", REFORM).pk, REFORM) == Counts(0, 64, 0)


def test_sources_that_differ_are_kept_with_what_each_says(db: None) -> None:
    services.load_units(province="01", as_of=PLAN_DAY, at=AT)
    services.apply_reform(province="01", on=REFORM, at=AT)
    doubt = Disagreement.objects.get(code="00556", about="successors")
    assert doubt.readings == {
        "vietnamadminunits": "00541 (part), 00562 (part)",
        "vietnam_provinces": "00541",
    }


def test_count_command_prints_json(province_reformed: str) -> None:
    for day, expected in (
        ("2022-09-15", {"districts": 9, "communes": 101, "hamlets": 0}),
        ("2025-07-01", {"districts": 0, "communes": 64, "hamlets": 0}),
    ):
        assert json.loads(units("count", "--province", "96", "--on", day, "--json")) == expected


def test_history_command_names_every_bearer(province_reformed: str) -> None:
    told = units("history", "32002")
    assert [line.strip() for line in told.splitlines() if line.startswith("  ") and "from" in line] == [
        "Phường 4, from 15/09/2022",
        "Phường 2, from 01/12/2024",
        "Phường An Xuyên, from 01/07/2025",
    ]


def test_refusals_are_sentences(db: None) -> None:
    for args in (
        ("load", "--province", "00", "--as-of", "2022-09-15"),
        ("reform", "--province", "96", "--on", "2025-07-01"),
        ("count", "--province", "96", "--on", "2022-09-15"),
    ):
        with pytest.raises(CommandError, match=r"\."):
            call_command("units", *args)


@pytest.mark.parametrize(
    ("told", "level", "parts"),
    [
        ("Thị Trấn  Năm Căn", 3, ("Thị trấn Năm Căn", "Năm Căn", UnitKind.TOWNSHIP)),
        ("thành Phố Cà Mau", 2, ("Thành phố Cà Mau", "Cà Mau", UnitKind.CITY)),
        ("Xã Đất Mũi", 3, ("Xã Đất Mũi", "Đất Mũi", UnitKind.COMMUNE)),
    ],
)
def test_a_kind_is_written_as_in_a_sentence_however_its_source_writes_it(
    told: str, level: int, parts: tuple[str, str, UnitKind]
) -> None:
    assert split_name(told, level) == parts
