"""A commune by any name it bore, its page, and the doors of the six audiences."""

import json
import re
from datetime import date
from itertools import chain

import pytest

from lantoa.kernel.clock import now, today
from lantoa.newsroom.models import InitiativePage, InstitutionPage
from lantoa.territory.enums import DesignationKind, UnitKind
from lantoa.territory.services import import_boundaries
from lantoa.territory.services.deciding import Newcomer, designate, merge_units, split_unit
from tests.portal.conftest import SINCE, unit

REFORM = date(2025, 7, 1)


@pytest.fixture
def reformed(province, site):
    """Xã Ba Ao was split; Xã Rạch Đất and Xã Rạch Nước became Xã Rạch Mới. Ids by name."""
    old = {name: unit(name, UnitKind.COMMUNE, province.unit_id) for name in
           ("Xã Ba Ao", "Xã Rạch Đất", "Xã Rạch Nước")}  # fmt: skip
    parts = [Newcomer(f"Xã Ba Ao {side}", f"Ba Ao {side}", UnitKind.COMMUNE) for side in ("Trên", "Dưới")]
    heirs = split_unit(unit_id=old["Xã Ba Ao"], into=parts, on=REFORM, by=None, at=now())
    new = Newcomer("Xã Rạch Mới", "Rạch Mới", UnitKind.COMMUNE)
    merged = merge_units(unit_ids=[old["Xã Rạch Đất"], old["Xã Rạch Nước"]], into=new, on=REFORM, by=None, at=now())
    new_ones = {"Xã Ba Ao Trên": heirs[0].pk, "Xã Ba Ao Dưới": heirs[1].pk, "Xã Rạch Mới": merged.pk}
    province.communes.update(old | new_ones)  # the province's people hold their posts over these too
    return old | new_ones


def words(response):
    main = response.text.split("<main")[1].split("</main>")[0]
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", main)).replace("\u00a0", " ")


@pytest.mark.parametrize("typed", ["Xã Bãi Xa", "bãi xa", "BAI XA", "  bai  xa "])
def test_a_name_of_today_leads_straight_to_the_place(client, province, reformed, typed):
    answer = client.get("/noi-toi-o/", {"q": typed})
    assert answer.headers["Location"] == f"/noi-toi-o/{province.communes['Xã Bãi Xa']}/"


def test_an_old_name_leads_to_the_place_it_is_in_now(client, reformed):
    answer = client.get("/noi-toi-o/", {"q": "rach dat"}, follow=True)
    assert answer.redirect_chain == [(f"/noi-toi-o/{reformed['Xã Rạch Mới']}/?tu={reformed['Xã Rạch Đất']}", 302)]
    assert "Xã Rạch Đất là tên cũ. Nay thuộc Xã Rạch Mới." in words(answer)
    assert "Đến hết ngày 30/06/2025 là: xã Rạch Đất; xã Rạch Nước." in words(answer)
    assert "tên cũ" not in words(client.get(f"/noi-toi-o/{reformed['Xã Rạch Mới']}/?tu={reformed['Xã Ba Ao']}"))


def test_a_split_place_is_a_choice(client, reformed):
    heirs = {f"/noi-toi-o/{reformed[name]}/?tu={reformed['Xã Ba Ao']}" for name in ("Xã Ba Ao Trên", "Xã Ba Ao Dưới")}
    for answer in (client.get("/noi-toi-o/", {"q": "ba ao"}), client.get(f"/noi-toi-o/{reformed['Xã Ba Ao']}/")):
        assert set(re.findall(r'class="tile" href="([^"]+)"', answer.text)) == heirs
        assert "Đất xã cũ nay thuộc 2 nơi, bà con chọn nơi mình ở:" in words(answer)
    page = words(client.get(f"/noi-toi-o/{reformed['Xã Ba Ao Trên']}/"))
    assert "Đến hết ngày 30/06/2025 là: một phần xã Ba Ao" in page


def test_a_slip_of_the_finger_is_asked_back_and_nonsense_is_told(client, province, reformed):
    near = client.get("/noi-toi-o/", {"q": "rach mooi"})
    assert "Không có nơi nào tên “rach mooi”. Có phải bà con tìm:" in words(near)
    assert f'href="/noi-toi-o/{reformed["Xã Rạch Mới"]}/"' in near.text
    for nonsense in ("zzzzz", "\0", "' OR 1=1", "<script>", "%", "x" * 5000):
        answer = client.get("/noi-toi-o/", {"q": nonsense})
        assert answer.status_code == 200
        assert "<script>" not in answer.text
    assert "Không có nơi này trong tỉnh" in words(client.get("/noi-toi-o/", {"q": "zzzzz"}))
    assert f'href="/noi-toi-o/{province.communes["Xã Bãi Xa"]}/"' in client.get("/noi-toi-o/").text


@pytest.mark.parametrize("path", ["999999", "0", "9" * 40])
def test_no_such_place_is_not_found(client, province, site, path):
    assert client.get(f"/noi-toi-o/{path}/").status_code == 404
    assert client.get(f"/noi-toi-o/{province.unit_id}/").status_code == 404


def test_the_choice_in_the_address_of_the_home_page_knows_old_units(client, reformed):
    moved = client.get("/", {"xa": reformed["Xã Rạch Nước"]})
    assert f'href="/noi-toi-o/{reformed["Xã Rạch Mới"]}/"' in moved.text
    assert f'href="/danh-cho/ho-ngheo/?xa={reformed["Xã Rạch Mới"]}"' in moved.text
    assert f'href="/toi-duoc-huong-gi/?xa={reformed["Xã Rạch Mới"]}"' in moved.text
    undecided = client.get("/", {"xa": reformed["Xã Ba Ao"]})
    assert (undecided.status_code, undecided.context["chosen"]) == (200, None)
    assert "Set-Cookie" not in moved.headers


def test_a_place_shows_its_office_its_desk_its_news_and_what_holds_there(
    client, province, reformed, publish, django_assert_max_num_queries
):
    here, there = reformed["Xã Rạch Mới"], province.communes["Xã Bãi Xa"]
    designate(unit_id=here, kind=DesignationKind.COASTAL, decision="Mẫu", since=SINCE, until=None, by=None, at=now())
    publish(InstitutionPage, "Một cửa xã Rạch Mới", unit_id=here, address="Chợ Rạch", phone="0290 000 0000",
            hours="7 giờ đến 11 giờ")  # fmt: skip
    publish(InstitutionPage, "Một cửa xã Bãi Xa", unit_id=there, address="Bãi")
    publish("article", "Chuyện ở Rạch Mới", unit_id=here)
    publish("article", "Chuyện ở Bãi Xa", unit_id=there)
    publish("policy", "Chính sách cả tỉnh", unit_id=province.unit_id)
    publish("policy", "Chính sách ven biển", unit_id=province.unit_id, audience_groups=["hard_coastal"])
    publish("policy", "Chính sách hộ nghèo", unit_id=province.unit_id, audience_groups=["poor"])
    publish("policy", "Chính sách Bãi Xa", unit_id=there)
    client.get(f"/noi-toi-o/{here}/")
    with django_assert_max_num_queries(12):
        page = client.get(f"/noi-toi-o/{here}/")
    said = words(page)
    for shown in ("Xã đặc biệt khó khăn", "Một cửa xã Rạch Mới", "Chợ Rạch", "7 giờ đến 11 giờ", "Chuyện ở Rạch Mới"):
        assert shown in said
    assert 'href="tel:02900000000"' in page.text
    assert said.index("Chính sách ven biển") < said.index("Chính sách cả tỉnh")
    assert "Chính sách hộ nghèo" in said
    assert "Bãi Xa" not in said
    elsewhere = words(client.get(f"/noi-toi-o/{there}/"))
    told = ("UBND xã Bãi Xa", "Chính sách hộ nghèo", "Chính sách ven biển")
    assert [one in elsewhere for one in told] == [True, True, False]


def test_news_of_what_a_place_took_over_is_its_news(client, province, publish):
    old = unit("Xã Cũ Kỹ", UnitKind.COMMUNE, province.unit_id)
    other = unit("Xã Cũ Càng", UnitKind.COMMUNE, province.unit_id)
    for grant in chain(*province.posts.values()):
        grant.units.append(old)  # the province's people hold their posts over it too
    publish("article", "Chuyện ngày trước", unit_id=old)
    new = merge_units(unit_ids=[old, other], into=Newcomer("Xã Mới Tinh", "Mới Tinh", UnitKind.COMMUNE),
                      on=REFORM, by=None, at=now())  # fmt: skip
    assert "Chuyện ngày trước" in words(client.get(f"/noi-toi-o/{new.pk}/"))


def test_a_door_shows_what_concerns_its_audience(client, province, publish, django_assert_max_num_queries):
    publish("policy", "Cho hộ nghèo", audience_groups=["poor"])
    publish("policy", "Cho cán bộ", audience_groups=["poverty_officers"])
    publish("policy", "Cho mọi người")
    publish("article", "Chuyện cho hộ nghèo", audience_groups=["poor"])
    publish(InitiativePage, "Nuôi cua", unit_id=province.unit_id, what="<p>Cua.</p>", for_whom="<p>Ai cũng được.</p>")
    client.get("/danh-cho/ho-ngheo/")
    with django_assert_max_num_queries(12):
        poor = words(client.get("/danh-cho/ho-ngheo/"))
    assert poor.index("Cho hộ nghèo") < poor.index("Cho mọi người")
    assert "Tôi được hưởng gì?" in poor
    assert "Cho cán bộ" not in poor
    officers = words(client.get("/danh-cho/can-bo/"))
    assert ("Cho cán bộ" in officers, "Nuôi cua" in officers, "Cho hộ nghèo" in officers) == (True, True, False)
    business = words(client.get("/danh-cho/doanh-nghiep/"))
    assert ("Nuôi cua" in business, "Cho mọi người" in business, "Cho hộ nghèo" in business) == (True, True, False)
    assert "Chuyện cho hộ nghèo" in words(client.get("/danh-cho/bao-chi/"))
    assert client.get("/danh-cho/ai-do/").status_code == 404


def test_home_offers_six_doors_the_guide_and_the_place(client, province, site):
    page = client.get("/").text
    doors = re.findall(r'class="tile" href="(/danh-cho/[a-z-]+/)".*?<b>([^<]+)</b>', page)
    assert [label for _url, label in doors] == [
        "Hộ nghèo", "Hộ cận nghèo", "Mới thoát nghèo", "Cán bộ", "Báo chí", "Doanh nghiệp",
    ]  # fmt: skip
    assert [client.get(url).status_code for url, _label in doors] == [200] * 6
    assert 'class="btn btn-gold" href="/toi-duoc-huong-gi/"' in page
    assert re.search(r'<form class="picker" role="search" action="/noi-toi-o/"', page)


def test_a_phone_that_tells_where_it_is_finds_its_commune_by_the_map_of_the_province(client, province, reformed):
    here = {"kinh-do": "105.0500", "vi-do": "9.0500"}
    assert "data-locate" not in client.get("/noi-toi-o/").text  # nobody drew the communes
    assert client.post("/noi-toi-o/vi-tri/", here).status_code == 404
    corners = [[105.0, 9.0], [105.1, 9.0], [105.1, 9.1], [105.0, 9.1], [105.0, 9.0]]
    drawn = {"type": "Feature", "properties": {"ten": "Xã Rạch Mới"},
             "geometry": {"type": "Polygon", "coordinates": [corners]}}  # fmt: skip
    import_boundaries(
        content=json.dumps({"type": "FeatureCollection", "features": [drawn]}).encode(),
        province_id=province.unit_id, on=today(), credit="Tỉnh Mẫu", by=None, at=now(),
    )  # fmt: skip
    assert 'data-locate="/noi-toi-o/vi-tri/"' in client.get("/noi-toi-o/").text
    found = client.post("/noi-toi-o/vi-tri/", here)
    assert found.json() == {"url": f"/noi-toi-o/{reformed['Xã Rạch Mới']}/"}
    assert (found.headers["Cache-Control"], found.cookies) == ("no-store", {})
    for nowhere in ({"kinh-do": "104.9", "vi-do": "9.05"}, {"kinh-do": "nan", "vi-do": "inf"}, {"kinh-do": "đâu"}, {}):
        told = client.post("/noi-toi-o/vi-tri/", nowhere)
        assert (told.status_code, told.json()) == (
            404, {"why": "Chỗ đó không thuộc xã nào của tỉnh. Bà con hãy gõ tên xã."},
        )  # fmt: skip
    assert client.get("/noi-toi-o/vi-tri/").status_code == 405
