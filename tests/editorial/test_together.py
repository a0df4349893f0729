"""Embargoes and bundles: nothing before its hour, everything at one moment or nothing at all."""

import threading
from collections.abc import Callable
from datetime import date, timedelta
from email import message_from_bytes
from email.policy import default
from itertools import count
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from wagtail.models import Page

from lantoa.agencies.models import Post
from lantoa.channels.services import save_account
from lantoa.editorial import forms, reminding, services
from lantoa.editorial.models import Bundle
from lantoa.editorial.selectors import bundles
from lantoa.editorial.services import release_bundle, release_due_bundles
from lantoa.kernel.access import AccessDenied
from lantoa.kernel.clock import now
from lantoa.kernel.errors import LantoaError
from lantoa.kernel.models import AuditEntry
from lantoa.newsroom import services as newsroom
from lantoa.newsroom.enums import SectionKind
from lantoa.newsroom.models import Embargo, KeptBack, LegalTextPage
from lantoa.newsroom.reminding import tell_of_kept_back
from lantoa.newsroom.rules import FindingsError
from lantoa.simulators.smtp import SmtpSimulator
from lantoa.simulators.stage import running
from tests.conftest import RunJobs
from tests.editorial.conftest import House
from tests.newsroom.passing import let_out
from tests.newsroom.samples import LAW

RUNS = count(1)
HOUR = timedelta(hours=1)


def live(page: Page) -> bool:
    return bool(Page.objects.values_list("live", flat=True).get(pk=page.pk))


def day_after(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def by_hand(sql: str, *values: object, then: str = "") -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)
        if then:
            cursor.execute(then)


def two_hours_pass() -> None:
    """Everything that was set was set two hours earlier: the database's own clock cannot be moved."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        for table, columns in {"newsroom_embargo": ("until", "set_at"), "editorial_bundle": ("go_live_at",),
                               "wagtailcore_revision": ("approved_go_live_at",)}.items():  # fmt: skip
            earlier = ", ".join(f"{column} = {column} - interval '2 hours'" for column in columns)
            cursor.execute(f"UPDATE {table} SET {earlier}")
        cursor.execute("SET session_replication_role = DEFAULT")


@pytest.mark.django_db
class TestEmbargo:
    def test_an_approved_page_waits_for_the_end_and_then_goes_out_by_itself(self, house: House) -> None:
        page = house.write()
        newsroom.set_embargo(page=page, until=now() + HOUR, by=house.editor, at=now(), reason="Họp báo")
        house.approve(page)
        assert not live(page)
        assert newsroom.publish_due(at=now() + 2 * HOUR) == 0  # the embargo of now still runs
        assert not live(page)
        two_hours_pass()
        assert newsroom.publish_due(at=now()) == 1
        assert live(page)
        assert newsroom.publish_due(at=now()) == 0

    def test_the_row_itself_is_refused_whoever_writes_it(self, house: House) -> None:
        page = house.write()
        made = newsroom.set_embargo(page=page, until=now() + HOUR, by=house.editor, at=now())
        house.approve(page)
        set_live = "UPDATE wagtailcore_page SET live=true, live_revision_id=latest_revision_id WHERE id=%s"
        with pytest.raises(DatabaseError, match="newsroom_embargo"):
            by_hand(set_live, page.pk)
        with pytest.raises(DatabaseError, match="append_only"):
            by_hand("UPDATE newsroom_embargo SET until=now() WHERE id=%s", made.pk)
        with pytest.raises(DatabaseError, match="goes only with its page"):
            by_hand("DELETE FROM newsroom_embargo WHERE id=%s", made.pk, then="SET CONSTRAINTS ALL IMMEDIATE")
        newsroom.lift_embargo(embargo_id=made.pk, by=house.editor, at=now(), reason="Họp báo sớm hơn")
        assert live(page)

    def test_only_whoever_set_it_or_a_leader_lifts_it_with_a_reason_on_record(self, house: House) -> None:
        page = house.write()
        made = newsroom.set_embargo(page=page, until=now() + HOUR, by=house.editor, at=now())
        for person in (house.writer, house.reviewer, house.stranger):
            with pytest.raises(AccessDenied):
                newsroom.lift_embargo(embargo_id=made.pk, by=person, at=now(), reason="x")
        with pytest.raises(LantoaError):
            newsroom.lift_embargo(embargo_id=made.pk, by=house.leader, at=now(), reason=" ")
        newsroom.lift_embargo(embargo_id=made.pk, by=house.leader, at=now(), reason="Đã công bố")
        entry = AuditEntry.objects.get(action="newsroom.embargo_lifted")
        assert entry.by == house.leader
        assert "Đã công bố" in entry.facts
        assert not live(page)  # never approved
        house.approve(page)
        assert live(page)

    def test_an_own_hour_later_than_the_embargo_stays(self, house: House) -> None:
        page = house.write(go_live_at=now() + 5 * HOUR)
        made = newsroom.set_embargo(page=page, until=now() + HOUR, by=house.editor, at=now())
        house.approve(page)
        newsroom.lift_embargo(embargo_id=made.pk, by=house.editor, at=now(), reason="Xong")
        assert not live(page)
        assert page.revisions.get(approved_go_live_at__isnull=False).approved_go_live_at > now() + 4 * HOUR

    def test_the_story_page_sets_and_lifts_it(self, house: House, enter: Callable[..., Client]) -> None:
        page, desk = house.write("Công bố chuẩn nghèo"), enter(house.editor)
        url = f"/ban-lam-viec/toa-soan/bai/{page.pk}/"
        refused = desk.post(f"{url}cam-van/", {"until": "2020-01-01T08:00", "reason": "Họp báo"})
        assert refused.status_code == 422
        assert "Họp báo" in refused.text
        assert desk.post(f"{url}cam-van/", {"until": "2098-01-01T08:00", "reason": "Họp báo"}).status_code == 302
        assert "Họp báo" in desk.get(url).text
        assert enter(house.writer).post(f"{url}bo-cam-van/", {"reason": "x"}).status_code == 403
        assert enter(house.stranger).get(url).status_code == 404
        assert desk.post(f"{url}bo-cam-van/", {"reason": "Đăng sớm"}).status_code == 302
        assert Embargo.objects.get().lift_reason == "Đăng sớm"


def bundle_of(house: House, pages: list[Page], **facts: Any) -> Bundle:
    row = services.create_bundle(name=f"Bộ {next(RUNS)}", unit_id=house.province, by=house.editor, at=now(), **facts)
    for page in pages:
        services.add_to_bundle(bundle_id=row.pk, page_id=page.pk, by=house.editor, at=now())
    return row


def linked(house: House, page: Page, link: str) -> None:
    """The page's text leads there."""
    newsroom.revise_page(page=page, by=house.editor, at=now(), body=[("paragraph", f"<p>Xem {link}.</p>")])


STATES = st.lists(st.sampled_from(["approved", "draft", "waiting", "edited", "embargo"]), min_size=1, max_size=3)


@pytest.mark.django_db
class TestBundle:
    @settings(max_examples=6)
    @given(states=STATES)
    def test_all_go_live_exactly_when_each_is_ready(self, states: list[str], house: House) -> None:
        pages = [house.write(f"Trang {next(RUNS)} {state}") for state in states]
        row = bundle_of(house, pages)
        for page, state in zip(pages, states, strict=True):
            if state == "embargo":
                newsroom.set_embargo(page=page, until=now() + HOUR, by=house.editor, at=now())
            if state == "waiting":
                house.submit(page)
            elif state != "draft":
                house.approve(page)
            if state == "edited":
                newsroom.revise_page(page=page, by=house.editor, at=now(), lead="Lời khác.")
        assert not any(live(page) for page in pages)
        late = [page.title for page, state in zip(pages, states, strict=True) if state != "approved"]
        if late:
            with pytest.raises(LantoaError) as refusal:
                release_bundle(bundle_id=row.pk, by=house.editor, at=now())
            assert all(title in str(refusal.value) for title in late)
            assert not any(live(page) for page in pages)
        else:
            release_bundle(bundle_id=row.pk, by=house.editor, at=now())
            release_bundle(bundle_id=row.pk, by=house.editor, at=now())
            assert all(live(page) for page in pages)

    def test_the_hour_lets_them_out_once_held_and_tried_again(self, house: House) -> None:
        first, second = house.write("Một"), house.write("Hai")
        row = bundle_of(house, [first, second], go_live_at=now() + HOUR)
        house.approve(first)
        assert release_due_bundles(at=now()) == 0
        two_hours_pass()
        assert [release_due_bundles(at=now()) for _round in range(2)] == [0, 0]
        assert AuditEntry.objects.filter(action="editorial.bundle_held").count() == 1
        assert not live(first)
        house.approve(second)
        assert [release_due_bundles(at=now()) for _round in range(2)] == [1, 0]
        assert live(first)
        assert live(second)
        row.refresh_from_db()
        assert (row.state, row.closed_by) == ("live", None)

    def test_whoever_put_it_together_is_told_once_by_mail_which_page_keeps_it(
        self, house: House, run_jobs: RunJobs
    ) -> None:
        first, second = house.write("Trang xong"), house.write("Trang còn nháp")
        row = bundle_of(house, [first, second], go_live_at=now() + HOUR)
        house.approve(first)
        two_hours_pass()
        smtp = SmtpSimulator()
        with running(smtp):
            facts = {"host": "127.0.0.1", "port": smtp.smtp_port, "security": "none", "sender": "tin@lantoa.example"}
            save_account(by=None, at=now(), kind="email", name="Thư", settings=facts)
            for _round in range(3):
                release_due_bundles(at=now())
                run_jobs()
        assert smtp.ledger.totals() == {"accepted": 1, "doubles": 0, "repeats": 0, "calls": 1}
        [mail] = [message_from_bytes(raw, policy=default) for raw in smtp.mails.values()]
        assert mail["To"] == house.editor.email
        assert mail["Subject"] == f"Chưa đăng được: {row.name}"
        words = mail.get_body(("plain",)).get_content()
        assert "- Trang còn nháp: bản mới nhất chưa được duyệt" in words
        assert "Trang xong" not in words
        assert reverse("editorial:bundle", args=[row.pk]) in words
        house.approve(second)
        assert release_due_bundles(at=now()) == 1
        assert not reminding.mail_bundle(bundle_id=row.pk, at=now()), "it is out"

    def test_the_database_lets_no_page_of_a_bundle_out_alone(self, house: House) -> None:
        first, second = house.write("Một"), house.write("Hai")
        row = bundle_of(house, [first, second])
        house.approve(first)
        alone = "UPDATE wagtailcore_page SET live=true, live_revision_id=latest_revision_id WHERE id=%s"
        with pytest.raises(DatabaseError, match="only with its bundle"):
            by_hand(alone, first.pk)
        said_to_be_out = "UPDATE editorial_bundle SET state='live', closed_at=now() WHERE id=%s"
        with pytest.raises(DatabaseError, match="whole or not at all"):
            by_hand(said_to_be_out, row.pk, then="SET CONSTRAINTS ALL IMMEDIATE")
        other = bundle_of(house, [])
        with pytest.raises(DatabaseError, match="another open bundle"):
            by_hand("INSERT INTO editorial_bundlepage (bundle_id, page_id, added_by_id, added_at)"
                    " VALUES (%s, %s, %s, now())", other.pk, first.pk, house.editor.pk)  # fmt: skip
        services.cancel_bundle(bundle_id=row.pk, by=house.editor, at=now())
        assert not live(first)  # nothing goes live by that
        newsroom.let_out(page=first, by=house.reviewer, at=now())
        assert live(first)

    def test_pages_that_link_to_each_other_are_sent_and_go_out_together(self, house: House) -> None:
        first, second = house.write("Một"), house.write("Hai")
        linked(house, first, f'<a linktype="page" id="{second.pk}">bài hai</a>')
        with pytest.raises(FindingsError, match="bài hai"):
            house.submit(first)
        row = bundle_of(house, [first, second])
        newsroom.revise_page(page=second, by=house.editor, at=now(), slug="bai-hai-moi")
        linked(house, first, '<a href="/tin/bai-hai-moi/">bài hai</a>')
        linked(house, second, f'<a linktype="page" id="{first.pk}">bài một</a>')
        for page in (first, second):
            house.approve(page)
        release_bundle(bundle_id=row.pk, by=house.editor, at=now())
        assert live(first)
        assert live(second)
        assert Page.objects.get(pk=second.pk).url == "/tin/bai-hai-moi/"

    def test_a_page_whose_link_lost_its_page_stays_back_in_the_bundle_and_alone(self, house: House) -> None:
        first, second, third = house.write("Một"), house.write("Hai"), house.write("Ba")
        row = bundle_of(house, [first, second, third])
        linked(house, first, f'<a linktype="page" id="{second.pk}">bài hai</a>')
        for page in (first, second, third):
            house.approve(page)
        services.take_from_bundle(bundle_id=row.pk, page_id=second.pk, by=house.editor, at=now())
        with pytest.raises(LantoaError, match=r"“Một”: .*“bài hai”: Sau đường dẫn này không có trang nào") as refusal:
            release_bundle(bundle_id=row.pk, by=house.editor, at=now())
        assert "“Ba”" not in str(refusal.value)
        services.take_from_bundle(bundle_id=row.pk, page_id=first.pk, by=house.editor, at=now())
        with pytest.raises(LantoaError, match="“bài hai”"):
            newsroom.let_out(page=first, by=house.reviewer, at=now())
        assert not any(live(page) for page in (first, second, third))
        for page in (second, first):
            newsroom.let_out(page=page, by=house.reviewer, at=now())
        release_bundle(bundle_id=row.pk, by=house.editor, at=now())
        assert all(live(page) for page in (first, second, third))

    def test_its_pages_name_what_is_missing(self, house: House, enter: Callable[..., Client]) -> None:
        first, second = house.write("Trang sẵn sàng"), house.write("Trang còn nháp")
        row = bundle_of(house, [first])
        house.approve(first)
        desk, url = enter(house.editor), f"/ban-lam-viec/toa-soan/dang-cung/{row.pk}/"
        assert desk.post(f"{url}them/", {"page": second.pk}).status_code == 302
        told = desk.post(f"{url}dang/", follow=True)
        assert "Trang còn nháp" in told.text
        assert not live(first)
        house.approve(second)
        desk.post(f"{url}dang/")
        assert live(first)
        assert live(second)
        assert enter(house.stranger).get(url).status_code == 404
        assert enter(house.stranger).post(f"{url}thao/").status_code == 404


@pytest.mark.django_db
class TestPagesToAdd:
    def test_however_many_there_are_each_is_found_by_words_of_its_title(
        self, house: House, enter: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(forms, "SHOWN", 2)
        old, *_newer = [house.write(title) for title in ("Vay vốn Đồng Tháp", "Bài 1", "Bài 2", "Bài 3")]
        place = Post.objects.get(user=house.stranger).agency.versions.get().unit_id
        house.write("Vay vốn của nơi khác", by=house.stranger, unit_id=place)
        row, desk = bundle_of(house, []), enter(house.editor)
        url = f"/ban-lam-viec/toa-soan/dang-cung/{row.pk}/"

        def offered(words: str = "") -> list[str]:
            answer = desk.get(url, {"tim": words} if words else {})
            return [str(title) for _pk, title in answer.context["add"].fields["page"].choices]

        more = "Đây là 2 trang mới nhất; còn nhiều trang nữa."
        assert offered() == ["Bài 3", "Bài 2"]
        assert more in desk.get(url).text
        assert [offered(words) for words in ("dong von", "Đồng  VỐN", "bài 1", "khong co", "nơi khác")] == [
            [old.title], [old.title], ["Bài 1"], [], []
        ]  # fmt: skip
        found = desk.get(url, {"tim": 'von "'}).text
        assert 'value="von &quot;"' in found
        assert more not in found
        assert "Không có trang nào chọn được" in desk.get(url, {"tim": "khong co"}).text
        assert desk.post(f"{url}them/?tim=von", {"page": old.pk}).status_code == 302
        assert list(row.items.values_list("page", flat=True)) == [old.pk]
        for bad in ("²", "9" * 40, old.pk):
            refused = desk.post(f"{url}them/?tim=von", {"page": bad})
            assert refused.status_code == 422
            assert 'value="von"' in refused.text


@pytest.mark.django_db
class TestLawOnTheDayItGoesOut:
    """A page may be sent while its law binds and go out when it does not: the day it goes out counts."""

    @pytest.fixture
    def decree(self, house: House) -> LegalTextPage:
        """It ends tomorrow."""
        facts = {**LAW, "number": "11/2021/NĐ-CP", "issued_on": date(2021, 1, 2), "ends_on": day_after(1)}
        made = newsroom.write_page(
            LegalTextPage, parent=house.site.sections[SectionKind.LAWS]["vi"], title="Nghị định mẫu", lead="Lời.",
            by=house.editor, at=now(), unit_id=house.province, **facts,
        )  # fmt: skip
        let_out(made, author=house.editor, reviewer=house.reviewer, at=now())
        return made

    @pytest.fixture
    def cites(self, house: House, decree: LegalTextPage) -> Page:
        page = house.write("Vay vốn")
        linked(house, page, f"Nghị định {decree.number}")
        return page

    def ends(self, decree: LegalTextPage, house: House, on: date) -> None:
        newsroom.revise_page(page=decree, by=house.editor, at=now(), ends_on=on)
        let_out(decree, author=house.editor, reviewer=house.reviewer, at=now())

    def test_of_an_embargo_set_before_it_is_sent(self, house: House, cites: Page) -> None:
        made = newsroom.set_embargo(page=cites, until=now() + timedelta(days=3), by=house.editor, at=now())
        last = f"Ngày {day_after(3):%d/%m/%Y}, .*: hết hiệu lực.*Ngày cuối có hiệu lực: {day_after(1):%d/%m/%Y}"
        with pytest.raises(FindingsError, match=last):
            house.submit(cites)
        newsroom.lift_embargo(embargo_id=made.pk, by=house.editor, at=now(), reason="Đăng sớm")
        house.approve(cites)
        assert live(cites)

    def test_of_the_hour_of_its_bundle(self, house: House, cites: Page) -> None:
        row = bundle_of(house, [cites], go_live_at=now() + timedelta(days=3))
        with pytest.raises(FindingsError, match="hết hiệu lực"):
            house.submit(cites)
        services.set_bundle_hour(bundle_id=row.pk, go_live_at=None, by=house.editor, at=now())
        house.approve(cites)
        services.set_bundle_hour(bundle_id=row.pk, go_live_at=now() + timedelta(days=3), by=house.editor, at=now())
        [lacking] = bundles.readiness(row, at=now())
        assert "11/2021/NĐ-CP" in lacking.why
        assert f"{day_after(1):%d/%m/%Y}" in lacking.why
        with pytest.raises(LantoaError, match="11/2021/NĐ-CP"):
            release_bundle(bundle_id=row.pk, by=None, at=now() + timedelta(days=3))
        services.set_bundle_hour(bundle_id=row.pk, go_live_at=now() + HOUR, by=house.editor, at=now())
        release_bundle(bundle_id=row.pk, by=house.editor, at=now())
        assert live(cites)

    def test_of_an_embargo_set_after_it_was_approved(
        self, house: House, cites: Page, enter: Callable[..., Client]
    ) -> None:
        row = bundle_of(house, [cites])
        house.approve(cites)
        services.cancel_bundle(bundle_id=row.pk, by=house.editor, at=now())
        url, desk = f"/ban-lam-viec/toa-soan/bai/{cites.pk}/", enter(house.editor)
        assert "Ngày cuối có hiệu lực" not in desk.get(url).text
        newsroom.set_embargo(page=cites, until=now() + timedelta(days=3), by=house.editor, at=now())
        assert f"Ngày cuối có hiệu lực: {day_after(1):%d/%m/%Y}" in desk.get(url).text

    def test_when_its_hour_comes(self, house: House, cites: Page, decree: LegalTextPage) -> None:
        newsroom.set_embargo(page=cites, until=now() + HOUR, by=house.editor, at=now())
        house.approve(cites)
        self.ends(decree, house, day_after(-1))
        two_hours_pass()
        assert newsroom.publish_due(at=now()) == 0
        assert not live(cites)
        self.ends(decree, house, day_after(9))
        assert newsroom.publish_due(at=now()) == 1
        assert live(cites)

    def test_whoever_sent_it_is_told_once_by_mail_which_law_keeps_it(
        self, house: House, cites: Page, decree: LegalTextPage, run_jobs: RunJobs
    ) -> None:
        newsroom.set_embargo(page=cites, until=now() + HOUR, by=house.editor, at=now())
        house.approve(cites)
        self.ends(decree, house, day_after(-1))
        two_hours_pass()
        smtp = SmtpSimulator()
        with running(smtp):
            facts = {"host": "127.0.0.1", "port": smtp.smtp_port, "security": "none", "sender": "tin@lantoa.example"}
            save_account(by=None, at=now(), kind="email", name="Thư", settings=facts)
            for _round in range(3):
                newsroom.publish_due(at=now())
                run_jobs()
        assert smtp.ledger.totals() == {"accepted": 1, "doubles": 0, "repeats": 0, "calls": 1}
        [mail] = [message_from_bytes(raw, policy=default) for raw in smtp.mails.values()]
        assert (mail["To"], mail["Subject"]) == (house.editor.email, "Chưa đăng được: Vay vốn")
        words = mail.get_body(("plain",)).get_content()
        assert decree.number in words
        assert reverse("editorial:story", args=[cites.pk]) in words
        [kept] = KeptBack.objects.all()
        assert not tell_of_kept_back(revision_id=kept.revision_id + 1, at=now()), "another version"
        KeptBack.objects.update(mailed_at=None)
        self.ends(decree, house, day_after(9))
        assert not tell_of_kept_back(revision_id=kept.revision_id, at=now()), "the law binds again"

    def test_when_its_embargo_is_lifted_and_when_somebody_lets_it_out(
        self, house: House, cites: Page, decree: LegalTextPage
    ) -> None:
        made = newsroom.set_embargo(page=cites, until=now() + HOUR, by=house.editor, at=now())
        house.approve(cites)
        self.ends(decree, house, day_after(-1))
        newsroom.lift_embargo(embargo_id=made.pk, by=house.editor, at=now(), reason="Đăng sớm")
        with pytest.raises(LantoaError, match="hết hiệu lực"):
            newsroom.let_out(page=cites, by=house.reviewer, at=now())
        assert not live(cites)
        self.ends(decree, house, day_after(9))
        newsroom.let_out(page=cites, by=house.reviewer, at=now())
        assert live(cites)


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_halfway_leaves_nothing_out_and_two_at_once_let_all_out_once(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = [house.write("Một"), house.write("Hai")]
    row = bundle_of(house, pages)
    for page in pages:
        house.approve(page)
    real = type(pages[0]).publish
    published: list[int] = []

    def publish(self: Any, *args: Any, **kwargs: Any) -> Any:
        done = real(self, *args, **kwargs)
        published.append(self.pk)
        if len(published) == 1:  # what a SIGKILL leaves of a worker: its server process ends in the transaction
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return done

    monkeypatch.setattr(type(pages[0]), "publish", publish)
    ended = []

    def work() -> None:
        try:
            release_bundle(bundle_id=row.pk, by=None, at=now())
            ended.append("out")
        except DatabaseError:
            ended.append("cut off")
        finally:
            connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert (ended, len(published)) == (["cut off"], 1)
    assert not any(live(page) for page in pages)
    assert Bundle.objects.get(pk=row.pk).state == "open"

    threads = [threading.Thread(target=work) for _n in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert ended[1:] == ["out", "out"]
    assert all(live(page) for page in pages)
    assert AuditEntry.objects.filter(action="editorial.bundle_released").count() == 1
