"""Nothing that we borrow speaks English to an editor: counted over every package in use."""

import re
import unicodedata
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext, override
from wagtail.admin.views.i18n import localized_js_catalog

from scripts import borrowed

PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")
TAG = re.compile(r"<[^>]+>")
HELD = [(domain, key) for domain in borrowed.DOMAINS for key in borrowed.entries(borrowed.OURS / f"{domain}.po")]


def ids(message):
    return (message.id,) if isinstance(message.id, str) else message.id


def strings(message):
    return (message.string,) if isinstance(message.string, str) else message.string


def catalogues(prefix):
    own = {a.path for a in apps.get_app_configs() if a.name.startswith(prefix)}
    return {path: borrowed.entries(Path(path) / "locale/vi/LC_MESSAGES/django.po") for path in own}


@pytest.mark.parametrize("domain", borrowed.DOMAINS)
def test_nothing_borrowed_is_left_in_english(domain):
    assert [(name, message.id) for name, message in borrowed.missing(domain)] == []


def test_every_app_of_wagtail_in_use_is_counted():
    counted = {name for domain in borrowed.DOMAINS for name, _ in borrowed.borrowed(domain).values()}
    shown = {
        a.name for a in apps.get_app_configs() if a.name.startswith("wagtail") and (Path(a.path) / "locale").exists()
    }
    assert len(shown) > 10
    assert shown - counted <= {"wagtail.search"}  # its one string is Wagtail's "Search" too


@pytest.mark.parametrize("domain", borrowed.DOMAINS)
def test_nothing_is_held_that_no_one_says(domain):
    assert borrowed.left_over(domain) == []


def test_what_is_new_after_an_upgrade_is_named(tmp_path, monkeypatch):
    home = tmp_path / "locale/en/LC_MESSAGES"
    home.mkdir(parents=True)
    (home / "django.po").write_text(
        'msgid "Publish"\nmsgstr ""\n\nmsgid "A door that is new"\nmsgstr ""\n\nmsgctxt "verb"\nmsgid "Publish"\n'
        'msgstr ""\n\nmsgid "%(n)s door"\nmsgid_plural "%(n)s doors"\nmsgstr[0] ""\nmsgstr[1] ""\n'
    )
    monkeypatch.setattr(borrowed, "shelves", lambda: {"new": tmp_path})
    new = [(message.context, ids(message)[0]) for _, message in borrowed.missing("django")]
    assert new == [(None, "A door that is new"), ("verb", "Publish"), (None, "%(n)s door")]
    assert (None, "Unpublish") in borrowed.left_over("django")


def test_rooms_keep_their_own_words():
    ours = {key for domain, key in HELD if domain == "django"}
    assert [(path, key) for path, room in catalogues("lantoa.").items() for key in ours & room.keys()] == []


def test_what_ships_well_is_not_repeated():
    ours = borrowed.entries(borrowed.OURS / "django.po")
    same = [key for shipped in catalogues("wagtail").values() for key in ours.keys() & shipped.keys()
            if strings(ours[key]) == strings(shipped[key])]  # fmt: skip
    assert same == []


def marks(text):
    """What a translation may not change: placeholders, tags, and a space at either end."""
    return (*map(sorted, (PLACEHOLDER.findall(text), TAG.findall(text))), text[:1].isspace(), text[-1:].isspace())


@pytest.mark.parametrize("domain", borrowed.DOMAINS)
def test_each_string_keeps_what_it_stands_for(domain):
    held = borrowed.entries(borrowed.OURS / f"{domain}.po")
    assert len(held) > 50
    assert [m.id for m in held.values() if m.fuzzy or len(strings(m)) != 1 or not strings(m)[0].strip()] == []
    assert [m.id for m in held.values() if marks(strings(m)[0]) not in map(marks, ids(m))] == []
    assert [m.id for m in held.values() if not unicodedata.is_normalized("NFC", strings(m)[0])] == []


def test_the_editor_s_own_scripts_are_given_vietnamese(rf):
    request = rf.get("/")
    request.user = AnonymousUser()
    with override("vi"):
        given = localized_js_catalog(request).content.decode()
    assert "Ghim thanh c\\u00f4ng c\\u1ee5" in given or "Ghim thanh công cụ" in given


@pytest.mark.parametrize(
    ("word", "vietnamese"),
    [("Help", "Trợ giúp"), ("Words", "Số từ"), ("Import", "Nhập vào"), ("Task", "Bước duyệt"), ("From", "Từ địa chỉ"),
     ("Submitted", "Đã gửi duyệt"), ("Pages", "Trang")],
)  # fmt: skip
def test_a_rooms_word_in_another_sense_leaves_the_editors_word_alone(word, vietnamese):
    with override("vi"):
        assert gettext(word) == vietnamese
