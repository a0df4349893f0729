"""The list of stories by stage, the calendar, who reads by when, and who may see what."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.db.backends.postgresql.psycopg_any import DateRange
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lantoa.agencies.models import Post
from lantoa.agencies.services import end_post
from lantoa.approvals import services as approving
from lantoa.approvals.models import Submission
from lantoa.approvals.rules import CannotDecideError
from lantoa.editorial import reminding, services
from lantoa.editorial.enums import Stage
from lantoa.editorial.models import ReviewReminder
from lantoa.editorial.selectors import calendar, reviews, stories
from lantoa.editorial.services import Handed
from lantoa.kernel.access import PERMISSIONS, AccessDenied
from lantoa.kernel.clock import ZONE, now
from lantoa.kernel.enums import Role
from lantoa.kernel.errors import LantoaError
from lantoa.kernel.models import User
from lantoa.newsroom import services as newsroom
from lantoa.newsroom.enums import SectionKind
from lantoa.newsroom.models import CampaignPage, EventPage, PolicyPage
from lantoa.newsroom.rules import CHECK_LAW
from tests.editorial.conftest import STORY, Counting, House

pytestmark = pytest.mark.django_db
DESK = "/ban-lam-viec/toa-soan/"
ALL = stories.Wanted()


def policy(house: House, title: str = "Vay vốn") -> PolicyPage:
    """A page whose kind needs the legal check."""
    return newsroom.write_policy(
        parent=house.site.policies["vi"], title=title, lead="Lời.", what="<p>Tiền.</p>", by=house.editor, at=now(),
        unit_id=house.province,
    )  # fmt: skip


def one_of_each(house: House) -> dict[str, str]:
    """A story at every stage; title → stage."""
    house.order("Đặt")
    waiting, returned, held, live, anew, gone = (
        house.write(title) for title in ("Chờ", "Trả", "Giữ", "Đăng", "Sửa", "Gỡ")
    )
    house.write("Nháp")
    house.submit(policy(house, "Luật"))
    house.submit(waiting)
    house.submit(returned)
    newsroom.return_page(page=returned, by=house.reviewer, at=now(), note="Thiếu nguồn")
    newsroom.set_embargo(page=held, until=now() + timedelta(hours=5), by=house.editor, at=now())
    for page in (held, live, anew, gone):
        house.approve(page)
    house.approve(newsroom.revise_page(page=anew, by=house.editor, at=now(), lead="Lời mới."))
    newsroom.sync_groups(user=house.leader, at=now())
    newsroom.withdraw_page(page=gone, by=house.leader, at=now(), reason="Sai số liệu")
    return {
        "Đặt": Stage.COMMISSIONED, "Luật": Stage.LAW, "Chờ": Stage.WAITING, "Trả": Stage.RETURNED, "Giữ": Stage.HELD,
        "Đăng": Stage.LIVE, "Sửa": Stage.CORRECTED, "Gỡ": Stage.WITHDRAWN, "Nháp": Stage.DRAFT,
    }  # fmt: skip


def listed(house: House, user: Any, wanted: stories.Wanted = ALL, at: datetime | None = None) -> dict[str, str]:
    at = at or now()
    found = stories.stories(list(stories.keys(user, wanted, at=at)), at=at)
    return {(one.page.draft_title if one.page else str(one.commission)): one.stage for one in found}


class TestStories:
    def test_every_stage_follows_from_what_is_on_record(self, house: House) -> None:
        expected = one_of_each(house)
        assert listed(house, house.editor) == expected
        assert stories.counts(house.editor, ALL, at=now()) == dict.fromkeys(Stage.values, 1)
        for title, stage in expected.items():
            assert listed(house, house.editor, stories.Wanted(stage=stage)) == {title: stage}

    def test_at_the_legal_check_no_second_person_reads_it_yet(self, house: House, enter: Callable[..., Client]) -> None:
        page, desk = policy(house), enter(house.editor)
        house.submit(page)
        url, step = f"{DESK}bai/{page.pk}/", page.get_workflow().tasks.get().name
        [one] = stories.stories(list(stories.keys(house.editor, ALL, at=now())), at=now())
        assert (one.stage, one.due_at) == (Stage.LAW, Submission.objects.get().due_at)
        shown = desk.get(url).text
        assert "Chờ pháp chế" in shown
        assert step not in shown
        newsroom.clear_law(page=page, by=house.leader, at=now())
        shown = desk.get(url).text
        assert "Chờ pháp chế" not in shown
        assert step in shown

    def test_it_is_narrowed_by_kind_place_person_and_lateness(self, house: House) -> None:
        one_of_each(house)
        house.write("Ở xã", by=house.commune_editor, unit_id=house.commune)
        policy(house)
        wanted = stories.Wanted
        assert set(listed(house, house.editor, wanted(kind="policies"))) == {"Vay vốn", "Luật"}
        assert set(listed(house, house.editor, wanted(unit_id=house.commune))) == {"Ở xã"}
        assert set(listed(house, house.editor, wanted(owner_id=house.commune_editor.pk))) == {"Ở xã"}
        assert set(listed(house, house.editor, wanted(owner_id=house.writer.pk))) == {"Đặt"}
        later = now() + timedelta(days=30)
        assert set(listed(house, house.editor, wanted(late=True), later)) == {"Chờ", "Luật", "Đặt"}

    def test_people_see_their_own_units_only(self, house: House, enter: Callable[..., Client]) -> None:
        one_of_each(house)
        page = house.write("Ở xã", by=house.commune_editor, unit_id=house.commune)
        assert set(listed(house, house.commune_editor)) == {"Ở xã"}
        assert listed(house, house.stranger) == {}
        assert listed(house, house.reporter) == {}
        assert enter(house.reporter).get(DESK).headers["Location"] == f"{DESK}dat-bai/"
        assert enter(house.stranger).get(f"{DESK}bai/{page.pk}/").status_code == 404

    def test_a_commission_and_its_page_are_one_line(self, house: House) -> None:
        row = house.order("Chuyện tàu thuyền")
        page = house.write("Tàu thuyền", by=house.writer)
        services.accept_commission(commission_id=row.pk, by=house.writer, at=now())
        services.deliver_commission(commission_id=row.pk, handed=Handed(page_id=page.pk), by=house.writer, at=now())
        assert listed(house, house.editor) == {"Tàu thuyền": Stage.DRAFT}

    def test_the_list_asks_no_more_for_more(
        self, house: House, enter: Callable[..., Client], django_assert_max_num_queries: Any
    ) -> None:
        one_of_each(house)
        desk = enter(house.editor)
        desk.get(DESK)
        with connection.execute_wrapper(counting := Counting()):
            shown = desk.get(DESK)
        assert all(title in shown.text for title in ("Đặt", "Luật", "Chờ pháp chế", "Chờ", "Giữ", "Gỡ"))
        for n in range(6):
            house.write(f"Thêm {n}")
            house.order(f"Đặt thêm {n}")
        house.submit(house.write("Chờ nữa"))
        with django_assert_max_num_queries(counting.n):
            assert desk.get(DESK).text.count(f'href="{DESK}bai/') == 15
        assert counting.n <= 60


class TestCalendar:
    def test_a_month_shows_what_falls_on_its_days_and_tet(
        self, house: House, enter: Callable[..., Client], django_assert_max_num_queries: Any
    ) -> None:
        first = (timezone.localdate() + timedelta(days=62)).replace(day=1)
        noon = datetime(first.year, first.month, 10, 12, 0, tzinfo=ZONE)
        house.order("Phóng sự", due_at=noon)
        page = house.write("Công bố", review_by=noon.date())
        newsroom.set_embargo(page=page, until=noon + timedelta(days=1), by=house.editor, at=now())
        services.create_bundle(
            name="Bộ ba", unit_id=house.province, go_live_at=noon + timedelta(days=2), by=house.editor, at=now()
        )
        own = house.write("Theo giờ", go_live_at=noon + timedelta(days=3))
        house.approve(own)
        newsroom.write_page(
            EventPage, parent=house.site.sections[SectionKind.EVENTS]["vi"], title="Đối thoại", lead="Lời.",
            by=house.editor, at=now(), unit_id=house.province, starts_at=noon + timedelta(days=4),
            ends_at=noon + timedelta(days=4, hours=2), place="Nhà văn hóa ấp", organiser="UBND xã",
            join="<p>Cứ đến.</p>",
        )  # fmt: skip
        with django_assert_max_num_queries(22):
            days = calendar.month_of(house.editor, first, at=now())
        found = {day.date.day: [(one.hour, one.title) for one in day.entries] for day in days if day.entries}
        assert found == {
            10: [("", "Công bố"), ("12:00", "Phóng sự")], 11: [("12:00", "Công bố")], 12: [("12:00", "Bộ ba")],
            13: [("12:00", "Theo giờ")], 14: [("12:00", "Đối thoại")],
        }  # fmt: skip
        assert len(days) % 7 == 0
        assert days[0].date.weekday() == 0
        assert not any(day.entries for day in calendar.month_of(house.stranger, first, at=now()))
        shown = enter(house.editor).get(f"{DESK}lich/?thang={first:%Y-%m}")
        assert "Phóng sự" in shown.text
        tet = [day.holiday for day in calendar.month_of(house.editor, date(2027, 2, 1), at=now()) if day.holiday]
        assert any("Tết" in name or "Nguyên Đán" in name for name in tet)
        assert enter(house.editor).get(f"{DESK}lich/?thang=khong-phai").status_code == 200

    def test_a_month_shows_what_is_to_be_read_what_goes_off_and_the_days_of_campaigns(self, house: House) -> None:
        today = timezone.localdate()
        sent = house.write("Chờ đọc")
        house.submit(sent)
        due = Submission.objects.open().get().due_at
        over = now() + timedelta(days=9)
        house.approve(house.write("Hết hạn", expire_at=over))
        campaign = newsroom.write_page(
            CampaignPage, parent=house.site.sections[SectionKind.CAMPAIGNS]["vi"], title="Tháng vì người nghèo",
            lead="Lời.", by=house.editor, at=now(), unit_id=house.province, body=STORY,
            starts_on=today + timedelta(days=4), ends_on=today + timedelta(days=400),
        )  # fmt: skip

        def shown(day: date, user: User) -> list[tuple[str, str]]:
            month = calendar.month_of(user, day.replace(day=1), at=now())
            return [(one.title, one.url) for one in next(one for one in month if one.date == day).entries]

        assert due is not None
        read = ("Chờ đọc", reverse("approvals:review", args=[Submission.objects.open().get().pk]))
        assert read in shown(timezone.localdate(due), house.editor)
        assert "Hết hạn" in [title for title, _url in shown(timezone.localdate(over), house.editor)]
        story = (campaign.title, reverse("editorial:story", args=[campaign.pk]))
        for day in (campaign.starts_on, campaign.ends_on):
            assert story in shown(day, house.editor)
            assert story not in shown(day, house.stranger)
        assert read not in shown(timezone.localdate(due), house.stranger)

    def test_a_page_read_again_moves_to_its_new_day(self, house: House) -> None:
        today = timezone.localdate()
        page = house.approve(house.write("Vay vốn", review_by=today + timedelta(days=1)))

        def days(at: datetime) -> list[date]:
            found = calendar.month_of(house.editor, timezone.localdate(at).replace(day=1), at=at)
            return [day.date for day in found for one in day.entries if one.title == "Vay vốn"]

        assert days(now() + timedelta(days=1)) == [today + timedelta(days=1)]
        later = today + timedelta(days=200)
        newsroom.reread_page(page=page, next_on=later, by=house.editor, at=now())
        assert days(now() + timedelta(days=1)) == []
        assert days(now() + timedelta(days=200)) == [later]

    def test_an_event_stands_there_once_and_leads_where_its_reader_may_go(
        self, house: House, enter: Callable[..., Client]
    ) -> None:
        starts = now() + timedelta(days=3)
        event = newsroom.write_page(
            EventPage, parent=house.site.sections[SectionKind.EVENTS]["vi"], title="Đối thoại", lead="Lời.",
            by=house.editor, at=now(), unit_id=house.province, starts_at=starts, place="Nhà văn hóa ấp",
            organiser="UBND xã", join="<p>Cứ đến.</p>",
        )  # fmt: skip
        house.approve(event)
        newsroom.begin_translation(page=event, language="en", by=house.editor, at=now())
        newsroom.revise_page(page=event, by=house.editor, at=now(), title="Tên chưa ai duyệt")

        def entries(user: User) -> list[tuple[str, str]]:
            first = timezone.localdate(starts).replace(day=1)
            days = calendar.month_of(user, first, at=now())
            return [(one.title, one.url) for day in days for one in day.entries if one.what == "Sự kiện"]

        assert entries(house.editor) == [("Tên chưa ai duyệt", f"{DESK}bai/{event.pk}/")]
        [(title, url)] = entries(house.commune_editor)
        assert (title, url, enter(house.commune_editor).get(url).status_code) == ("Đối thoại", event.url, 200)


class TestReviews:
    def test_who_may_read_who_is_away_and_who_stands_in(self, house: House, enter: Callable[..., Client]) -> None:
        page = house.write()
        house.submit(page)
        [one] = reviews.waiting(reviews.reviews_of(house.editor, at=now()), at=now())
        assert {reader.user for reader in one.readers} == {house.reviewer, house.leader}
        assert one.submission.due_at is not None
        assert not one.late
        today = timezone.localdate()
        for away in (house.reviewer, house.leader):
            services.note_absence(user_id=away.pk, first_on=today, last_on=today, by=away, at=now())
        acting = Post.objects.create(
            user=house.writer, role=Role.REVIEWER, agency_id=house.board, acting=True, valid=DateRange(today, None)
        )
        [one] = reviews.waiting(reviews.reviews_of(house.editor, at=now()), at=now())
        assert [(reader.user, reader.acting) for reader in one.present] == [(acting.user, True)]
        shown = enter(house.editor).get(f"{DESK}cho-doc/").text
        assert "Quyền, thay" in shown
        assert "Vắng đến hết" in shown

    def test_a_reader_is_called_once_when_the_time_is_over_and_when_nobody_is_there(self, house: House) -> None:
        page = house.write()
        house.submit(page)
        services.remind_of_reviews(at=now())
        assert not ReviewReminder.objects.exists()
        later = now() + timedelta(days=30)
        assert [services.remind_of_reviews(at=later) for _round in range(2)] == [1, 0]
        day = timezone.localdate(later)
        for away in (house.reviewer, house.leader):
            services.note_absence(user_id=away.pk, first_on=day, last_on=day, by=house.leader, at=now())
        assert [services.remind_of_reviews(at=later) for _round in range(2)] == [1, 0]
        assert list(ReviewReminder.objects.order_by("pk").values_list("step", flat=True)) == ["late", "nobody"]

    def test_the_sender_hears_at_once_when_the_posts_of_all_who_may_read_have_ended(
        self, house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        mails: list[User] = []
        monkeypatch.setattr(reminding, "write_to", lambda to, **_told: mails.append(to) or True)
        house.submit(house.write())
        for post in Post.objects.filter(user__in=[house.reviewer, house.leader]):
            end_post(post_id=post.pk, on=timezone.localdate(), by=None, at=now())
        [one] = reviews.waiting(reviews.open_reviews(), at=now())
        assert one.readers == ()
        assert [services.remind_of_reviews(at=now()) for _round in range(2)] == [1, 0]
        row = ReviewReminder.objects.get()
        assert row.step == "nobody"
        assert reminding.mail_review(reminder_id=row.pk, at=now())
        assert mails == [one.submission.submitted_by]

    def test_a_reader_is_called_before_the_time_is_over_and_the_sender_is_not(
        self, house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        mails: list[tuple[User, str]] = []
        monkeypatch.setattr(reminding, "write_to", lambda to, *, subject, **_told: mails.append((to, subject)) or True)
        page = house.write()
        house.submit(page)
        [one] = reviews.waiting(reviews.open_reviews(), at=now())
        due = one.submission.due_at
        assert due is not None
        early, soon = due - timedelta(hours=24, seconds=1), due - timedelta(hours=23)
        assert [services.remind_of_reviews(at=at) for at in (early, soon, soon)] == [0, 1, 0]
        row = ReviewReminder.objects.get()
        assert row.step == "soon"
        assert reminding.mail_review(reminder_id=row.pk, at=soon)
        assert {to.pk for to, _subject in mails} == {house.reviewer.pk, house.leader.pk}
        assert f"{timezone.localtime(due):%H:%M %d/%m/%Y}" in mails[0][1]
        assert not reminding.mail_review(reminder_id=row.pk, at=soon), "once"

    def test_a_term_no_longer_than_the_last_hours_has_no_reminder_before_its_end(
        self, house: House, settings: Any
    ) -> None:
        settings.LANTOA_REVIEW_REMIND_HOURS = 24 * 60
        house.submit(house.write())
        assert services.remind_of_reviews(at=now() + timedelta(minutes=1)) == 0

    def test_who_reads_a_text_that_waits_for_its_legal_check_is_whoever_may_give_it(
        self, house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        lawyer = house.leader
        monkeypatch.setitem(PERMISSIONS, CHECK_LAW, replace(PERMISSIONS[CHECK_LAW], roles=frozenset({Role.LEADER})))
        page = policy(house)
        house.submit(page)
        later = now() + timedelta(days=30)

        def standing() -> tuple[list[str], set[User]]:
            [one] = reviews.waiting(reviews.open_reviews(), at=later)
            return [step.value for step in one.steps], {reader.user for reader in one.readers}

        assert standing() == (["law_late"], {lawyer})
        assert services.remind_of_reviews(at=later) == 1
        newsroom.clear_law(page=page, by=lawyer, at=now())
        assert standing() == (["late"], {house.reviewer})
        assert [services.remind_of_reviews(at=later) for _round in range(2)] == [1, 0]
        assert list(ReviewReminder.objects.order_by("pk").values_list("step", flat=True)) == ["law_late", "late"]

    def test_the_legal_check_is_called_to_mind_before_its_end_and_when_nobody_may_give_it(
        self, house: House, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        mails: list[tuple[User, str]] = []
        monkeypatch.setattr(reminding, "write_to", lambda to, *, subject, **_told: mails.append((to, subject)) or True)
        monkeypatch.setitem(PERMISSIONS, CHECK_LAW, replace(PERMISSIONS[CHECK_LAW], roles=frozenset({Role.LEADER})))
        house.submit(policy(house))
        due = Submission.objects.open().get().due_at
        assert due is not None
        early, soon = due - timedelta(hours=24, seconds=1), due - timedelta(hours=23)
        assert [services.remind_of_reviews(at=at) for at in (early, soon, soon)] == [0, 1, 0]
        before = ReviewReminder.objects.get()
        assert before.step == "law_soon"
        assert [reminding.mail_review(reminder_id=before.pk, at=soon) for _round in range(2)] == [True, False]
        assert mails == [
            (house.leader, f"Cần kiểm tra pháp lý trước {timezone.localtime(due):%H:%M %d/%m/%Y}: Vay vốn")
        ]
        mails.clear()
        end_post(post_id=Post.objects.get(user=house.leader).pk, on=timezone.localdate(), by=None, at=now())
        assert [services.remind_of_reviews(at=early) for _round in range(2)] == [1, 0]
        nobody = ReviewReminder.objects.exclude(pk=before.pk).get()
        assert nobody.step == "law_nobody"
        assert [reminding.mail_review(reminder_id=nobody.pk, at=early) for _round in range(2)] == [True, False]
        assert mails == [(house.editor, "Không có ai kiểm tra pháp lý: Vay vốn")]

    def test_an_absence_is_ones_own_or_noted_by_ones_leader(self, house: House, enter: Callable[..., Client]) -> None:
        today = timezone.localdate()
        with pytest.raises(AccessDenied):
            services.note_absence(user_id=house.leader.pk, first_on=today, last_on=today, by=house.editor, at=now())
        with pytest.raises(LantoaError):
            services.note_absence(
                user_id=house.editor.pk, first_on=today, last_on=today - timedelta(days=1), by=house.editor, at=now()
            )
        desk = enter(house.editor)
        typed = {"user": house.editor.pk, "first_on": today, "last_on": today - timedelta(days=3)}
        assert desk.post(f"{DESK}cho-doc/vang-mat/", typed).status_code == 422
        assert desk.post(f"{DESK}cho-doc/vang-mat/", {**typed, "last_on": today}).status_code == 302
        [row] = reviews.absences(house.editor, at=now())
        assert enter(house.stranger).post(f"{DESK}cho-doc/vang-mat/{row.pk}/bo/").status_code == 404
        desk.post(f"{DESK}cho-doc/vang-mat/{row.pk}/bo/")
        assert reviews.absences(house.editor, at=now()) == []


class TestToday:
    def test_what_is_ordered_from_one_and_what_came_stand_in_ones_work_of_today(
        self, house: House, enter: Callable[..., Client]
    ) -> None:
        own = house.order("Chuyện tàu thuyền")
        press = house.order("Phóng sự ven biển", for_agency_id=house.press)
        services.accept_commission(commission_id=press.pk, by=house.reporter, at=now())
        assert own.title in enter(house.writer).get("/ban-lam-viec/").text
        assert press.title in enter(house.reporter).get("/ban-lam-viec/").text
        assert own.title not in enter(house.reporter).get("/ban-lam-viec/").text
        services.deliver_commission(
            commission_id=press.pk, handed=Handed(link="https://bao.example/1"), by=house.reporter, at=now()
        )
        assert f"Đã giao bài: {press.title}" in enter(house.editor).get("/ban-lam-viec/").text
        for other in (house.stranger, house.commune_editor):
            shown = enter(other).get("/ban-lam-viec/").text
            assert own.title not in shown
            assert press.title not in shown

    def test_the_legal_check_is_work_of_whoever_stands_in_today_and_the_approval_anothers(
        self, house: House, enter: Callable[..., Client]
    ) -> None:
        page = policy(house)
        sent = newsroom.submit_page(page=page, by=house.editor, at=now())
        today = timezone.localdate()

        def stand_in(since: date, end: date) -> None:
            Post.objects.create(
                user=house.writer, role=Role.LEADER, agency_id=house.board, acting=True, title="Quyền Giám đốc (mẫu)",
                valid=DateRange(since, end),
            )  # fmt: skip

        def work(user: User) -> list[str]:
            shown = enter(user).get("/ban-lam-viec/").text
            return [job for job in ("Kiểm tra pháp lý: Vay vốn", "Đọc và duyệt: Vay vốn") if job in shown]

        stand_in(today - timedelta(days=9), today)
        everybody = (house.reviewer, house.leader, house.writer, house.editor, house.stranger, house.commune_editor)
        law, decision = ["Kiểm tra pháp lý: Vay vốn"], ["Đọc và duyệt: Vay vốn"]
        assert [work(one) for one in everybody] == [law, law, [], [], [], []]  # the stand-in's days are over
        stand_in(today, today + timedelta(days=1))
        assert work(house.writer) == law
        check = newsroom.clear_law(page=page, by=house.writer, at=now())
        assert check.post_title.startswith("Quyền Giám đốc (mẫu), ")
        assert [work(one) for one in everybody] == [decision, decision, [], [], [], []]
        with pytest.raises(CannotDecideError, match="Người khác phải duyệt"):
            approving.decide(submission_id=sent.pk, by=house.writer, at=now(), approve=True)
        assert newsroom.approve_page(page=page, by=house.reviewer, at=now()).live
