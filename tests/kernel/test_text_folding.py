"""Folding, slugs and plain SMS text: the forms people type must meet the forms we store."""

import re
import string
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantoa.kernel.text import fold, normalise, slugify, unaccent

VIETNAMESE = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"
vietnamese = st.text(alphabet=VIETNAMESE + VIETNAMESE.upper() + string.digits + " .,-–“”…\n")
anything = st.text()


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Giảm nghèo đa chiều", "giam ngheo da chieu"),
        ("  ĐẮK\u00a0LẮK\t", "dak lak"),
        ("hoà", "hòa"),
        ("Ð\u1eafk", "đắk"),
        ("Ｃà  Ｍau", "ca mau"),
        ("ti\u200bếng", "tieng"),
    ],
)
def test_fold_makes_what_is_written_and_what_is_typed_meet(written: str, typed: str) -> None:
    assert fold(written) == fold(typed)


def test_fold_keeps_the_vowels_of_khmer() -> None:
    assert fold("ភាសាខ្មែរ") == "ភាសាខ្មែរ"


@given(anything)
def test_fold_twice_is_fold_once(s: str) -> None:
    assert fold(fold(s)) == fold(s)


@given(anything)
def test_fold_sees_no_difference_between_normal_forms(s: str) -> None:
    assert fold(unicodedata.normalize("NFC", s)) == fold(unicodedata.normalize("NFD", s))


@given(vietnamese)
def test_fold_of_vietnamese_ignores_case_and_leaves_ascii_letters(s: str) -> None:
    assert fold(s) == fold(s.upper())
    assert set(re.sub(r"[–“”]", "", fold(s))) <= set(string.ascii_lowercase + string.digits + " .,-")


@given(anything)
def test_normalise_is_settled_composed_and_visible(s: str) -> None:
    once = normalise(s)
    assert normalise(once) == once
    assert unicodedata.is_normalized("NFC", once)
    assert once.encode().decode() == once
    assert not any(unicodedata.category(c) in {"Cc", "Cs"} for c in once if c not in "\n\t")


@given(anything)
def test_normalise_sees_no_difference_between_normal_forms(s: str) -> None:
    assert normalise(unicodedata.normalize("NFD", s)) == normalise(s)


@pytest.mark.parametrize(
    ("given_text", "kept"),
    [
        ("Ca\u0300 Mau\x00\r\nấp\u200b 1\ufeff", "Cà Mau\nấp 1"),
        ("hoà và hòa", "hoà và hòa"),
        ("ភាសា\u200bខ្មែរ", "ភាសា\u200bខ្មែរ"),
        ("👨\u200d👩\u200d👧 nhà\u200dta", "👨\u200d👩\u200d👧 nhàta"),
        ("lạc\ud800 lõng", "lạc lõng"),
    ],
)
def test_normalise_drops_only_what_cannot_be_seen(given_text: str, kept: str) -> None:
    assert normalise(given_text) == kept


def test_unaccent_keeps_case_punctuation_and_lines() -> None:
    assert unaccent("Đ/c Ấp 1: “Hỗ trợ” – 500.000₫…\nChào bà con!") == 'D/c Ap 1: "Ho tro" - 500.000d...\nChao ba con!'


@given(vietnamese)
def test_unaccent_of_vietnamese_is_plain_ascii_of_the_same_letters(s: str) -> None:
    plain = unaccent(s)
    assert plain.isascii()
    assert unaccent(plain) == plain
    assert fold(plain) == fold(s.replace("–", "-").replace("“", '"').replace("”", '"'))


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Giảm nghèo bền vững", "giam-ngheo-ben-vung"),
        ("  Đối thoại: hỏi & đáp (lần 2)!  ", "doi-thoai-hoi-dap-lan-2"),
        ("Nghị định số 30/2020/NĐ-CP", "nghi-dinh-so-30-2020-nd-cp"),
        ("ភាសាខ្មែរ", "phasakhmaer"),
        ("…!", ""),
    ],
)
def test_slugify_of_titles(title: str, slug: str) -> None:
    assert slugify(title) == slug


@given(anything, st.integers(min_value=1, max_value=40))
def test_slug_is_one_short_clean_piece_of_an_address(s: str, longest: int) -> None:
    slug = slugify(s, max_length=longest)
    assert re.fullmatch(r"([a-z0-9]+(-[a-z0-9]+)*)?", slug)
    assert len(slug) <= longest
    assert slugify(slug, max_length=longest) == slug


def test_a_long_slug_ends_at_a_whole_word() -> None:
    assert slugify("Giảm nghèo bền vững", max_length=14) == "giam-ngheo-ben"
    assert slugify("Giảm nghèo bền vững", max_length=13) == "giam-ngheo"
    assert slugify("Giảm nghèo bền vững", max_length=2) == "gi"
