"""Components drawn once: the same for the same values, language and kind of text; never for who is signed in."""

from datetime import date

import pytest
from django.http import HttpRequest
from django.template import Context, RequestContext, engines
from django.utils.safestring import SafeString
from django.utils.translation import override

from lantoa.ui.templatetags import pieces

CHIP = '{% include "ui/components/chip.html" with label=label only %}'
TEAROFF = '{% include "ui/components/tearoff.html" with date=date only %}'


@pytest.fixture(autouse=True)
def _nothing_drawn():
    pieces._drawn.clear()
    yield
    pieces._drawn.clear()


def drawn(template, request=None, **values):
    if request is None:
        request = HttpRequest()
        request.method = "GET"
    return engines["django"].from_string(template).template.render(RequestContext(request, values))


def test_what_was_drawn_once_is_not_drawn_again():
    first = drawn(CHIP, label="Mới")
    assert (drawn(CHIP, label="Mới"), len(pieces._drawn)) == (first, 1)
    assert drawn(CHIP, label="Cũ") != first
    assert len(pieces._drawn) == 2


def test_a_text_never_takes_the_place_of_what_may_stand_as_it_is():
    assert "<b>" in drawn(CHIP, label=SafeString("<b>"))
    assert "<b>" not in drawn(CHIP, label="<b>")


def test_one_is_not_true():
    assert [drawn(CHIP, label=one).count("True") for one in (1, True)] == [0, 1]


def test_each_language_has_its_own():
    told = []
    for language in ("vi", "en", "km"):
        with override(language):
            told.append(drawn(TEAROFF, date=date(2027, 2, 6)))
    assert len(set(told)) == 3


@pytest.mark.parametrize("mark", ["cookie", "post", "none"])
def test_pages_of_people_leave_nothing(mark):
    request = HttpRequest()
    request.method = "POST" if mark == "post" else "GET"
    if mark == "cookie":
        request.COOKIES["sessionid"] = "một"
    if mark == "none":
        engines["django"].from_string(CHIP).template.render(Context({"label": "Tên người"}))
    else:
        assert "Tên người" in drawn(CHIP, request, label="Tên người")
    assert pieces._drawn == {}


def test_values_that_do_not_say_all_are_drawn_each_time():
    assert "['a']" in drawn(CHIP, label=["a"]).replace("&#x27;", "'")
    assert pieces._drawn == {}


def test_there_are_never_too_many(monkeypatch):
    monkeypatch.setattr(pieces, "MOST", 3)
    for number in range(10):
        drawn(CHIP, label=f"Thẻ {number}")
        assert len(pieces._drawn) <= 3
    drawn(CHIP, label="dài " * pieces.LONGEST)
    assert all(len(one) <= pieces.LONGEST for one in pieces._drawn.values())


def test_what_sees_the_page_around_it_is_not_kept():
    assert "Mới" in drawn('{% include "ui/components/chip.html" %}', label="Mới")
    assert pieces._drawn == {}
