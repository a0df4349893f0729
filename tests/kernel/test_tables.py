"""Tables from strangers: read what is sound, refuse the rest in words, never crash."""

import io
import unicodedata
import zipfile
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from lantoa.kernel import tables
from lantoa.kernel.tables import Row, RowError, UnreadableTable, match_headers, read_table, write_error_file


def workbook(*rows: tuple[object, ...]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def repacked(content: bytes, **parts: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, data in parts.items():
            new.writestr(name, data)
    return stream.getvalue()


def rows(content: bytes, name: str) -> list[Row]:
    return list(read_table(content, name).rows)


TEXT = "Mã;Tên\n32044;Xã Khánh Hòa\n\n32047;Ấp Đường Đào\n"
ROWS = [
    Row(2, {"Mã": "32044", "Tên": "Xã Khánh Hòa"}),
    Row(4, {"Mã": "32047", "Tên": "Ấp Đường Đào"}),
]


@pytest.mark.parametrize("code", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_every_unicode_file_reads_the_same(code: str, form: str) -> None:
    assert rows(unicodedata.normalize(form, TEXT).encode(code), "ap.csv") == ROWS


def test_windows_1258_reads_the_same() -> None:
    # windows-1258 keeps shaped vowels whole and writes the tone as a mark of its own
    split = "".join(
        char
        if char in "âăêôơưđÂĂÊÔƠƯĐ"
        else "".join(unicodedata.normalize("NFC", unicodedata.normalize("NFD", char)[:-1]))
        + unicodedata.normalize("NFD", char)[-1]
        if len(unicodedata.normalize("NFD", char)) > 1
        else char
        for char in TEXT
    )
    assert rows(split.encode("windows-1258"), "ap.csv") == ROWS


def test_excel_reads_as_people_see_it() -> None:
    content = workbook(
        ("Mã", "Tên", "Ngày"), (32044.0, "Ấp  1", date(2022, 9, 15)), (None, None, None), ("007", 1.5, None)
    )
    assert rows(content, "ap.xlsx") == [
        Row(2, {"Mã": "32044", "Tên": "Ấp 1", "Ngày": "15/09/2022"}),
        Row(4, {"Mã": "007", "Tên": "1.5", "Ngày": ""}),
    ]


def test_headers_match_folded_in_two_languages() -> None:
    table = read_table("Mã xã,TÊN ẤP,ghi chú\n1,2,3\n".encode(), "ap.csv")
    assert match_headers(table.headers, {"code": ("mã xã",), "name": ("tên ấp", "tên"), "kind": ("loại",)}) == {
        "code": "Mã xã",
        "name": "TÊN ẤP",
    }


@pytest.mark.parametrize("cell", ["=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-cmd()", "\x00", "x" * 5000, '"\t=1"'])
def test_a_dangerous_cell_refuses_its_row_only(cell: str) -> None:
    good, bad = rows(f"a,b\n1,2\n{cell},2\n".encode(), "t.csv")
    assert (good.problem, dict(bad.cells)) == ("", {})
    assert bad.problem


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("=1+1", "'=1+1"), ("\n=1", "'\n=1"), ("＝1", "'＝1"), ("Hỏi vay;=HYPERLINK(1)", "Hỏi vay;'=HYPERLINK(1)"),
        ("a; @b; c", "a; '@b; c"), ("Vay 50 triệu; trả 3 năm", "Vay 50 triệu; trả 3 năm"), ("", ""),
    ],
)  # fmt: skip
def test_no_cell_written_for_a_spreadsheet_runs(said: str, kept: str) -> None:
    assert tables.safe_cell(said) == kept


def test_phone_numbers_and_negative_numbers_are_no_formulas() -> None:
    assert [row.problem for row in rows(b"a;b\n+84 900 000 000;-1,5\n- 2;+3\n", "t.csv")] == ["", ""]


def test_an_excel_formula_refuses_its_row() -> None:
    (row,) = rows(workbook(("a",), ("=1+1",)), "t.xlsx")
    assert row.problem


BASE = workbook(("a",), ("1",))
SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:XFD1048576"/>'
FAR = SHEET + (
    b'<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c></row>'
    b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "t.csv"),
        (b"\x00" * 100, "t.csv"),
        (b"\xef\xbb\xbf\r\n", "t.csv"),
        (b"%PDF-1.7", "t.csv"),
        (BASE, "t.csv"),
        (BASE, "t.xlsm"),
        (BASE, "t.ods"),
        (b"\xd0\xcf\x11\xe0 old", "t.xlsx"),
        (b"a,b\n1,2", "t.xlsx"),
        (BASE[:-40], "t.xlsx"),
        (b"PK\x03\x04 nothing", "t.xlsx"),
        (repacked(BASE, **{"xl/vbaProject.bin": b"x"}), "t.xlsx"),
        (repacked(BASE, **{"xl/externalLinks/externalLink1.xml": b"<a/>"}), "t.xlsx"),
        (repacked(BASE, **{"xl/worksheets/sheet1.xml": b"<a>"}), "t.xlsx"),
        (repacked(BASE, **{"xl/worksheets/sheet1.xml": b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}), "t.xlsx"),
        (repacked(BASE, **{"xl/media/bomb": b"\x00" * 30_000_000}), "t.xlsx"),
        (repacked(BASE, **{"xl/worksheets/sheet1.xml": FAR}), "t.xlsx"),
        (workbook(("=1+1",), ("1",)), "t.xlsx"),
        ("Ng\u00b5y,Tªn\n1,2".encode("windows-1258"), "tcvn3.csv"),
        ("TÃªn áº¥p,MÃ£\n1,2".encode(), "mojibake.csv"),
        (b'a,b\n"1,2\n', "t.csv"),
        (b'a,b\n"1"x,2\n', "t.csv"),
        (b"a,A\n1,2\n", "t.csv"),
        (b"=a,b\n1,2\n", "t.csv"),
        (",".join(f"c{n}" for n in range(100)).encode(), "t.csv"),
        (b"x" * 300_000, "t.csv"),
    ],
)
def test_a_hostile_file_is_refused_in_words(content: bytes, name: str) -> None:
    with pytest.raises(UnreadableTable) as refusal:
        list(read_table(content, name).rows)
    assert str(refusal.value).endswith(".")


def test_size_is_judged_before_anything_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MAX_BYTES", 10)
    with pytest.raises(UnreadableTable):
        read_table(b"a,b\n1,2\n3,4\n", "t.csv")


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MAX_ROWS", 2)
    with pytest.raises(UnreadableTable):
        rows(b"a\n1\n2\n3\n", "t.csv")


def test_the_error_file_cannot_act_as_a_formula() -> None:
    content = write_error_file([RowError(7, "tên", "=HYPERLINK(1)", "@fix")])
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.decode("utf-8-sig").splitlines()[1] == "7,tên,'=HYPERLINK(1),'@fix"


@given(st.binary(max_size=400), st.sampled_from(["t.csv", "t.xlsx", "t.txt", "t"]))
def test_no_bytes_at_all_crash_the_reader(content: bytes, name: str) -> None:
    with suppress(UnreadableTable):
        list(read_table(content, name).rows)


@given(st.lists(st.lists(st.text("aăâđêôơưáàảãạ 'x9", min_size=1), min_size=2, max_size=2), max_size=8))
def test_what_csv_writes_is_read_back(body: list[list[str]]) -> None:
    import csv

    buffer = io.StringIO()
    csv.writer(buffer).writerows([["mot", "hai"], *body])
    clean = [[" ".join(cell.split()) for cell in line] for line in body]
    assert [list(row.cells.values()) for row in rows(buffer.getvalue().encode(), "t.csv")] == [
        line for line in clean if any(line)
    ]
