"""Sentences as Vietnamese papers write them, and how hard they are to read."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantoa.kernel.text import (
    Advice,
    Level,
    Reading,
    Term,
    date_text,
    number_text,
    percent_text,
    reading,
    sentences,
    speaking_minutes,
    syllables,
)

EASY = "Bà con thuộc hộ nghèo được cấp thẻ bảo hiểm y tế. Bà con mang giấy tờ đến xã. Cán bộ sẽ giúp."


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("UBND TP. Cà Mau đã họp. Bà con nghe.", ["UBND TP. Cà Mau đã họp.", "Bà con nghe."]),
        ("Theo UBND. Đúng vậy", ["Theo UBND. Đúng vậy"]),
        ("Vay 1.234,5 triệu đồng. Trả sau.", ["Vay 1.234,5 triệu đồng.", "Trả sau."]),
        ("Ngày 15. 9. 2022 bắt đầu. Xong.", ["Ngày 15. 9. 2022 bắt đầu.", "Xong."]),
        ("Từ năm 2022. 15 hộ đã thoát nghèo.", ["Từ năm 2022.", "15 hộ đã thoát nghèo."]),
        ("Theo Nghị định số 30/2020/NĐ-CP. Bà con xem.", ["Theo Nghị định số 30/2020/NĐ-CP.", "Bà con xem."]),
        ("Gạo, cá… rồi muối. Thế là đủ… Hết!", ["Gạo, cá… rồi muối.", "Thế là đủ…", "Hết!"]),
        ("Chị nói: “Được!” Rồi chị về.", ["Chị nói: “Được!”", "Rồi chị về."]),
        ("Ông V. A. Bình nói. TS. Hoa nghe.", ["Ông V. A. Bình nói.", "TS. Hoa nghe."]),
        ("Gồm:\n- Một việc;\n- Hai việc\ncòn dở.", ["Gồm:", "- Một việc;", "- Hai việc còn dở."]),
        (
            "I. MỤC TIÊU\n1. Việc thứ nhất rất dài dòng\ncủa xã.\na) Nhỏ",
            ["I. MỤC TIÊU", "1. Việc thứ nhất rất dài dòng của xã.", "a) Nhỏ"],
        ),
        ("đ) Điểm đ. Hết.", ["đ) Điểm đ.", "Hết."]),
        ("Đời sống ấm no. Các ấp đã họp. Dạ vâng ạ. Hết.", ["Đời sống ấm no.", "Các ấp đã họp.", "Dạ vâng ạ.", "Hết."]),
        ("Đọc hết./.\n\nNơi nhận", ["Đọc hết./.", "Nơi nhận"]),
        ("Toàn xã có tới\n15 hộ nghèo.", ["Toàn xã có tới 15 hộ nghèo."]),
        ("Ban Chỉ đạo tỉnh\nCà Mau họp.", ["Ban Chỉ đạo tỉnh Cà Mau họp."]),
    ],
)
def test_sentences_of(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@given(st.text(alphabet="aáBĐ19 .,!?…;:-–)(“”\n/"))
def test_no_character_is_lost_between_sentences(text: str) -> None:
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


@given(st.text())
def test_sentences_hold_one_line_of_single_spaces(text: str) -> None:
    for sentence in sentences(text):
        assert sentence == " ".join(sentence.split()) != ""


def test_reading_of_a_plain_notice() -> None:
    assert reading(EASY) == Reading(
        sentences=3,
        syllables=23,
        syllables_per_sentence=7.7,
        long_sentences=(),
        terms=(),
        term_share=0.0,
        speaking_minutes=0.2,
        level=Level.EASY,
        advice=(),
    )


def test_reading_names_the_terms_and_what_to_do() -> None:
    text = "Tăng cường công tác tuyên truyền. Đẩy mạnh công tác rà soát, kịp thời tham mưu."
    measured = reading(text)
    assert measured.level is Level.HARD
    assert measured.advice == (Advice.USE_PLAINER_WORDS,)
    assert measured.terms[0] == Term("công tác", 2, "việc")
    assert {term.words for term in measured.terms} == {
        "công tác", "tăng cường", "tuyên truyền", "đẩy mạnh", "rà soát", "kịp thời", "tham mưu",
    }  # fmt: skip
    assert measured.term_share == 1.0


def test_a_sentence_over_forty_syllables_is_shown() -> None:
    long = "Bà con " + "rất vui " * 20 + "hôm nay."
    measured = reading(f"{EASY} {long}")
    assert measured.long_sentences == (" ".join(long.split()),)
    assert measured.level is Level.HARD
    assert measured.advice == (Advice.SPLIT_LONG_SENTENCES,)


def test_nothing_to_read_is_easy() -> None:
    assert reading(" \n…") == Reading(0, 0, 0.0, (), (), 0.0, 0.0, Level.EASY, ())


@given(st.lists(st.sampled_from(["Bà con vui.", "Xã họp dân.", EASY]), min_size=1, max_size=8))
def test_measures_add_up_over_sentences(parts: list[str]) -> None:
    measured = reading(" ".join(parts))
    assert measured.sentences == sum(reading(part).sentences for part in parts)
    assert measured.syllables == sum(syllables(part) for part in parts)
    assert measured.level is Level.EASY


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("", 0.0), ("bà con " * 75, 1.0), ("2025 " * 150, 7.0), ("UBND " * 75, 2.0), ("HỘ NGHÈO " * 75, 1.0)],
)
def test_speaking_minutes_count_what_is_spoken(text: str, minutes: float) -> None:
    assert speaking_minutes(text) == minutes


@pytest.mark.parametrize(
    ("value", "places", "text"),
    [
        (0, None, "0"),
        (1234, None, "1.234"),
        (1234.5, None, "1.234,5"),
        (-1234567, None, "-1.234.567"),
        (Decimal("2.50"), None, "2,5"),
        (Decimal("2.50"), 2, "2,50"),
        (Decimal("0.125"), 2, "0,13"),
        (-0.04, 1, "0,0"),
        (Decimal("1E+3"), None, "1.000"),
    ],
)
def test_number_text(value: float | Decimal, places: int | None, text: str) -> None:
    assert number_text(value, places) == text


@given(st.integers())
def test_number_text_can_be_read_back(value: int) -> None:
    assert int(number_text(value).replace(".", "")) == value


@given(st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9))
def test_decimals_can_be_read_back(value: Decimal) -> None:
    assert Decimal(number_text(value).replace(".", "").replace(",", ".")) == value


@pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("-Infinity")])
def test_what_is_no_number_is_refused(value: float | Decimal) -> None:
    with pytest.raises(ValueError, match="not a number"):
        number_text(value)


def test_percent_and_date_text() -> None:
    assert (percent_text(39, 40), percent_text(1, 3, 2), percent_text(0, 5), percent_text(3, 0)) == (
        "97,5%",
        "33,33%",
        "0,0%",
        "",
    )
    assert date_text(date(2026, 1, 5)) == "05/01/2026"


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_percent_rounds_to_the_nearest_tenth(part: int, whole: int) -> None:
    shown = Fraction(percent_text(part, whole).rstrip("%").replace(".", "").replace(",", "."))
    assert abs(shown - Fraction(100 * part, whole)) <= Fraction(1, 20)
