"""What a run of `make audit-portal` must hold: each page its limits, and no kind of page overlooked."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from bench.audit.browser import Looked
from bench.audit.lighthouse import Verdict
from bench.audit.pages import Found, kind_of, overlooked
from bench.audit.worst import Seen, _looked_again, _middle, _worst
from lantoa.newsroom.models import types_by_section
from lantoa.portal.pages import PAGES
from tests.newsroom.samples import fields_of

WELL = Verdict(
    {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}, lcp_s=1.8, cls=0.05, tbt_ms=100.0,
    processor=1800, complaints={"seo": ["no description"]},
)  # fmt: skip
SLOW = Verdict({"performance": 40}, lcp_s=2.5, cls=0.9, tbt_ms=900.0, processor=1800, complaints={})


def seen(kind: str = "ArticlePage vi", *, quick: Verdict = WELL, slow: Verdict = SLOW, **looked: Any) -> Seen:
    page = Seen(Found(kind, "/", indexable=True), Looked(100.0, 10), quick=quick, slow=slow)
    page.looked = replace(page.looked, **looked)
    return page


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (seen(), []),
        (seen(kb=100.1), ["/: 100.1 KB > 100"]),
        (seen("portal:save_data vi", kb=100.1), ["/: 100.1 KB > 100"]),
        (seen("figures:statistics vi", kb=130.0), []),
        (seen("figures:dataset en", kb=130.1), ["/: 130.1 KB > 130"]),
        (seen("ArticlePage km", kb=117.0), []),
        (seen("ArticlePage km", kb=117.1), ["/: 117.1 KB > 117"]),
        (seen(requests=11), ["/: 11 requests"]),
        (seen(faults=["asks evil.example"]), ["/: asks evil.example"]),
        (seen(quick=replace(WELL, scores={**WELL.scores, "performance": 94, "seo": 99})),
         ["/: performance 94: ", "/: seo 99: no description"]),
        (seen(quick=replace(WELL, lcp_s=1.81)), ["/: LCP 1.81 s"]),
        (seen(quick=replace(WELL, cls=0.06)), ["/: CLS 0.06"]),
        (seen(quick=replace(WELL, tbt_ms=100.1)), ["/: TBT 100.1 ms"]),
        (seen(slow=replace(SLOW, lcp_s=2.51)), ["/: LCP on a slow line 2.51 s"]),
    ],
)  # fmt: skip
def test_a_page_over_a_limit_is_named_and_one_under_it_is_not(page: Seen, said: list[str]) -> None:
    assert page.broken() == said
    assert _worst([seen(), page])["broken"] == said


def test_of_three_looks_the_middle_of_each_figure_counts() -> None:
    seen_thrice = ((2.1, 0.0, 140.0, 91), (2.0, 0.3, 90.0, 97), (1.2, 0.2, 95.0, 96))
    thrice = [replace(WELL, lcp_s=lcp, cls=cls, tbt_ms=tbt, scores={"performance": score})
             for lcp, cls, tbt, score in seen_thrice]  # fmt: skip
    middle = _middle(thrice)
    assert (middle.lcp_s, middle.cls, middle.tbt_ms, middle.scores) == (2.0, 0.2, 95.0, {"performance": 96})


def looks(*seen_as: tuple[float, float]) -> Iterator[Verdict]:
    return (replace(WELL, tbt_ms=tbt, processor=processor) for tbt, processor in seen_as)


@pytest.mark.parametrize(
    ("seen_as", "tbt"),
    [
        ([(140, 1800), (90, 1800), (95, 1800), (1, 1800)], 95),
        ([(140, 900), (150, 1000), (90, 1600), (99, 1700), (20, 1900)], 90),
        ([(140, 1500), (150, 1600), (120, 1700)], 140),
        ([(140, 900), (150, 900), (130, 900), (110, 900), (200, 900), (90, 900), (80, 900)], 130),
    ],
)
def test_a_look_counts_while_nobody_slows_the_processor(seen_as: list[tuple[float, float]], tbt: float) -> None:
    coming = looks(*seen_as)
    assert _looked_again(next(coming), lambda: next(coming)).tbt_ms == tbt


def test_what_the_html_checker_says_is_named() -> None:
    page = seen()
    page.html = ["line 3: stray tag"]
    assert page.broken() == ["/: html line 3: stray tag"]


def test_a_view_and_a_type_of_page_are_known_in_every_language(province, site):
    assert [kind_of(path) for path in ("/", "/en/", "/tim/", "/km/tim/?q=a", "/en/danh-cho/ho-ngheo/")] == [
        "portal:home vi", "portal:home en", "portal:search vi", "portal:search km", "portal:audience en",
    ]  # fmt: skip
    assert [kind_of("/en/tin/"), kind_of("/khong/co/")] == ["SectionPage of articles en", None]
    assert kind_of("/video/") == "SectionPage of videos vi", "which only looks as if it began with a language"


def test_a_kind_of_page_that_no_link_leads_to_is_named(province, publish):
    publish("article", "Two boats", language="en")
    guide = next(model for model in types_by_section().values() if model.__name__ == "GuidePage")
    publish(guide, "Một trang", **fields_of(guide))
    own = {f"{model.__name__} vi" for model in types_by_section().values()}
    views = {f"{view} {code}" for view in PAGES for code in ("vi", "km", "en")}
    all_kinds = [Found(kind, "/", indexable=True) for kind in own | views | {"ArticlePage en"}]
    assert overlooked(all_kinds) == []
    gone = {"ArticlePage en", "GuidePage vi", "EventPage vi", "figures:dataset en", "portal:leaflet vi"}
    assert overlooked(page for page in all_kinds if page.kind not in gone) == [
        f"no link leads to any {kind}" for kind in sorted(gone)
    ]
    assert overlooked(page for page in all_kinds if page.kind != "portal:leaflet en") == []
