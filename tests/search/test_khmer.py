"""Khmer is written without spaces: what stands inside a run of it is found, and nothing else."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from procrastinate.contrib.django.models import ProcrastinateJob

from lantoa.search import words
from lantoa.search.jobs import rebuild
from lantoa.search.models import SearchWord
from lantoa.search.selectors import Wanted, find, suggestions

TITLE = "ប្រជាពលរដ្ឋអាចខ្ចីប្រាក់ពីធនាគារ"
LEAD = "គ្រួសារក្រីក្រទទួលបានទឹកស្អាតនៅផ្ទះ"
BODY = TITLE + LEAD + "ក្នុងឆ្នាំ២០២៦មានសាលារៀនថ្មី"
NO_BREAK, BREAK = "", "\u200b"

CLUSTER = st.builds(
    "".join,
    st.tuples(
        st.sampled_from("កខគដតបមរលសអឥ"),
        st.sampled_from(["", "្រ", "្ម", "្ត្រ"]),
        st.sampled_from(["", "ា", "ី", "ើ", "ុ"]),
        st.sampled_from(["", "់", "ំ", "៉"]),
    ),
)


def titles(query: str) -> list[str]:
    return [hit.title for hit in find(Wanted(query, language="vi")).hits]


@pytest.fixture
def page(write, publish):
    publish(write("Nghề nuôi cua"))
    body = [("paragraph", f"<p>{BODY}</p>"), ("paragraph", "<p>Vay vốn nuôi tôm សម្រាប់កសិករ ở ấp.</p>")]
    return publish(write(TITLE, lead=LEAD, body=body))


@pytest.mark.django_db
@pytest.mark.parametrize("query", [
    "ខ្ចីប្រាក់", "ធនាគារ", "ខ្ចី\u200bប្រាក់", TITLE, "ទឹកស្អាត", "ផ្ទះ", "សាលារៀន", "២០២៦", "ឆ្នាំ២០២៦", "ខ្ចីប្រាក់ សាលារៀន",
    "vay von កសិករ", "vốnកសិករ",
])  # fmt: skip
def test_a_word_inside_a_run_of_title_lead_and_body_is_found(query, page):
    assert titles(query) == [TITLE]


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["មន្ទីរពេទ្យ", "ប្រាក់ខ្ចី", "ខ្ចីប្រាក់ មន្ទីរពេទ្យ", "cua ខ្ចីប្រាក់", "២០២៧"])
def test_a_word_that_is_not_there_finds_nothing(query, page):
    assert titles(query) == []


@pytest.mark.django_db
def test_parted_by_unseen_breaks_or_not_it_is_one_text(write, publish):
    parted = publish(write("ប្រជាពលរដ្ឋ\u200bអាច\u200bខ្ចី\u200bប្រាក់"))
    assert titles("អាចខ្ចីប្រាក់") == titles("អាច\u200bខ្ចីប្រាក់ ប្រជាពលរដ្ឋ") == [parted.title]


@pytest.mark.django_db
def test_titles_are_suggested_while_the_last_cluster_is_still_being_typed(page):
    for typed in ("ខ្ចីប្រ", "ប្រជាព", "ធនា", TITLE[:-1]):
        assert suggestions(typed, language="vi") == [TITLE], typed
    assert suggestions("ខ្ចីម", language="vi") == []


@pytest.mark.django_db
def test_clusters_are_no_words_to_mend_slips_from(page):
    assert [row.word for row in SearchWord.objects.all() if words.is_khmer(row.word)] == []
    assert titles("nuoi tmo") != []
    assert find(Wanted("nuoi tmo ខ្ចីប្រាក", language="vi")).mended == ""


@given(st.lists(CLUSTER, min_size=2, max_size=30), st.data())
def test_whatever_two_clusters_or_more_stand_together_are_found(clusters, data):
    first = data.draw(st.integers(0, len(clusters) - 2))
    last = data.draw(st.integers(first + 2, len(clusters)))
    joint = data.draw(st.sampled_from([NO_BREAK, BREAK]))
    whole, part = joint.join(clusters), "".join(clusters[first:last])
    for cut in (words.plain, words.marked):
        assert set(cut(part)) <= set(cut(whole))
        assert cut(whole) == cut("".join(clusters))
    assert f" {words.phrase(part)} " in f" {words.phrase(whole)} "
    assert words.phrase(whole).split() == clusters


@pytest.mark.django_db
def test_an_upgrade_has_what_holds_khmer_put_anew_and_asks_no_work_of_others(page):
    waiting = ProcrastinateJob.objects.filter(task_name="search.rebuild", status="todo")

    def upgraded(kept: str) -> int:
        with connection.cursor() as cursor:
            vector = "UPDATE search_searchitem SET title_plain = %s::tsvector, text_plain = %s::tsvector"
            cursor.execute(vector, [kept, kept])
        import_module("lantoa.search.migrations.0005_khmer_words").put_anew(
            None, SimpleNamespace(connection=connection)
        )
        return waiting.count()

    assert upgraded("'nuoi':1") == 0
    assert upgraded(f"'{TITLE}':1") == 1
    assert titles("ខ្ចីប្រាក់") == []
    rebuild()
    assert titles("ខ្ចីប្រាក់") == [TITLE]
