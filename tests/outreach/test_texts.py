"""Texts: first forms, what is frozen, what one person gets, tiles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lantoa.channels.sms.segments import count
from lantoa.outreach.keys import key_of, parse_key
from lantoa.outreach.models import MessageForm
from lantoa.outreach.page_text import plain
from lantoa.outreach.texts import first_forms, text_for
from lantoa.territory.tiling import tile_places

CONTENT = {
    "title": "Vay vốn",
    "purpose": "policy_news",
    "legal_basis": "",
    "forms": {
        "vi": {
            "sms": {"text": "Chào {name}"},
            "email": {"subject": "Gửi {name}", "text": "Kính gửi {name}.\n\n<b>Hỏi</b>"},
        },
        "km": {"sms": {"text": "សួស្តី"}},
    },
}  # fmt: skip


def test_a_person_gets_their_language_and_name_and_a_stranger_is_greeted_warmly() -> None:
    assert text_for(CONTENT, "sms", "km").for_person("A", "").text == "សួស្តី"
    assert text_for(CONTENT, "sms", "en").for_person("Lê Văn A", "").text == "Chào Lê Văn A"
    assert text_for(CONTENT, "sms", "vi").for_person("", "").text == "Chào bà con"
    with pytest.raises(KeyError):
        text_for(CONTENT, "zalo", "vi")


def test_mail_escapes_what_people_are_called_and_carries_the_way_out_on_both_sides() -> None:
    mail = text_for(CONTENT, "email", "vi").for_person("<i>A</i>", "https://x.test/?a=1&b=2")
    assert "&lt;i&gt;A&lt;/i&gt;" in mail.html
    assert "<b>Hỏi</b>" not in mail.html
    assert "https://x.test/?a=1&amp;b=2" in mail.html
    assert "https://x.test/?a=1&b=2" in mail.text
    assert mail.subject == "Gửi <i>A</i>"
    assert "style=" not in mail.html


@given(title=st.text(min_size=1, max_size=80), body=st.text(max_size=2000))
def test_first_forms_fit_their_channels(title: str, body: str) -> None:
    forms = first_forms(title, body)
    assert len(forms["zalo"]["body"]) <= 2000
    assert count(forms["sms"]["body"]) <= 5
    assert len(forms["sms"]["body"]) <= 134


@pytest.mark.parametrize(
    ("title", "sms"), [("Ai được vay?", "Ai được vay? Hộ nghèo."), ("Vay vốn", "Vay vốn. Hộ nghèo.")]
)
def test_a_title_keeps_its_own_stop(title: str, sms: str) -> None:
    assert first_forms(title, "Hộ nghèo.")["sms"]["body"] == sms


def test_what_goes_out_without_marks_follows_the_words_until_the_editor_writes_their_own() -> None:
    form = MessageForm(channel="sms", body="Hộ nghèo", send_plain=True)
    assert form.text == "Ho ngheo"
    form.body = "Hộ cận nghèo"
    assert form.text == "Ho can ngheo"
    form.plain = "Ho can ngheo oi"
    assert form.text == "Ho can ngheo oi"


@given(st.from_regex(r"[0-9a-f]{16}", fullmatch=True), st.integers(1, 10**17), st.integers(0, 9999))
def test_a_key_is_read_back(broadcast: str, delivery: int, generation: int) -> None:
    key = key_of(broadcast, delivery, generation)
    assert parse_key(key) == (broadcast, delivery, generation)
    assert len(key) <= 64


@given(st.dictionaries(st.integers(1, 500), st.tuples(st.floats(8, 10), st.floats(104, 106)), max_size=70))
def test_every_unit_has_a_tile_of_its_own(points: dict[int, tuple[float, float]]) -> None:
    places = tile_places((unit, lat, lon) for unit, (lat, lon) in points.items())
    assert set(places) == set(points)
    assert len(set(places.values())) == len(points)
    assert all(x >= 0 and y >= 0 for x, y in places.values())


def test_a_pages_markup_becomes_paragraphs() -> None:
    assert plain("<h2>Ai được</h2><p>Hộ&nbsp;nghèo &amp; cận nghèo</p><ul><li>a</li><li>b</li></ul>") == (
        "Ai được\n\nHộ nghèo & cận nghèo\n\na\n\nb"
    )
