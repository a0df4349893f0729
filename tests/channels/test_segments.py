"""SMS are counted as the network counts them, and the plain form fits the cheap alphabet."""

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantoa.channels.sms.segments import (
    BASIC,
    EXTENSION,
    Alphabet,
    Segments,
    alphabet_of,
    count,
    measure,
    split,
    unaccented,
)

gsm = st.text(st.sampled_from(sorted(BASIC | EXTENSION)), max_size=700)
anything = st.one_of(gsm, st.text(max_size=400), st.text(st.sampled_from("ếữđĐ aA€🙂\n"), max_size=400))


@pytest.mark.parametrize(
    ("text", "cost"),
    [
        ("", Segments(Alphabet.GSM7, 0, 0, 160)),
        ("a" * 160, Segments(Alphabet.GSM7, 160, 1, 0)),
        ("a" * 161, Segments(Alphabet.GSM7, 161, 2, 145)),
        ("a" * 306, Segments(Alphabet.GSM7, 306, 2, 0)),
        ("€" * 80, Segments(Alphabet.GSM7, 160, 1, 0)),
        ("a" * 152 + "€" + "a" * 10, Segments(Alphabet.GSM7, 164, 2, 141)),  # the escape pair moves on whole
        ("ế" * 70, Segments(Alphabet.UCS2, 70, 1, 0)),
        ("ế" * 71, Segments(Alphabet.UCS2, 71, 2, 63)),
        ("🙂" * 35, Segments(Alphabet.UCS2, 70, 1, 0)),
        ("ế" * 66 + "🙂" + "ế" * 10, Segments(Alphabet.UCS2, 78, 2, 55)),  # so does the surrogate pair
    ],
)
def test_known_costs(text: str, cost: Segments) -> None:
    assert measure(text) == cost


@given(anything)
def test_split_loses_nothing_and_agrees_with_the_count(text: str) -> None:
    parts = split(text)
    assert "".join(parts) == text
    assert len(parts) == count(text)
    assert all(parts)


@given(anything)
def test_every_part_fits_and_none_could_take_the_next_character(text: str) -> None:
    parts, alphabet = split(text), alphabet_of(text)
    limit = {Alphabet.GSM7: (160, 153), Alphabet.UCS2: (70, 67)}[alphabet][len(parts) > 1]

    def units(part: str) -> int:
        if alphabet is Alphabet.UCS2:
            return len(part.encode("utf-16-le")) // 2
        return len(part) + sum(character in EXTENSION for character in part)

    assert all(units(part) <= limit for part in parts)
    for part, following in pairwise(parts):
        assert units(part + following[0]) > limit


@given(st.text(max_size=300))
def test_the_plain_form_is_gsm_stays_the_same_when_repeated_and_never_costs_more(text: str) -> None:
    plain = unaccented(text)
    assert alphabet_of(plain) is Alphabet.GSM7
    assert unaccented(plain) == plain


@given(st.text(st.sampled_from("ăâđêôơưĂÂĐÊÔƠƯáàảãạếềểễệ aAbB1.,"), max_size=300))
def test_vietnamese_without_marks_keeps_length_and_case_and_costs_no_more(text: str) -> None:
    plain = unaccented(text)
    assert len(plain) == len(text)
    assert [c.isupper() for c in plain] == [c.isupper() for c in text]
    assert count(plain) <= count(text)


@given(anything)
def test_composed_letters_never_cost_more_than_decomposed_ones(text: str) -> None:
    composed, decomposed = (unicodedata.normalize(form, text) for form in ("NFC", "NFD"))
    if alphabet_of(composed) is alphabet_of(decomposed):
        assert count(composed) <= count(decomposed)


def test_a_real_sentence() -> None:
    assert (
        unaccented("Bà con xã Đất Mũi “nhận” thẻ BHYT – miễn phí… 🙂")
        == 'Ba con xa Dat Mui "nhan" the BHYT - mien phi... '
    )
