"""Lists a province brings: hamlets and designations, row by row, hostile or not."""

from datetime import date
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from openpyxl import Workbook

from lantoa.kernel.tables import UnreadableTable
from lantoa.territory import naming, selectors, services
from lantoa.territory.enums import DesignationKind, UnitKind
from lantoa.territory.models import Designation, ImportRun, Unit, UnitVersion
from lantoa.territory.selectors import Counts
from tests.territory.conftest import AT, PLAN_DAY, REFORM, START, MakeUnit

HAMLETS = """Mã xã;Tên khóm, ấp;Loại
32044;Ấp 1;
32044;Khóm Bình Thạnh;
32047;Kênh Mới;Ấp
99999;Ấp 2;
32047;Nhà Cũ;
32044;=cmd();
;Ấp 3;
32044;Ấp 1;
"""


def hamlets(content: str | bytes, on: date = PLAN_DAY, *, dry_run: bool = False, name: str = "ap.csv"):
    data = content.encode() if isinstance(content, str) else content
    return services.import_hamlets(
        content=data, filename=name, province_id=selectors.province("96", on).pk, on=on, by=None, at=AT, dry_run=dry_run
    )


def test_hamlets_row_by_row(province_2022: str) -> None:
    listing = hamlets(HAMLETS)
    assert (listing.rows, listing.new, listing.known, listing.applied) == (8, 3, 1, True)
    assert [(error.number, error.field) for error in listing.errors] == [
        (5, "commune_code"),
        (6, "kind"),
        (7, ""),
        (8, "commune"),
    ]
    assert all(error.why for error in listing.errors)
    commune = selectors.unit_by_code("32044", on=PLAN_DAY)
    assert [(unit.name, unit.kind) for unit in selectors.children(commune.pk, on=PLAN_DAY)] == [
        ("Ấp 1", UnitKind.HAMLET),
        ("Khóm Bình Thạnh", UnitKind.URBAN_HAMLET),
    ]
    assert selectors.count(selectors.province("96", PLAN_DAY).pk, PLAN_DAY) == Counts(9, 101, 3)


def test_a_dry_run_changes_nothing_and_counts_the_same(province_2022: str) -> None:
    before = Unit.objects.count()
    dry = hamlets(HAMLETS, dry_run=True)
    assert (Unit.objects.count(), dry.new, dry.applied) == (before, 3, False)
    assert hamlets(HAMLETS).new == 3
    again = hamlets(HAMLETS)
    assert (again.new, again.known, again.applied) == (0, 4, False)
    assert ImportRun.objects.filter(kind="hamlets").count() == 1


def test_a_name_borne_twice_asks(province_2022: str) -> None:
    listing = hamlets("Xã,Ấp\nTân Thành,Ấp 1\nXã Tân Thành,Ấp 1\nphường tan thanh,Ấp 1\n")
    assert [(error.number, error.field) for error in listing.errors] == [(2, "commune")]
    assert listing.new == 2


def test_the_district_tells_communes_of_one_name_apart(make_unit: MakeUnit) -> None:
    top = make_unit("Tỉnh Thử", UnitKind.PROVINCE)
    homes = {name: make_unit(f"Huyện {name}", UnitKind.DISTRICT, top) for name in ("Đông", "Tây")}
    communes = {name: make_unit("Xã Giữa", UnitKind.COMMUNE, home) for name, home in homes.items()}
    listing = services.import_hamlets(
        content="Xã,Huyện,Ấp\nGiữa,,Ấp 1\nGiữa,Tây,Ấp 1\n".encode(),
        filename="ap.csv", province_id=top, on=START, by=None, at=AT,
    )  # fmt: skip
    assert [error.number for error in listing.errors] == [2]
    assert [unit.name for unit in selectors.children(communes["Tây"], on=START)] == ["Ấp 1"]


def test_hamlets_pass_through_the_reform(province_2022: str) -> None:
    # Khánh Hòa has one heir, Nguyễn Phích has three
    whole = naming.find_units_by_name("Xã Khánh Hòa", on=PLAN_DAY)[0].unit_id
    split = naming.find_units_by_name("Xã Nguyễn Phích", "U Minh", on=PLAN_DAY)[0].unit_id
    hamlets("Xã,Ấp\nKhánh Hòa,Ấp Mũi\nNguyễn Phích,Ấp 7\n")
    outcome = services.apply_reform(province="96", on=REFORM, at=AT)
    (heir,) = selectors.successors(whole, REFORM)
    assert [unit.name for unit in selectors.children(heir.pk, on=REFORM)] == ["Ấp Mũi"]
    assert [doubt.code for doubt in outcome.doubts if doubt.about == "hamlet"] == [selectors.code_on(split, PLAN_DAY)]
    province_id = selectors.province("96", REFORM).pk
    (waiting,) = UnitVersion.objects.filter(parent_id=province_id, level=4, valid__contains=REFORM)
    assert waiting.name == "Ấp 7"
    later = date(2025, 8, 1)
    listing = hamlets("Xã,Ấp\nKhánh Lâm,Ấp 7\n", later)
    assert (listing.new, listing.errors) == (1, [])
    home = selectors.version_on(waiting.unit_id, later).parent_id
    assert selectors.version_on(home, later).name == "Xã Khánh Lâm"
    assert selectors.count(province_id, later) == Counts(0, 64, 2)


DESIGNATIONS = """Mã xã,Diện,Quyết định,Từ ngày,Đến ngày
32059,Xã đặc biệt khó khăn vùng bãi ngang,353/QĐ-TTg,15/03/2022,31/12/2025
32062,coastal,353/QĐ-TTg,2022-03-15,
32062,bãi ngang,khác,01/01/2023,
32047,nổi tiếng,353/QĐ-TTg,15/03/2022,
32047,bãi ngang,353/QĐ-TTg,hôm qua,
32047,bãi ngang,,15/03/2022,
32047,bãi ngang,353/QĐ-TTg,15/03/2022,01/01/2020
"""


def designations(text: str):
    return services.import_designations(
        content=text.encode(), filename="dien.csv", province_id=selectors.province("96", PLAN_DAY).pk, on=PLAN_DAY,
        by=None, at=AT,
    )  # fmt: skip


def test_designations_row_by_row(province_2022: str) -> None:
    listing = designations(DESIGNATIONS)
    assert (listing.rows, listing.new, listing.known) == (7, 2, 0)
    assert [(error.number, error.field) for error in listing.errors] == [
        (4, "since"),
        (5, "kind"),
        (6, "since"),
        (7, "decision"),
        (8, "until"),
    ]
    unit = selectors.unit_by_code("32059", on=PLAN_DAY)
    (held,) = selectors.designations_of([unit.pk], date(2025, 12, 31))
    assert (held.kind, held.decision) == (DesignationKind.COASTAL, "353/QĐ-TTg")
    assert selectors.designations_of([unit.pk], date(2026, 1, 1)) == []
    assert designations(DESIGNATIONS).known == 2


def test_a_designation_cannot_overlap_itself(make_unit: MakeUnit) -> None:
    unit = make_unit("Xã Thử", UnitKind.COMMUNE)
    terms = {"unit_id": unit, "kind": DesignationKind.COASTAL, "decision": "1", "by": None, "at": AT}
    services.designate(since=START, until=date(2020, 12, 31), **terms)
    services.designate(since=date(2021, 1, 1), until=None, **terms)
    with pytest.raises(services.CannotDecide):
        services.designate(since=date(2022, 1, 1), until=None, **terms)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"\x00" * 50, "ap.csv"),
        ("Xã\nTân Ân\n".encode(), "ap.csv"),
        ("Ấp\nẤp 1\n".encode(), "ap.csv"),
        (b"PK\x03\x04", "ap.xlsx"),
        (b"M\xb5,T\xaan\n1,2", "ap.csv"),
        ('Xã,Ấp\nTân Ân,"Ấp 1\n'.encode(), "ap.csv"),
        ("Xã,Ấp\nTân Ân,Ấp 1\n".encode(), "ap.xlsm"),
    ],
)
def test_a_hostile_list_changes_nothing(province_2022: str, content: bytes, name: str) -> None:
    before = Unit.objects.count()
    with pytest.raises(UnreadableTable):
        hamlets(content, name=name)
    assert Unit.objects.count() == before


def test_excel_and_unaccented_headers_work_too(province_2022: str) -> None:
    book = Workbook()
    for row in (("ma xa", "ten ap"), (32044, "Ấp 9"), ("32044", "=1+1")):
        book.active.append(row)
    stream = BytesIO()
    book.save(stream)
    listing = hamlets(stream.getvalue(), name="ap.xlsx")
    assert (listing.new, [error.number for error in listing.errors]) == (1, [3])


def test_the_command_writes_the_error_file(province_2022: str, tmp_path: Path) -> None:
    file, errors, out = tmp_path / "ap.csv", tmp_path / "loi.csv", StringIO()
    file.write_text(HAMLETS, encoding="utf-8")
    call_command(
        "units", "hamlets", file, "--province", "96", "--on", "2022-09-15", "--errors", errors, "--dry-run", stdout=out
    )
    assert out.getvalue().startswith("8 rows: 3 would be put on record, 1 already there, 4 in error.")
    assert len(errors.read_text(encoding="utf-8-sig").splitlines()) == 5
    assert Designation.objects.count() == 0
