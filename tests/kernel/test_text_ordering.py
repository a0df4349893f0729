"""Dictionary order, checked against a list put in order by hand."""

import random
import string
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantoa.kernel.text import sort_key

REFERENCE = [
    entry.strip()
    for entry in """
    a | à | á | ác | ách | ai | am | an | an ninh | an toàn | ang | anh | ánh | ăn | ăn mặc | ân | ấp
    ba | ba hoa | ba khía | bà | bà con | bả | bã | bá | bạ | bác | bạc | ban | bàn | bản | bán | bạn | băng
    bằng | bậc
    bâng | bò | bồ | bố | bộ | bờ | bơi | ca | cà | cá | cha | chan | cơm | da | dạ | đa | đà | e | ê | fa | gà
    hai | hài | hải | hái | hại | hoa | hòa | hỏa | hóa | họa | hoàn | in | jun | ki lô | lộ | lở | lợi | mong | mông
    nghèo | nghề | nghệ | tu | tư | ty | vườn | web | xã | yên | zê rô
    """.replace("\n", "|").split("|")
    if entry.strip()
]
words = st.text(alphabet="aàảãáạăằâấbcdđeêghioôơơờuưvxyz 0123456789-" + string.ascii_uppercase)


def test_the_reference_list_keeps_its_order() -> None:
    shuffled = random.Random(7).sample(REFERENCE, len(REFERENCE))
    assert sorted(shuffled, key=sort_key) == REFERENCE


def test_the_reference_list_has_no_two_equal_keys() -> None:
    assert len({sort_key(word) for word in REFERENCE}) == len(REFERENCE) == 87


def test_places_of_one_name_stand_together() -> None:
    places = ["Hóa Châu", "Hoà Bình", "Hòa An", "Hoa Lư", "Hỏa Lựu"]
    assert sorted(places, key=sort_key) == ["Hoa Lư", "Hòa An", "Hoà Bình", "Hỏa Lựu", "Hóa Châu"]


def test_numbers_count_as_numbers() -> None:
    hamlets = ["Khóm 10", "Khóm 2A", "Khóm 1", "Khóm", "Khóm 02", "Khóm A"]
    assert sorted(hamlets, key=sort_key) == ["Khóm", "Khóm 1", "Khóm 02", "Khóm 2A", "Khóm 10", "Khóm A"]


def test_other_scripts_follow_latin() -> None:
    assert sorted(["ខ្មែរ", "zê rô", "ấp", "9"], key=sort_key) == ["9", "ấp", "zê rô", "ខ្មែរ"]


@pytest.mark.parametrize(
    ("one", "other"), [("hòa", "hoà"), ("Ấp", "ấp"), ("kinh tế - xã hội", "Kinh tế, xã hội"), ("Ðà", "Đà")]
)
def test_what_a_dictionary_does_not_distinguish_has_one_key(one: str, other: str) -> None:
    assert sort_key(one) == sort_key(other)


@given(st.text())
def test_the_key_sees_no_difference_between_normal_forms(s: str) -> None:
    assert sort_key(unicodedata.normalize("NFD", s)) == sort_key(unicodedata.normalize("NFC", s))


@given(st.text())
def test_every_key_can_be_stored(s: str) -> None:
    key = sort_key(s)
    assert "\x00" not in key
    assert key.encode().decode() == key


@given(st.lists(words, min_size=2, max_size=6))
def test_utf8_bytes_and_code_points_agree(texts: list[str]) -> None:
    keys = [sort_key(text) for text in texts]
    assert sorted(keys) == sorted(keys, key=lambda key: key.encode())


@given(words, words)
def test_a_text_precedes_its_own_continuation(s: str, more: str) -> None:
    assert sort_key(s) <= sort_key(f"{s} {more}")


@given(st.sampled_from(REFERENCE), st.sampled_from(REFERENCE), words)
def test_the_first_differing_syllable_decides(one: str, other: str, rest: str) -> None:
    one, other = one.split(maxsplit=1)[0], other.split(maxsplit=1)[0]
    if sort_key(one) < sort_key(other):
        assert sort_key(f"{one} {rest}") < sort_key(other)
        assert sort_key(f"{one} {rest}") < sort_key(f"{other} {rest}")
