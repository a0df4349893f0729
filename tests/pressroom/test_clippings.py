"""Pieces of the press: each once a day, never changed, struck out with a reason; lists come in whole or not at all."""

import io
from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from lantoa.kernel.access import AccessDenied
from lantoa.kernel.clock import now, today
from lantoa.kernel.enums import Role
from lantoa.kernel.tables import UnreadableTable
from lantoa.pressroom import selectors, services
from lantoa.pressroom.enums import Medium
from lantoa.pressroom.lists import bring_in
from lantoa.pressroom.models import Clipping
from lantoa.pressroom.rules import ClippingRefused
from lantoa.pressroom.services import same_piece
from tests.pressroom.conftest import DAY, facts

pytestmark = pytest.mark.django_db

HEAD = "Loại,Báo đài,Tít,Ngày,Giờ,Phút,Liên kết,Chương trình,Nội dung\n"


def brought(province, clerk, *rows, name="tin.csv"):
    content = (HEAD + "".join(rows)).encode()
    return bring_in(unit_id=province.unit_id, content=content, filename=name, by=clerk, at=now())


def line(*cells):
    return ",".join(f'"{cell}"' for cell in cells) + "\n"


TWO = "giảm nghèo; nông thôn mới"
GOOD = line("Truyền hình", "Đài Thử", "Xã thoát nghèo", "15/09/2026", "19h45", "3,5", "", TWO, "a)")
WEB = line("Báo điện tử", "Báo Thử", "Vay vốn", "2026-09-15", "", "", "https://bao.example.vn/vay?id=7", "dân tộc", "đ")


def test_the_same_link_twice_on_a_day_is_refused_and_on_another_day_it_is_another_piece(enter):
    enter()
    with pytest.raises(ClippingRefused, match="đã có trong sổ ngày đó"):
        enter(title="Tít khác", link="http://www.bao.example.vn/vay-von/?utm_source=zalo&id=7")
    assert enter(told_on=DAY + timedelta(days=1)).pk
    assert enter(link="https://bao.example.vn/vay-von?id=8").pk
    assert enter(link="", title="Trên sóng", medium=Medium.RADIO, told_at=time(5)).pk
    assert enter(link="", title="Trên sóng", medium=Medium.RADIO, told_at=time(17)).pk, "told again at another hour"
    with pytest.raises(ClippingRefused):
        enter(link="", title="TRÊN SÓNG ", medium=Medium.RADIO, told_at=time(17))


def test_the_database_refuses_doubles_minutes_in_print_and_every_change(enter, clerk):
    row = enter()
    double = {field.attname: getattr(row, field.attname) for field in Clipping._meta.fields if not field.primary_key}
    wrong = [
        (double, "clipping_once"),
        (double | {"same": "1", "minutes": 3}, "clipping_minutes_on_air"),
        (double | {"same": "2", "medium": "radio", "minutes": 0}, "clipping_minutes_positive"),
        (double | {"same": "3", "medium": "rumour"}, "clipping_medium_known"),
        (double | {"same": "4", "struck_at": now(), "struck_by_id": clerk.pk}, "clipping_struck_with_a_reason"),
    ]
    for values, name in wrong:
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            Clipping.objects.create(**values)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    change = "UPDATE pressroom_clipping SET "
    for statement in (change + "title = 'x'", change + "told_on = told_on - 1", "DELETE FROM pressroom_clipping",
                      "TRUNCATE pressroom_clipping"):  # fmt: skip
        with pytest.raises(DatabaseError, match="append_only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    services.strike_clipping(clipping_id=row.pk, why="Nhầm ngày.", by=clerk, at=now())
    again = "struck_at = NULL, struck_by_id = NULL, struck_why = ''"
    for statement in (change + "struck_why = 'x'", change + again):
        with pytest.raises(DatabaseError, match="struck out once"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_a_piece_struck_out_stays_on_record_and_may_be_entered_anew(enter, clerk):
    row = enter(medium=Medium.PRINT)
    with pytest.raises(ClippingRefused, match="Ghi lý do"):
        services.strike_clipping(clipping_id=row.pk, why="  ", by=clerk, at=now())
    for _twice in range(2):
        struck = services.strike_clipping(clipping_id=row.pk, why="Là báo điện tử.", by=clerk, at=now())
    assert (struck.struck_why, struck.struck_by) == ("Là báo điện tử.", clerk)
    again = enter()
    assert list(selectors.clippings(clerk)) == [again]
    assert list(selectors.clippings(clerk, struck=True)) == [row]


def test_the_page_a_piece_came_from_is_found_by_its_address_and_a_day_ahead_is_refused(enter, publish):
    page = publish("article", "Chuyện mẫu")
    assert selectors.page_at(f"https://cong.example.vn{page.get_url()}?x=1") == page.pk
    assert selectors.page_at("https://cong.example.vn/khong-co/") is None
    assert enter(page_id=page.pk).page_id == page.pk
    with pytest.raises(ClippingRefused, match="chưa tới"):
        enter(told_on=today() + timedelta(days=1))


def test_a_commune_enters_and_sees_its_own_and_others_learn_nothing(province, enter):
    here, there = province.communes.values()
    local = province.hire(Role.REPORTER, commune="Xã Đất Thử")
    mine = enter(unit_id=here, by=local)
    other = enter(unit_id=there, link="https://bao.example.vn/khac")
    assert list(selectors.clippings(local)) == [mine]
    for act in (
        lambda: enter(unit_id=there, by=local, link="https://bao.example.vn/3"),
        lambda: services.strike_clipping(clipping_id=other.pk, why="x", by=local, at=now()),
        lambda: services.enter_list(unit_id=there, pieces=[facts()], by=local, at=now()),
        lambda: enter(by=province.hire(Role.AUDITOR), link="https://bao.example.vn/4"),
    ):
        with pytest.raises(AccessDenied):
            act()


def test_a_list_comes_in_whole_from_csv_and_from_excel(province, clerk):
    assert (brought(province, clerk, GOOD, WEB).entered, Clipping.objects.count()) == (2, 2)
    on_air, web = Clipping.objects.order_by("medium")[::-1]
    assert (on_air.medium, on_air.told_at, on_air.minutes) == ("television", time(19, 45), Decimal("3.5"))
    assert (on_air.programmes, on_air.content_line, on_air.told_on) == (["ntp_poverty", "ntp_rural"], "a", DAY)
    assert (web.link, web.programmes, web.entered_as) == ("https://bao.example.vn/vay?id=7", ["ntp_ethnic"], "list")
    book = Workbook()
    book.active.append(["LOẠI HÌNH", "Cơ quan báo chí", "Tên bài", "Ngày đăng"])
    book.active.append(["báo in", "Báo Giấy", "Trang nhất", date(2026, 9, 14)])
    out = io.BytesIO()
    book.save(out)
    done = bring_in(unit_id=province.unit_id, content=out.getvalue(), filename="a.xlsx", by=clerk, at=now())
    assert (done.entered, Clipping.objects.get(medium="print").told_on) == (1, date(2026, 9, 14))


def test_every_wrong_row_is_named_and_nothing_comes_in(province, clerk, enter):
    enter(link="https://bao.example.vn/vay?id=7")
    day = "15/09/2026"
    wrong = [
        ("Tin đồn", "A", "B", day), ("Báo in", "", "B", day), ("Báo in", "A", "B", "32/09/2026"),
        ("Báo in", "A", "B", day, "25:00"), ("Báo in", "A", "B", day, "", "2"), ("Phát thanh", "A", "B", day, "", "-2"),
        ("Báo in", "A", "B", day, "", "", "javascript:1"), ("Báo in", "A", "B", day, "", "", "", "thể thao"),
        ("Báo in", "A", "B", "01/01/2099"),
    ]  # fmt: skip
    done = brought(province, clerk, GOOD, *(line(*row) for row in wrong))
    assert (done.entered, Clipping.objects.count()) == (0, 1)
    assert [error.number for error in done.errors] == list(range(3, 12))
    assert [error.field for error in done.errors] == [
        "Loại", "Báo đài", "Ngày", "Giờ", "Phút", "Phút", "Liên kết", "Chương trình", "Ngày",
    ]  # fmt: skip
    done = brought(province, clerk, GOOD, WEB, GOOD)
    assert ([error.number for error in done.errors], Clipping.objects.count()) == ([3, 4], 1)
    short = "Loại,Ngày\nBáo in,15/09/2026\n".encode()
    with pytest.raises(UnreadableTable, match="tít"):
        bring_in(unit_id=province.unit_id, content=short, filename="a.csv", by=clerk, at=now())


def test_a_long_list_takes_no_more_queries_than_a_short_one(province, clerk):
    counted = []
    for size in (2, 200):
        pieces = [facts(link=f"https://bao.example.vn/{size}/{n}") for n in range(size)]
        with CaptureQueriesContext(connection) as queries:
            assert services.enter_list(unit_id=province.unit_id, pieces=pieces, by=clerk, at=now()) == []
        counted.append(len(queries))
    assert counted[0] == counted[1] <= 8


@given(st.lists(st.tuples(st.sampled_from("abcid"), st.integers(0, 9)), unique_by=lambda one: one[0]), st.randoms())
def test_what_counts_readers_and_the_order_of_a_query_make_no_other_piece(asked, chance):
    plain = "&".join(f"{name}={value}" for name, value in asked)
    shuffled = [*asked, ("utm_source", 1), ("fbclid", 2)]
    chance.shuffle(shuffled)
    other = "&".join(f"{name}={value}" for name, value in shuffled)
    one = same_piece(facts(link=f"https://bao.example.vn/tin?{plain}"))
    assert one == same_piece(facts(link=f"http://www.BAO.example.vn/tin/?{other}#dau"))
    assert one != same_piece(facts(link=f"https://bao.example.vn/tin?{plain}&trang=2"))


# The desk


def typed(province, **changes):
    return {"unit_id": province.unit_id, "medium": "television", "outlet_name": "Đài Thử", "title": "Vay vốn",
            "told_on": "2026-09-15", "told_at": "19:45", "minutes": "3,5", "link": "", "page": "",
            "programmes": ["ntp_poverty", "ntp_rural"], "content_line": ""} | changes  # fmt: skip


def test_the_desk_enters_lists_narrows_and_strikes_out(client, province, clerk):
    client.force_login(clerk)
    assert client.post("/ban-lam-viec/bao-chi/ghi/", typed(province)).status_code == 302
    row = Clipping.objects.get()
    assert (row.minutes, row.programmes, row.content_line) == (Decimal("3.5"), ["ntp_poverty", "ntp_rural"], "")
    again = client.post("/ban-lam-viec/bao-chi/ghi/", typed(province))
    assert (again.status_code, 'value="Vay vốn"' in again.text, Clipping.objects.count()) == (422, True, 1)
    print_it = client.post("/ban-lam-viec/bao-chi/ghi/", typed(province, medium="print", page="/khong-co/"))
    assert {"minutes", "page"} == set(print_it.context["form"].errors)
    assert "Vay vốn" in client.get("/ban-lam-viec/bao-chi/?q=vay von&loai=television").text
    assert "Vay vốn" not in client.get("/ban-lam-viec/bao-chi/?loai=radio").text
    assert client.post(f"/ban-lam-viec/bao-chi/{row.pk}/gach/", {"why": ""}).status_code == 422
    assert client.post(f"/ban-lam-viec/bao-chi/{row.pk}/gach/", {"why": "Nhầm"}).status_code == 302
    assert "Vay vốn" not in client.get("/ban-lam-viec/bao-chi/").text
    assert "Nhầm" in client.get("/ban-lam-viec/bao-chi/?gach=1").text


def test_the_desk_says_what_is_wrong_with_a_list_and_takes_it_when_it_is_right(client, province, clerk):
    client.force_login(clerk)

    def send(*rows):
        file = SimpleUploadedFile("tin.csv", (HEAD + "".join(rows)).encode())
        return client.post("/ban-lam-viec/bao-chi/danh-sach/", {"unit_id": province.unit_id, "file": file})

    bad = send(GOOD, line("Tin đồn", "A", "B", "15/09/2026", "", "", "", "", ""))
    assert (bad.status_code, "Dòng 3, Loại" in bad.text, Clipping.objects.count()) == (422, True, 0)
    assert (send(GOOD, WEB).status_code, Clipping.objects.count()) == (302, 2)


def test_the_list_asks_no_more_with_more_pieces(client, province, clerk, enter, django_assert_max_num_queries):
    client.force_login(clerk)
    for number in range(30):
        enter(link=f"https://bao.example.vn/{number}")
    client.get("/ban-lam-viec/bao-chi/")
    with django_assert_max_num_queries(25):
        assert client.get("/ban-lam-viec/bao-chi/").text.count("/gach/") == 30
