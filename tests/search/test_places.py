"""Places: the name of a commune that is gone finds what is about the unit that holds its ground today."""

from datetime import date

import pytest

from lantoa.kernel.enums import Role
from lantoa.newsroom import services as newsroom
from lantoa.newsroom.selectors import about_units
from lantoa.search import services as search
from lantoa.search.selectors import Wanted, find
from lantoa.territory import services
from lantoa.territory.enums import UnitKind
from lantoa.territory.naming import named_in
from lantoa.territory.selectors import reach_of
from lantoa.territory.services.deciding import Newcomer
from tests.search.conftest import NOW
from tests.territory.conftest import MakeUnit, make_unit

__all__ = ["make_unit"]

pytestmark = pytest.mark.django_db
BEFORE, TODAY = date(2025, 6, 30), date(2026, 11, 23)


@pytest.fixture
def merged(make_unit: MakeUnit) -> dict[str, int]:
    """Two communes that became one, and a third that stayed."""
    province = make_unit("Tỉnh Mẫu", UnitKind.PROVINCE)
    ids = {name: make_unit(f"Xã {name}", UnitKind.COMMUNE, province) for name in ("Rạch Chèo", "Vàm Đình", "Đất Thử")}
    new = services.merge_units(
        unit_ids=[ids["Rạch Chèo"], ids["Vàm Đình"]], into=Newcomer("Xã Bãi Bồi", "Bãi Bồi", UnitKind.COMMUNE),
        on=date(2025, 7, 1), by=None, at=NOW,
    )  # fmt: skip
    return {**ids, "Tỉnh Mẫu": province, "Bãi Bồi": new.pk}


@pytest.fixture
def pages(merged, site, hire, reviewer, publish):
    """A page about the new commune that does not say the old name, and one about another place."""
    made = {}
    for title, place in {"Cầu mới khánh thành": "Bãi Bồi", "Họp bàn vay vốn": "Bãi Bồi", "Nuôi cua": "Đất Thử"}.items():
        writer = hire(Role.EDITOR, unit=merged[place])
        page = newsroom.write_article(parent=site.articles["vi"], title=title, by=writer, at=NOW,
                                      unit_id=merged[place], lead="Chuyện ở xã.",
                                      body=[("paragraph", "<p>Bà con.</p>")])  # fmt: skip
        made[title] = publish(page, by=hire(Role.REVIEWER, unit=merged[place]))
    return made


def titles(query, **narrowed):
    return {hit.title for hit in find(Wanted(query, language="vi", **narrowed), on=TODAY).hits}


@pytest.mark.parametrize("query", ["xã Rạch Chèo", "rach cheo", "RACH CHEO", "vàm đình", "Bãi Bồi", "bai boi"])
def test_the_old_name_finds_pages_of_the_new_unit(query, pages):
    assert titles(query) == {"Cầu mới khánh thành", "Họp bàn vay vốn"}


def test_other_words_beside_the_name_must_be_held(pages):
    assert titles("vay von rach cheo") == {"Họp bàn vay vốn"}
    assert titles("rach cheo thuyền bay") == set()


def test_a_place_narrows_a_search(pages, merged):
    assert titles("ba con", unit_id=merged["Bãi Bồi"]) == {"Cầu mới khánh thành", "Họp bàn vay vốn"}
    assert titles("ba con", unit_id=merged["Đất Thử"]) == {"Nuôi cua"}
    assert titles("ba con", unit_id=merged["Tỉnh Mẫu"]) == set(pages)


def test_a_place_and_a_year_in_the_address_narrow_a_search(pages, merged, client):
    def found(**narrowed):
        return {hit.title for hit in client.get("/tim/", {"q": "ba con", **narrowed}).context["found"].hits}

    this_year = str(pages["Nuôi cua"].first_published_at.year)
    assert found(xa=merged["Đất Thử"], nam=this_year) == {"Nuôi cua"}
    assert found(nam=this_year) == found(xa="khong-co") == set(pages)
    assert found(xa=merged["Đất Thử"], nam="1999") == set()


def test_every_place_a_thing_is_about_finds_it(merged, site, hire, publish):
    """A page of one commune about two more, one of which is gone since: by its old name, its heir, the province."""
    writer = hire(Role.EDITOR, unit=merged["Đất Thử"])
    page = newsroom.write_article(
        parent=site.articles["vi"], title="Ba xã thi nuôi tôm", by=writer, at=NOW, unit_id=merged["Đất Thử"],
        further_units=[merged["Rạch Chèo"], merged["Bãi Bồi"]], lead="Chuyện ba xã.",
        body=[("paragraph", "<p>Bà con.</p>")],
    )  # fmt: skip
    publish(page, by=hire(Role.REVIEWER, unit=merged["Đất Thử"]))
    for query in ("rach cheo", "Bãi Bồi", "thi nuoi tom bai boi"):
        assert titles(query) == {"Ba xã thi nuôi tôm"}, query
    for place in ("Đất Thử", "Bãi Bồi", "Tỉnh Mẫu"):
        assert titles("tôm", unit_id=merged[place]) == {"Ba xã thi nuôi tôm"}, place
    found = find(Wanted("tôm", language="vi"), on=TODAY)
    assert found.narrowing.units == {merged[name]: 1 for name in ("Đất Thử", "Rạch Chèo", "Bãi Bồi")}
    assert found.narrowing.total == 1
    assert {*found.hits[0].unit_ids[1:]} == {merged["Rạch Chèo"], merged["Bãi Bồi"]}
    search.rebuild()
    assert titles("rach cheo") == {"Ba xã thi nuôi tôm"}
    assert [card.title for card in about_units(reach_of([merged["Bãi Bồi"]], on=TODAY))] == ["Ba xã thi nuôi tôm"]


def test_names_are_read_as_of_a_day_and_marks_part_them(merged):
    def named(text, on):
        return {(place.name, place.gone, place.now_ids) for place in named_in(text, on=on)}

    new = (merged["Bãi Bồi"],)
    assert named("đường về rạch chèo", TODAY) == {("Xã Rạch Chèo", True, new)}
    assert named("duong ve rach cheo", BEFORE) == {("Xã Rạch Chèo", False, (merged["Rạch Chèo"],))}
    assert named("rách cheo", TODAY) == set()
    assert named("rach cheon", TODAY) == set()


def test_the_page_says_what_the_old_commune_is_part_of_now(pages, client):
    page = client.get("/tim/", {"q": "xã rạch chèo"}).text
    assert "Xã Rạch Chèo" in page
    assert "Xã Bãi Bồi" in page
    assert "Cầu mới khánh thành" in page
