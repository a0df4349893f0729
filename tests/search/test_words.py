"""Words: however a text is typed, it is cut and folded alike, and the database reads what was made of it."""

import unicodedata

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from lantoa.search import words
from lantoa.search.models import SearchWord
from lantoa.search.services import Entry, put
from lantoa.search.spelling import mend, slips
from tests.search.conftest import NOW

ABC = "aăâbcdđeêghiklmnoôơpqrstuưvxy"
VIETNAMESE = st.text(st.sampled_from(ABC + "áàảãạấầẩẫậéèẻẽẹíìỉĩịóòỏõọớờởỡợúùủũụứừửữựýỳỷỹỵ" + ABC.upper() + " -,.0159"))
ANY = VIETNAMESE | st.text(max_size=60)
with_database = settings(max_examples=60)


@given(ANY)
def test_one_text_is_one_row_of_words_however_it_is_typed(text):
    composed, apart = unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)
    assert words.plain(composed) == words.plain(apart)
    assert words.marked(composed) == words.marked(apart)


@given(VIETNAMESE)
def test_folding_takes_the_marks_and_nothing_else_and_only_once(text):
    plain, marked = words.plain(text), words.marked(text)
    assert len(plain) == len(marked)
    assert words.plain(" ".join(marked)) == plain == words.plain(" ".join(plain))
    assert all(word.isascii() for word in plain)
    assert words.plain(text.upper()) == plain


def apart(one: str, other: str) -> int:
    """The distance by its definition: letters too many, too few, wrong, or neighbours changed."""
    rows = [list(range(len(other) + 1))]
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            row.append(min(rows[-1][j] + 1, row[j - 1] + 1, rows[-1][j - 1] + (a != b)))
            if i > 1 and j > 1 and a == other[j - 2] and b == one[i - 2]:
                row[j] = min(row[j], rows[-2][j - 2] + 1)
        rows.append(row)
    return rows[-1][-1]


FEW = st.text("abc", min_size=1, max_size=6)


@settings(max_examples=400)
@given(FEW, FEW)
def test_a_slip_is_counted_as_its_definition_has_it_and_never_missed(one, other):
    assert slips(one, other) == slips(other, one) == min(2, apart(one, other))
    if slips(one, other) <= 1:
        assert set(words.deletes(one)) & set(words.deletes(other)) or len(one) == len(other) == 1


@with_database
@given(ANY)
@pytest.mark.django_db
def test_the_database_reads_every_text_and_finds_it_by_its_own_words(text):
    plain, marked = words.plain(text), words.marked(text)
    with connection.cursor() as cursor:
        for cut in (plain, marked):
            asked = [words.vector(cut), words.every(cut[:40]), words.every(cut[:40], unfinished=True)]
            cursor.execute("SELECT %s::tsvector @@ %s::tsquery, %s::tsvector @@ %s::tsquery",
                           [asked[0], asked[1], asked[0], asked[2]])  # fmt: skip
            assert cursor.fetchone() == ((True, True) if cut else (False, False))


def entry(number: int, title: str) -> Entry:
    return Entry("newsroom.page", number, "articlepage", "vi", None, NOW, title)


SYLLABLE = st.text("aeiouhnt", min_size=3, max_size=7)


@with_database
@given(st.lists(SYLLABLE, min_size=2, max_size=4, unique=True), st.data())
@pytest.mark.django_db
def test_one_slip_in_a_word_is_mended_to_a_word_that_is_there(title, data):
    put([entry(1, " ".join(title))])
    stock = {row.word: row.deletes for row in SearchWord.objects.filter(word__in=title)}
    assert {word: sorted(deletes) for word, deletes in stock.items()} == {word: words.deletes(word) for word in title}
    place = data.draw(st.integers(0, len(title) - 1))
    word = title[place]
    at = data.draw(st.integers(0, len(word) - 1))
    wrong = word[:at] + data.draw(st.sampled_from(["", "q", word[at] + "q"])) + word[at + 1 :]
    typed = [*title[:place], wrong, *title[place + 1 :]]
    if not SearchWord.objects.filter(word=wrong).exists():
        mended = mend(typed, language="vi").split()
        assert len(mended) == len(typed)
        assert slips(mended[place], wrong) == 1
        assert sorted(mended[:place] + mended[place + 1 :]) == sorted(title[:place] + title[place + 1 :])


@pytest.mark.django_db
def test_of_two_readings_the_one_whose_words_stand_together_is_taken():
    apart = [entry(n, f"Xã Hưng {name} được vay vốn") for n, name in enumerate(("Phú", "Mỹ", "Hội"), 1)]
    put([*apart, entry(9, "Ai được hưởng?")])
    assert mend(["duoc", "huog"], language="vi") == "được hưởng"
