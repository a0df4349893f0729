"""Lists come in whole-checked or not at all: dry run, mapping, row errors, doubles, hostile files."""

import csv
import io
import unicodedata
import zipfile
from collections.abc import Iterable
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from lantoa.audience.enums import ImportState, SuppressionReason
from lantoa.audience.models import (
    Address,
    ConsentEvent,
    ContactImport,
    GroupMembership,
    Person,
    Reach,
    Suppression,
    VaultName,
)
from lantoa.audience.services import (
    ImportRefusedError,
    cancel_import,
    erase_person,
    problems,
    run_import,
    start_import,
    suppress,
    try_import,
)
from lantoa.kernel.access import AccessDenied
from lantoa.kernel.clock import ZONE
from lantoa.kernel.enums import Role
from lantoa.kernel.models import AuditEntry, User
from lantoa.kernel.tables import UnreadableTable
from lantoa.kernel.text import fold, normalise
from tests.audience.world import NOW, World, contact, settle

pytestmark = pytest.mark.django_db
HEADERS = ["Họ và tên", "Điện thoại", "E-mail", "Mã Zalo", "Xã", "Ấp", "Ngôn ngữ", "Nhóm", "Căn cứ", "Ngày đồng ý",
           "Kênh đồng ý"]  # fmt: skip
GOOD = [
    "Nguyễn Thị Mẫu",
    "0912 345 678",
    "",
    "",
    "Đất Mũi",
    "",
    "",
    "Hộ nghèo; workers",
    "Phiếu 12",
    "01/03/2026",
    "SMS",
]


def as_csv(rows: Iterable[list[str]], headers: list[str] = HEADERS) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer).writerows([headers, *rows])
    return buffer.getvalue().encode("utf-8-sig")


def as_xlsx(rows: Iterable[list[Any]], headers: list[str] = HEADERS) -> bytes:
    book, buffer = Workbook(), io.BytesIO()
    for row in [headers, *rows]:
        book.active.append(row)  # type: ignore[union-attr]
    book.save(buffer)
    return buffer.getvalue()


def row(**changed: str) -> list[str]:
    names = ["name", "phone", "email", "zalo", "commune", "hamlet", "language", "groups", "basis", "on", "channels"]
    return list((dict(zip(names, GOOD, strict=True)) | changed).values())


@pytest.fixture
def officer(world: World) -> User:
    return world.hire(Role.CHANNEL_OFFICER)


def upload(world: World, by: User, content: bytes, name: str = "danh-sach.csv", **more: Any) -> ContactImport:
    unit_id = world.units[more.pop("unit", "Tỉnh Mẫu")]
    started = start_import(by=by, at=NOW, content=content, file_name=name, unit_id=unit_id, purpose="policy_news")
    return try_import(by=by, at=NOW, import_id=started.pk, mapping=more.pop("mapping", started.mapping))


def everything() -> dict[str, int]:
    tables = (Person, VaultName, Address, ConsentEvent, GroupMembership)
    return {model.__name__: model.objects.count() for model in tables}


def test_dry_run_changes_nothing_and_the_import_brings_everything(world: World, officer: User) -> None:
    content = as_csv([GOOD])
    checked = upload(world, officer, content)
    assert (checked.state, checked.rows, checked.accepted, checked.refused) == (ImportState.MAPPED, 1, 1, 0)
    assert everything() == dict.fromkeys(everything(), 0)
    done = run_import(by=officer, at=NOW, import_id=checked.pk)
    person = Person.objects.get()
    assert (done.state, bytes(done.content), done.accepted) == (ImportState.DONE, b"", 1)
    assert (person.unit_id, person.language, person.legal_basis) == (world.units["Xã Đất Mũi"], "vi", "Phiếu 12")
    assert VaultName.objects.get().name == "Nguyễn Thị Mẫu"
    assert set(GroupMembership.objects.values_list("group__code", flat=True)) == {"poor", "workers"}
    event = ConsentEvent.objects.get()
    digest = sha256(content).hexdigest()
    assert event.proof == {"import": str(done.public_id), "file_sha256": digest, "row": 2}
    assert (event.at.astimezone(ZONE).date(), event.operator) == (date(2026, 3, 1), officer)
    assert list(Reach.objects.values_list("channel", "purpose")) == [("sms", "policy_news")]


BAD = [
    ({"basis": ""}, "Căn cứ"),
    ({"basis": " - "}, "Căn cứ"),
    ({"basis": "Không có."}, "Căn cứ"),
    ({"on": ""}, "Ngày đồng ý"),
    ({"on": "31/02/2026"}, "Ngày đồng ý"),
    ({"on": "01/03/2030"}, "Ngày đồng ý"),
    ({"channels": ""}, "Kênh đồng ý"),
    ({"channels": "bồ câu"}, "Kênh đồng ý"),
    ({"channels": "Zalo"}, "Kênh đồng ý"),
    ({"phone": "091234567"}, "Điện thoại"),
    ({"phone": ""}, "Điện thoại"),
    ({"commune": "Khánh Hòa"}, "Xã"),  # of another province
    ({"commune": "Không Có"}, "Xã"),
    ({"commune": ""}, "Xã"),
    ({"hamlet": "Ấp Không Có"}, "Ấp"),
    ({"language": "tiếng Pháp"}, "Ngôn ngữ"),
    ({"groups": "Hộ nghèo; ma"}, "Nhóm"),
    ({"name": "x" * 201}, "Họ và tên"),
    ({"name": "=HYPERLINK(1)"}, ""),
    ({"name": "a\x00b"}, ""),
]


@pytest.mark.parametrize(("changed", "column"), BAD)
def test_a_row_that_cannot_come_in_says_where_why_and_what_to_do(
    world: World, officer: User, changed: dict[str, str], column: str
) -> None:
    other = row(name="Trần Văn Mẫu", phone="0987654321")
    checked = upload(world, officer, as_csv([row(**changed), other]))
    assert (checked.accepted, checked.refused) == (1, 1)
    [error] = problems(checked)
    assert (error.number, error.field) == (2, column)
    assert error.why
    assert error.what_to_do
    assert "0912" not in str(checked.problems)


def test_a_row_without_a_legal_basis_stays_out_and_names_row_reason_and_way_out(world: World, officer: User) -> None:
    checked = upload(world, officer, as_csv([GOOD, row(name="Trần Văn Mẫu", phone="0987654321", basis="")]))
    [error] = problems(checked)
    assert (error.number, error.field) == (3, "Căn cứ")
    assert error.why == "Chưa ghi căn cứ, nên không được gửi tin cho người này."
    assert error.what_to_do == "Ghi nơi giữ phiếu đồng ý, như số phiếu và ngày."
    run_import(by=officer, at=NOW, import_id=checked.pk)
    assert list(Person.objects.values_list("legal_basis", flat=True)) == ["Phiếu 12"]
    assert not Address.objects.filter(value="84987654321").exists()


def test_all_errors_of_a_row_come_at_once(world: World, officer: User) -> None:
    checked = upload(world, officer, as_csv([row(basis="", on="", commune="Không Có", phone="1")]))
    assert [error.field for error in problems(checked)] == ["Xã", "Điện thoại", "Căn cứ", "Ngày đồng ý"]
    with pytest.raises(ImportRefusedError):
        run_import(by=officer, at=NOW, import_id=checked.pk)


def test_doubles_in_the_list_and_in_the_vault_stay_out(world: World, officer: User) -> None:
    twice = row(phone="+84 912 345 678", name="NGUYEN THI MAU")
    housemate = row(name="Trần Văn Mẫu")
    checked = upload(world, officer, as_csv([GOOD, twice, housemate]))
    assert (checked.accepted, [error.number for error in problems(checked)]) == (2, [3])
    run_import(by=officer, at=NOW, import_id=checked.pk)
    again = upload(world, officer, as_csv([GOOD, twice, housemate]))
    assert (again.accepted, again.refused) == (0, 3)
    assert everything()["Person"] == 2


def test_a_silenced_address_is_not_brought_back_by_a_list(world: World, officer: User) -> None:
    [person] = settle(contact(world, phone="84912345678", name="Ai khác"))
    suppress(reason=SuppressionReason.KEYWORD, by=None, at=NOW, address_id=Address.objects.get(person=person).pk)
    checked = upload(world, officer, as_csv([GOOD]))
    assert (checked.accepted, checked.refused) == (0, 1)


def test_without_the_columns_of_consent_the_list_is_refused(world: World, officer: User) -> None:
    content = as_csv([GOOD[:8]], HEADERS[:8])
    with pytest.raises(ImportRefusedError, match=r".+"):
        upload(world, officer, content)
    assert everything() == dict.fromkeys(everything(), 0)


def test_columns_may_be_named_by_hand(world: World, officer: User) -> None:
    headers = [f"Cột {place}" for place in range(len(HEADERS))]
    fields = ["name", "phone", "email", "zalo", "commune", "hamlet", "language", "groups", "basis", "consented_on",
              "consent_channels"]  # fmt: skip
    checked = upload(world, officer, as_csv([GOOD], headers), mapping=dict(zip(fields, headers, strict=True)))
    assert checked.accepted == 1


def test_an_import_stays_within_the_officers_units(world: World) -> None:
    clerk = world.hire(Role.CHANNEL_OFFICER, unit="Xã Khánh An")
    with pytest.raises(AccessDenied):
        upload(world, clerk, as_csv([GOOD]))
    mine = upload(world, clerk, as_csv([GOOD, row(commune="Xã Khánh An")]), unit="Xã Khánh An")
    assert (mine.accepted, [error.field for error in problems(mine)]) == (1, ["Xã"])
    stranger = world.hire(Role.CHANNEL_OFFICER, unit="Xã Đất Mũi")
    with pytest.raises(AccessDenied):
        run_import(by=stranger, at=NOW, import_id=mine.pk)
    with pytest.raises(AccessDenied):
        cancel_import(by=stranger, at=NOW, import_id=mine.pk)


def test_a_finished_or_cancelled_list_holds_no_content_and_cannot_run_again(world: World, officer: User) -> None:
    for end in (run_import, cancel_import):
        checked = upload(world, officer, as_csv([row(phone=f"09{officer.pk:08d}")]))
        end(by=officer, at=NOW, import_id=checked.pk)
        checked.refresh_from_db()
        assert bytes(checked.content) == b""
        with pytest.raises(ImportRefusedError):
            run_import(by=officer, at=NOW, import_id=checked.pk)


def test_excel_dates_and_numbers_that_lost_their_zero_come_in(world: World, officer: User) -> None:
    typed: list[Any] = list(GOOD)
    typed[1], typed[9] = 912345678, date(2026, 3, 1)
    checked = upload(world, officer, as_xlsx([typed]), "danh-sach.xlsx")
    run_import(by=officer, at=NOW, import_id=checked.pk)
    assert Address.objects.get().value == "84912345678"


def _bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", b" " * 300_000_000)
    return buffer.getvalue()


def _macro() -> bytes:
    buffer = io.BytesIO(as_xlsx([GOOD]))
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    return buffer.getvalue()


HOSTILE = {
    "empty.csv": lambda: b"",
    "nul.csv": lambda: b"\x00" * 500,
    "bomb.xlsx": _bomb,
    "macro.xlsx": _macro,
    "named.xlsm": lambda: as_xlsx([GOOD]),
    "pdf.csv": lambda: b"%PDF-1.7 ...",
    "huge.csv": lambda: b"a" * (21 * 1024 * 1024),
    "tcvn3.csv": lambda: "Hä vµ tªn,§iÖn tho¹i\n".encode("latin-1") + bytes(range(128, 256)),
    "broken.csv": lambda: as_csv([GOOD]) + b'"open',
    "page.html": lambda: b"<html></html>",
    "not.xlsx": lambda: b"PK\x03\x04 not a zip",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_end_in_a_sentence_and_an_unchanged_database(world: World, officer: User, name: str) -> None:
    before = AuditEntry.objects.count()
    with pytest.raises((UnreadableTable, ImportRefusedError), match=r"\w+ \w+"):
        upload(world, officer, HOSTILE[name](), name)
    assert everything() == dict.fromkeys(everything(), 0)
    kept = ContactImport.objects.exclude(state=ImportState.UPLOADED).count()
    assert (kept, AuditEntry.objects.count() - before) == (0, ContactImport.objects.count())


def test_decomposed_letters_and_stray_marks_meet_the_same_commune(world: World, officer: User) -> None:
    decomposed = unicodedata.normalize("NFD", "Xã Đất Mũi")
    checked = upload(world, officer, as_csv([row(commune=f"  {decomposed}\u200b ")]))
    assert checked.accepted == 1


people = st.lists(
    st.tuples(
        st.text(st.characters(categories=("L", "N"), include_characters=" '-"), min_size=1, max_size=30).filter(
            lambda name: (
                name.strip(" '")
                and not name.lstrip(" '").startswith("-")  # begins like a formula: refused
                and not set("áÃÆÄ") & set(name)
            )  # with some signs behind it, text that was broken on its way: refused
        ),
        st.from_regex(r"[35789][0-9]{8}", fullmatch=True),
        st.sampled_from(["Đất Mũi", "Xã Khánh An", "khanh an"]),
        st.sampled_from(["vi", "Khmer", "English", ""]),
    ),
    min_size=1,
    max_size=6,
    unique_by=lambda row: row[1],
)


@settings(max_examples=20)
@given(rows=people, excel=st.booleans())
def test_what_goes_in_comes_out(world: World, officer: User, rows: list, excel: bool) -> None:
    lines = [row(name=name, phone=f"0{number}", commune=commune, language=spoken)
             for name, number, commune, spoken in rows]  # fmt: skip
    content, name = (as_xlsx(lines), "a.xlsx") if excel else (as_csv(lines), "a.csv")
    checked = upload(world, officer, content, name)
    assert checked.problems == []
    run_import(by=officer, at=NOW + timedelta(minutes=1), import_id=checked.pk)
    mine = Address.objects.filter(person__source=f"import:{checked.pk}").order_by("person")
    expected = [
        (
            f"84{number}",
            " ".join(normalise(name).split()),
            world.units["Xã Khánh An" if "khanh" in fold(commune) else "Xã Đất Mũi"],
            {"": "vi", "vi": "vi", "Khmer": "km", "English": "en"}[spoken],
        )
        for name, number, commune, spoken in rows
    ]
    names = dict(VaultName.objects.values_list("person", "name"))
    found = [(a.value, names.get(a.person_id, ""), a.person.unit_id, a.person.language) for a in mine]
    assert found == expected
    for address in mine:  # so that the next example may use the same numbers
        erase_person(by=None, at=NOW, person=address.person)
    Suppression.objects.all().delete()
