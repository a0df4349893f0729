"""The small rules: numbers, dates, letters, endings, widths, and what a document refuses to say."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantoa.reporting.document import (
    Blank,
    Heading,
    Kind,
    OfficialDocument,
    Paragraph,
    Point,
    Signature,
    Table,
    word_file,
)
from lantoa.reporting.document.metrics import balanced_lines, width_mm
from lantoa.reporting.document.tables import cell_text, column_widths
from lantoa.reporting.document.wording import date_line, listed, number_line, point_letter, roman, with_ending


@pytest.mark.parametrize(
    ("number", "line"), [(5, "Số: 05/BC-X"), (10, "Số: 10/BC-X"), (171, "Số: 171/BC-X"), (None, "Số:       /BC-X")]
)
def test_number_line(number: int | None, line: str) -> None:
    assert number_line(number, "BC-X").replace("\xa0", " ") == line


@given(st.integers(1, 99999))
def test_numbers_have_two_figures_at_least(number: int) -> None:
    written = number_line(number, "KH-UBND").removeprefix("Số:\xa0").removesuffix("/KH-UBND")
    assert int(written) == number
    assert len(written) >= 2
    assert written.startswith("0") == (number < 10)


@given(st.dates(date(1945, 9, 2), date(2099, 12, 31)))
def test_only_days_below_ten_and_the_first_two_months_get_a_zero(day: date) -> None:
    place, _, written = date_line("Cà Mau", day).partition(", ")
    _, d, _, m, _, y = written.replace("\xa0", " ").split(" ")
    assert place == "Cà Mau"
    assert (int(d), int(m), int(y)) == (day.day, day.month, day.year)
    assert (d.startswith("0"), m.startswith("0")) == (day.day < 10, day.month < 3)


def test_points_follow_the_vietnamese_alphabet() -> None:
    assert [point_letter(i) for i in range(1, 12)] == list("abcdđeghikl")
    assert point_letter(23) == "y"
    for outside in (0, 24):
        with pytest.raises(ValueError, match="at most 23"):
            point_letter(outside)


@given(st.integers(1, 399))
def test_roman_figures_can_be_read_back(number: int) -> None:
    values = [{"I": 1, "V": 5, "X": 10, "L": 50, "C": 100}[figure] for figure in roman(number)]
    following = [*values[1:], 0]
    assert sum(-a if a < b else a for a, b in zip(values, following, strict=True)) == number


def test_roman_figures_are_written_as_usual() -> None:
    assert [roman(i) for i in (1, 4, 9, 14, 40, 90, 399)] == ["I", "IV", "IX", "XIV", "XL", "XC", "CCCXCIX"]
    with pytest.raises(ValueError, match="400"):
        roman(400)


@given(st.text(), st.sampled_from(["./.", ";", "."]))
def test_an_ending_is_put_once(text: str, ending: str) -> None:
    closed = with_ending(text, ending)
    assert with_ending(closed, ending) == closed
    assert closed.endswith(ending)


def test_a_list_ends_in_semicolons_and_one_full_stop() -> None:
    assert listed(("Như trên.", "Sở Tài chính", "Kho bạc;")) == ["Như trên;", "Sở Tài chính;", "Kho bạc."]
    assert listed(()) == []


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"),
        (1234567, "1.234.567"),
        (1234.5, "1.234,5"),
        (Decimal("-0.5"), "-0,5"),
        (Blank.MISSING, "…"),
        (Blank.NOT_APPLICABLE, "-"),
        (" hai\n ba\x00 ", "hai ba"),
    ],
)
def test_cell_text_tells_zero_missing_and_not_applicable_apart(value: object, text: str) -> None:
    assert cell_text(value) == text  # type: ignore[arg-type]


words = st.text(alphabet="AĐÊNGHIOƯỪaăbcdđeêghinoôơưừy ", min_size=1, max_size=120)


@given(words, st.integers(20, 160))
def test_balanced_lines_lose_no_word_and_fit(text: str, room: int) -> None:
    lines = balanced_lines(text, 14, room)
    assert " ".join(lines) == text
    assert all(width_mm(line, 14) <= room for line in lines if " " in line)


def test_balanced_lines_are_even_and_keep_the_breaks_of_the_author() -> None:
    assert balanced_lines("ỦY BAN NHÂN DÂN TỈNH SÔNG TRANH", 12, 64) == ["ỦY BAN NHÂN DÂN", "TỈNH SÔNG TRANH"]
    assert balanced_lines("Kết quả\nquý IV", 14, 160) == ["Kết quả", "quý IV"]


def test_widths_are_those_of_times_new_roman_bold() -> None:
    # Measured in a metric-compatible face: state name at 12 points, motto at 13.
    assert round(width_mm("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12), 1) == 88.3
    assert round(width_mm("Độc lập - Tự do - Hạnh phúc", 13), 1) == 55.9


cells = st.one_of(st.text(alphabet="abc đê", max_size=200), st.integers(0, 10**9), st.sampled_from(Blank))


@given(st.lists(st.lists(cells, min_size=3, max_size=3), max_size=5), st.integers(120, 252))
def test_columns_fill_the_room_and_no_more(rows: list[list[str | int | Blank]], room: int) -> None:
    table = Table(("TT", "Tên rất dài của một cột", "Số"), tuple(tuple(row) for row in rows))
    widths = column_widths(table, room)
    assert abs(sum(widths) - room) < 0.001
    assert min(widths) > 0


def test_columns_follow_the_shares_when_given() -> None:
    assert column_widths(Table(("a", "b"), (), widths=(1, 3)), 160) == [40, 120]


def test_symbols_of_documents() -> None:
    assert (Kind.REPORT.symbol("UBND"), Kind.SUBMISSION.symbol("SNV")) == ("BC-UBND", "TTr-SNV")
    assert (Kind.LETTER.symbol("UBND", "VX"), Kind.LETTER.symbol("SNV")) == ("UBND-VX", "SNV")


def test_a_table_with_a_row_too_short_is_refused() -> None:
    with pytest.raises(ValueError, match="Every row needs 2 cells"):
        Table(("a", "b"), (("x",),))


@pytest.mark.parametrize("name", ["TS. Trần Văn Mẫu", "ThS Trần Văn Mẫu", "PGS.TS. Trần Văn Mẫu", "BS. Trần Mẫu"])
def test_academic_titles_do_not_sign(name: str) -> None:
    with pytest.raises(ValueError, match="academic title"):
        Signature("Giám đốc", name)


def minimal(**changes: object) -> OfficialDocument:
    values: dict[str, object] = {
        "kind": Kind.NOTICE,
        "symbol": "TB-X",
        "issuer": "Xã Mẫu",
        "place": "Xã Mẫu",
        "abstract": "",
        "body": (Paragraph("Hết"),),
        "signature": Signature("Chủ tịch"),
    }
    return OfficialDocument(**(values | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"issuer": " \u200b"}, "an issuer"),
        ({"number": 0}, "start at 1"),
        ({"body": ()}, "ends in text"),
        ({"body": (Paragraph("a"), Heading("b"))}, "ends in text"),
        ({"data_hash": "abc"}, "SHA-256"),
    ],
)
def test_what_a_document_cannot_be_is_refused(changes: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        minimal(**changes)


def test_too_many_points_under_one_heading_are_refused() -> None:
    with pytest.raises(ValueError, match="at most 23"):
        word_file(minimal(body=tuple(Point(str(i)) for i in range(24))))
