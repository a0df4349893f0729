"""The gallery shows every component, and its HTML is what a strict policy and a screen reader want."""

import re
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.template.loader import render_to_string
from django.test import Client

from lantoa.ui import sprites
from lantoa.ui.gallery import SampleForm

COMPONENTS = Path(sprites.__file__).parent / "templates" / "ui" / "components"
VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "rect", "circle", "path", "use", "ellipse"}


class Outline(HTMLParser):
    """What the tests need to know of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: Counter[str] = Counter()
        self.faults: list[str] = []
        self.shown: set[str] = set()
        self.labels: set[str] = set()
        self.inputs: set[str] = set()
        self.feed(page)
        self.close()
        self.faults += [f"<{tag}> is never closed" for tag in self.open]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = dict(attrs)
        if tag not in VOID:
            self.open.append(tag)
        if facts.get("id"):
            self.ids[str(facts["id"])] += 1
        if tag == "style" or (tag == "script" and not facts.get("src")) or "style" in facts:
            self.faults.append(f"inline style or script on <{tag}>")
        self.faults += [f"{name} on <{tag}>" for name in facts if name.startswith("on")]
        if any('"' in (value or "") for name, value in attrs if name.startswith(("aria", "role"))):
            self.faults.append(f"a quotation mark inside an attribute of <{tag}>")
        if tag == "img" and "alt" not in facts:
            self.faults.append("img without alt")
        self.shown.update((facts.get("data-component") or "").split())
        if tag == "label" and facts.get("for"):
            self.labels.add(str(facts["for"]))
        if tag in ("input", "select", "textarea") and facts.get("type") != "hidden":
            self.inputs.add(str(facts.get("id")))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")


@pytest.fixture
def gallery(client: Client) -> str:
    answer = client.get("/ui/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_gallery_shows_every_component(gallery: str) -> None:
    assert {path.stem for path in COMPONENTS.glob("*.html")} == Outline(gallery).shown


def test_the_gallery_is_well_formed_and_carries_no_inline_style_or_script(gallery: str) -> None:
    outline = Outline(gallery)
    assert outline.faults == []
    assert [name for name, times in outline.ids.items() if times > 1] == []
    assert outline.inputs - outline.labels == set()


def test_every_link_within_the_gallery_leads_somewhere(gallery: str) -> None:
    assert set(re.findall(r'href="#([^"]+)"', gallery)) <= set(Outline(gallery).ids)


def test_the_gallery_speaks_vietnamese_and_nothing_is_left_in_english(gallery: str) -> None:
    assert '<html lang="vi">' in gallery
    assert "Cộng lại đúng 18.949." in gallery
    assert "Thứ Hai" in gallery
    assert re.findall(r">\s*(?:The|Send|Open|Read|Write|Not)\b[^<]*<", gallery) == []


def test_the_policy_forbids_what_the_gallery_does_not_use(client: Client) -> None:
    policy = client.get("/ui/").headers["Content-Security-Policy"]
    assert "unsafe-inline" not in policy


def test_a_faulty_form_links_its_summary_to_its_fields_and_keeps_what_was_typed() -> None:
    form = SampleForm({"subject": "report", "story": "<b>x", "unit": "b", "phone": "12"})
    html = str(form)
    outline = Outline(f"<form>{html}</form>")
    assert outline.faults == []
    assert '<a href="#id_story">' in html
    assert '<a href="#id_phone">' in html
    assert 'aria-describedby="id_story_helptext id_story_error"' in html
    assert 'id="id_story_error"' in html
    assert "&lt;b&gt;x" in html
    assert 'value="12"' in html


@pytest.mark.parametrize("face", ["portal", "desk", "plain"])
def test_a_face_stands_without_any_context(face: str) -> None:
    assert Outline(render_to_string(f"ui/{face}.html")).faults == []


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "500"])
def test_an_error_page_stands_alone_and_names_a_way_out(name: str) -> None:
    page = render_to_string(f"{name}.html")
    assert Outline(page).faults == []
    assert 'href="/"' in page


def test_a_page_nobody_made_answers_with_our_own_words(client: Client, db: None) -> None:
    answer = client.get("/khong-co-trang-nay/")
    assert answer.status_code == 404
    assert "Không có trang này" in answer.content.decode()


def test_the_rail_and_the_tabs_carry_their_counts() -> None:
    rail = [
        {
            "key": "today",
            "label": "Việc hôm nay",
            "icon": "check",
            "url": "/a/",
            "count": 7,
            "current": True,
            "tab": True,
        },
        {"key": "plan", "label": "Kế hoạch", "icon": "plan", "url": "/b/", "count": 0},
        {
            "key": "cases",
            "label": "Lắng nghe",
            "icon": "ear",
            "url": "/c/",
            "count": 1200,
            "tab": True,
            "short": "Ý kiến",
        },
    ]
    page = render_to_string(
        "ui/desk.html", {"rail": rail, "registers": rail[1:2], "me": {"name": "A", "agency": "Xã A"}}
    )
    outline = Outline(page)
    assert outline.faults == []
    tabs = page.split('<nav class="tabbar"')[1]
    assert re.findall(r'<a href="([^"]+)"', tabs) == ["/a/", "/c/", "#rail"]
    assert "Ý kiến" in tabs
    assert "1.200" in tabs
