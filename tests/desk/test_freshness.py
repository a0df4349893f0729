"""The freshness board: what is to be read again, whose it is, what readers say; still right changes no word."""

import re
from datetime import date, timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from django.db import DatabaseError, connection, transaction

from lantoa.approvals import selectors as approvals
from lantoa.channels.services import save_account
from lantoa.kernel.access import AccessDenied
from lantoa.kernel.clock import now, today
from lantoa.kernel.enums import Role
from lantoa.kernel.models import AuditEntry
from lantoa.listening.usefulness import count_use
from lantoa.newsroom import freshness, services
from lantoa.newsroom.exact import exact_content
from lantoa.newsroom.models import ColumnPage, LegalTextPage, ReadingReminder, Rereading
from lantoa.newsroom.reminding import remind_owners
from lantoa.newsroom.rules import NotReadyError
from lantoa.newsroom.selectors import fresh
from lantoa.simulators.smtp import SmtpSimulator
from lantoa.simulators.stage import running
from tests.newsroom.passing import let_out
from tests.newsroom.samples import LAW

BOARD = "/ban-lam-viec/do-moi/"


def days(n):
    return today() + timedelta(days=n)


@pytest.fixture
def pages(province, publish):
    """One page past its day, one near it, one far from it, one without a day; two communes."""
    far_unit = province.communes["Xã Bãi Xa"]
    return {
        "past": publish("policy", "Vay vốn", review_by=days(-3), owner_agency_id=province.department_id),
        "near": publish("article", "Chuyện gần", review_by=days(5), unit_id=far_unit, owner_agency_id=None),
        "good": publish("article", "Chuyện mới", review_by=days(200), owner_agency_id=None),
        "none": publish("article", "Chuyện không ngày", review_by=None, owner_agency_id=None),
    }


def names(lines):
    return [(line.title, line.age) for line in lines]


def test_board_shows_what_is_due_first_with_owners_figures_and_readers_words(sign_in, province, pages):
    count_use(address=pages["past"].url, helped=False, at=now())
    client = sign_in(province.hire(Role.EDITOR))
    page = client.get(BOARD).text
    assert page.index("Vay vốn") < page.index("Chuyện gần")
    assert "Chuyện mới" not in page
    assert "0/1 người thấy có ích" in page
    assert "Sở Mẫu" in page
    assert "Chuyện không ngày" in client.get(BOARD, {"xem": "none"}).text
    far = province.communes["Xã Bãi Xa"]
    there = client.get(BOARD, {"don-vi": far}).text
    assert "Chuyện gần" in there
    assert "Vay vốn" not in there
    assert client.get(BOARD, {"don-vi": "999999"}).status_code == 404
    lines = b"".join(client.get(f"{BOARD}bang.csv", {"xem": "all"}).streaming_content).decode("utf-8-sig").splitlines()
    assert len(lines) == 5
    assert lines[1].startswith("Vay vốn,")


def test_figures_by_agency_and_column_are_one_query_and_stay_inside_ones_units(
    sign_in, province, publish, pages, django_assert_num_queries
):
    local = province.hire(Role.EDITOR, commune="Xã Bãi Xa")
    units = freshness.units_of(local, on=today())
    with django_assert_num_queries(1):
        every, agencies, columns = freshness.tallies(units, at=now())
    assert (every, agencies, columns) == (freshness.Tally(near=1), {None: every}, {None: every})
    assert names(freshness.lines(units, freshness.Age.values, at=now())) == [("Chuyện gần", "near")]
    column = publish(ColumnPage, "Chuyện thoát nghèo", review_by=days(200), owner_agency_id=None)
    filed, far = {"column": column, "owner_agency_id": None}, province.communes["Xã Bãi Xa"]
    publish("article", "Trong mục, trễ", review_by=days(-2), **filed)
    publish("article", "Trong mục, xã xa", review_by=days(5), unit_id=far, **filed)
    everything = freshness.units_of(province.hire(Role.LEADER), on=today())
    with django_assert_num_queries(1):
        every, agencies, columns = freshness.tallies(everything, at=now())
    assert every == freshness.Tally(past=2, near=2, good=2, none=1)
    assert agencies[province.department_id] == freshness.Tally(past=1)
    assert columns == {
        column.pk: freshness.Tally(past=1, near=1), None: freshness.Tally(past=1, near=1, good=2, none=1)
    }  # fmt: skip
    with django_assert_num_queries(1):
        _every, _agencies, columns = freshness.tallies(units, at=now())
    assert columns == {column.pk: freshness.Tally(near=1), None: freshness.Tally(near=1)}, "those of one's units alone"
    board = sign_in(province.hire(Role.LEADER)).get(BOARD).text
    assert "Chuyện thoát nghèo" in board


def test_still_right_sets_the_next_day_and_leaves_the_approved_content_alone(client, sign_in, province, pages):
    page, editor = pages["past"], province.hire(Role.EDITOR)
    hashed = approvals.content_hash(exact_content(fresh(page).live_revision))
    answer = sign_in(editor).post(f"{BOARD}{page.pk}/con-dung/", {"ngay": days(90).isoformat()}, follow=True)
    assert "còn đúng" in answer.text
    assert names(freshness.near(at=now())) == [("Chuyện gần", "near")]
    assert approvals.content_hash(exact_content(fresh(page).live_revision)) == hashed
    assert fresh(page).approval_it_stands_on() is not None
    assert not fresh(page).has_unpublished_changes
    assert AuditEntry.objects.filter(action="newsroom.page_reread", subject=f"newsroom.page:{page.pk}").count() == 1
    assert f"{days(90):%d/%m/%Y}" in client.get(page.url).text
    services.reread_page(page=page, next_on=days(90), by=editor, at=now())
    assert Rereading.objects.count() == 1, "pressed twice it is one reading"
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE newsroom_rereading SET next_on = next_on + 1")


def test_the_day_offered_is_one_that_is_taken(sign_in, province, publish, settings):
    page = publish("article", "Vừa đăng", review_by=days(settings.LANTOA_REREAD_DAYS))
    reader = sign_in(province.hire(Role.EDITOR))
    offered = re.search(r'name="ngay" value="([0-9-]+)"', reader.get(f"{BOARD}?xem=all").text)
    assert offered
    assert offered[1] == days(settings.LANTOA_REREAD_DAYS + 1).isoformat()
    answer = reader.post(f"{BOARD}{page.pk}/con-dung/", {"ngay": offered[1]}, follow=True)
    assert "Đã ghi: đọc lại, còn đúng." in answer.text


def test_a_new_version_with_a_day_of_its_own_counts_again(province, pages):
    page, editor, reviewer = pages["past"], province.hire(Role.EDITOR), province.hire(Role.REVIEWER)
    services.reread_page(page=page, next_on=days(90), by=editor, at=now())
    services.revise_page(page=page, by=editor, at=now(), review_by=days(2))
    let_out(page, author=editor, reviewer=reviewer, at=now())
    assert ("Vay vốn", "near") in names(freshness.near(at=now()))


def test_a_page_without_a_day_gets_one_and_wrong_days_are_refused(province, pages):
    editor = province.hire(Role.EDITOR)
    services.reread_page(page=pages["none"], next_on=days(3), by=editor, at=now())
    assert ("Chuyện không ngày", "near") in names(freshness.near(at=now()))
    for page, day in [("near", days(4)), ("past", today()), ("past", days(2000))]:
        with pytest.raises(NotReadyError):
            services.reread_page(page=pages[page], next_on=day, by=editor, at=now())
    elsewhere = province.hire(Role.EDITOR, commune="Xã Đất Thử")
    with pytest.raises(AccessDenied):
        services.reread_page(page=pages["near"], next_on=days(50), by=elsewhere, at=now())
    leader = province.hire(Role.LEADER)
    services.sync_groups(user=leader, at=now())
    services.withdraw_page(page=pages["past"], by=leader, at=now(), reason="Hết hạn.")
    with pytest.raises(NotReadyError):
        services.reread_page(page=pages["past"], next_on=days(50), by=editor, at=now())


def test_an_owner_is_told_once_of_each_day(province, pages, sign_in):
    owner, smtp = fresh(pages["past"]).owner, SmtpSimulator()
    with running(smtp):
        settings = {"host": "127.0.0.1", "port": smtp.smtp_port, "security": "none", "sender": "tin@lantoa.example"}
        save_account(by=None, at=now(), kind="email", name="Thư", settings=settings)
        assert [remind_owners(at=now()) for _morning in range(2)] == [1, 0]
        services.reread_page(page=pages["past"], next_on=days(10), by=province.hire(Role.EDITOR), at=now())
        assert remind_owners(at=now() + timedelta(days=1)) == 1, "another day is another word"
    first, second = (message_from_bytes(raw, policy=default) for raw in smtp.mails.values())
    assert (first["To"], first["Subject"]) == (owner.email, "2 trang cần đọc lại")
    assert f"- Vay vốn ({days(-3):%d/%m/%Y})" in first.get_body(("plain",)).get_content()
    assert second["Subject"] == "1 trang cần đọc lại"
    assert ReadingReminder.objects.count() == 3
    assert "Đọc lại 2 trang của anh chị" in sign_in(owner).get("/ban-lam-viec/").text


def test_without_an_account_of_e_mail_the_desk_says_it(province, pages):
    assert remind_owners(at=now()) == 0
    assert ReadingReminder.objects.count() == 2


@pytest.fixture
def decree(province, publish):
    """It binds for some days yet."""
    facts = {**LAW, "number": "11/2021/NĐ-CP", "issued_on": date(2021, 1, 2), "ends_on": days(5)}
    return publish(LegalTextPage, "Nghị định mẫu", review_by=None, owner_agency_id=None, **facts)


def ends(decree, province, on):
    editor = province.hire(Role.EDITOR)
    services.revise_page(page=decree, by=editor, at=now(), ends_on=on)
    let_out(decree, author=editor, reviewer=province.hire(Role.REVIEWER), at=now())


def test_a_page_that_cites_what_binds_no_more_is_to_be_read_at_once(sign_in, province, publish, decree):
    facts = {"review_by": days(200), "owner_agency_id": None}
    cites = publish("article", "Vay vốn", lead=f"Theo Nghị định {decree.number}.", **facts)
    publish("article", "Nói là đã hết", lead=f"Nghị định {decree.number} sẽ hết hiệu lực.", **facts)
    publish("article", "Chuyện khác", **facts)
    assert services.note_lapsed_laws(at=now()) == 0
    ends(decree, province, days(-1))
    assert [services.note_lapsed_laws(at=now()) for _night in range(2)] == [1, 0]
    assert names(freshness.near(at=now())) == [("Vay vốn", "past")]
    client, words = sign_in(province.hire(Role.EDITOR)), "Viện dẫn văn bản không còn hiệu lực"
    assert f"{words}: {decree.number}" in client.get(BOARD).text
    head, row = b"".join(client.get(f"{BOARD}bang.csv").streaming_content).decode("utf-8-sig").splitlines()
    assert words in head
    assert f",{decree.number}," in row
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE newsroom_lapsedlaw SET number = 'x'")
    services.reread_page(page=cites, next_on=days(300), by=province.hire(Role.EDITOR), at=now())
    assert names(freshness.near(at=now())) == []
    assert services.note_lapsed_laws(at=now()) == 0, "of this version it has been said"


def test_a_new_version_answers_it_and_its_owner_is_told_why(province, publish, decree):
    page = publish("article", "Vay vốn", lead=f"Theo Nghị định {decree.number}.", review_by=days(200))
    ends(decree, province, days(-1))
    services.note_lapsed_laws(at=now())
    smtp = SmtpSimulator()
    with running(smtp):
        settings = {"host": "127.0.0.1", "port": smtp.smtp_port, "security": "none", "sender": "tin@lantoa.example"}
        save_account(by=None, at=now(), kind="email", name="Thư", settings=settings)
        assert [remind_owners(at=now()) for _morning in range(2)] == [1, 0]
    [mail] = [message_from_bytes(raw, policy=default) for raw in smtp.mails.values()]
    words = mail.get_body(("plain",)).get_content()
    assert f"- Vay vốn ({today():%d/%m/%Y}): viện dẫn văn bản không còn hiệu lực: {decree.number}" in words
    editor, reviewer = province.hire(Role.EDITOR), province.hire(Role.REVIEWER)
    services.revise_page(page=page, by=editor, at=now(), lead="Theo quy định mới.")
    let_out(page, author=editor, reviewer=reviewer, at=now())
    assert names(freshness.near(at=now())) == []
