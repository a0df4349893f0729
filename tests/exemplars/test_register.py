"""From whoever knows them to whoever follows them."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection

from lantoa.exemplars import selectors, services
from lantoa.exemplars.enums import ExemplarHappening, ExemplarKind, ExemplarState
from lantoa.exemplars.jobs import forget, page_went_out
from lantoa.exemplars.models import Exemplar, Following
from lantoa.exemplars.rules import ExemplarRefused
from lantoa.exemplars.selectors import Reach
from lantoa.kernel.access import AccessDenied
from lantoa.kernel.clock import now, today
from lantoa.kernel.enums import Role
from lantoa.newsroom import checks
from lantoa.newsroom import services as newsroom
from lantoa.newsroom.enums import SectionKind, Severity
from lantoa.newsroom.events import PageWentOut
from lantoa.newsroom.models import InitiativePage, RoleModelPage, Withdrawal
from lantoa.newsroom.rules import NotReadyError
from lantoa.newsroom.selectors import section_of
from tests.exemplars.conftest import SAW
from tests.newsroom.passing import let_out

pytestmark = pytest.mark.django_db


def happenings(exemplar):
    return [event.happening for event in selectors.history(exemplar)]


def test_a_contributor_puts_forward_and_the_same_form_twice_is_one(propose, contributor):
    first, second = propose(key="k1"), propose(key="k1", named_as="Chị khác")
    assert first == second
    assert (first.state, first.named_as, first.proposed_by) == (ExemplarState.PROPOSED, "Chị Hường", contributor)
    assert first.number == f"DH-{today().year}-{first.pk:06}"
    assert happenings(first) == ["proposed"]


def test_another_person_cannot_read_by_a_guessed_key(propose, editor):
    propose(key="k1")
    with pytest.raises(Exemplar.DoesNotExist):
        propose(key="k1", by=editor)


def test_nobody_puts_forward_beyond_their_post(propose, province):
    with pytest.raises(AccessDenied):
        propose(commune="Xã Bãi Xa")
    with pytest.raises(AccessDenied):
        propose(by=province.hire(Role.AUDITOR))


@pytest.mark.parametrize("said", [{"named_as": "  "}, {"did": "\n"}])
def test_without_a_name_or_words_nothing_is_put_forward(propose, said):
    with pytest.raises(ExemplarRefused, match="vài"):
        propose(**said)


def test_somebody_else_verifies_with_days_and_words(propose, verify, reviewer):
    one = verify(propose())
    assert (one.state, one.seen_on, one.agreed_on) == (ExemplarState.VERIFIED, today() - timedelta(days=2), today())
    assert one.confirmed == SAW
    assert [(event.happening, event.by) for event in selectors.history(one)][-1] == ("verified", reviewer)


def test_whoever_put_it_forward_does_not_verify_it(propose, verify, reviewer):
    with pytest.raises(ExemplarRefused):
        verify(propose(by=reviewer))


@pytest.mark.parametrize("said", [{"seen_on": "ahead"}, {"agreed_on": "ahead"}, {"confirmed": " "}])
def test_days_to_come_and_no_words_verify_nothing(propose, verify, said):
    one = propose()
    ahead = today() + timedelta(days=1)
    with pytest.raises(ExemplarRefused):
        verify(one, **{name: ahead if value == "ahead" else value for name, value in said.items()})
    one.refresh_from_db()
    assert (one.state, one.seen_on) == (ExemplarState.PROPOSED, None)


def test_a_contributor_verifies_nothing_and_tells_nothing(propose, verify, draft, contributor):
    one = propose()
    with pytest.raises(AccessDenied):
        verify(one, by=contributor)
    verify(one)
    with pytest.raises(AccessDenied):
        draft(one, by=contributor)


def test_what_was_verified_becomes_a_draft_of_its_kind(propose, verify, draft):
    page = draft(verify(propose())).page.specific
    assert isinstance(page, RoleModelPage)
    assert (page.named_as, page.agreed_on, page.place, page.live) == ("Chị Hường", today(), "Ấp Rạch Thử", False)
    assert page.did == "<p>Chị thả cua thưa, ghi sổ từng con nước.</p>\n\n<p>Ba mùa sau chị chỉ lại cho cả xóm.</p>"


def test_a_way_of_working_becomes_an_initiative(propose, verify, draft):
    page = draft(verify(propose(kind=ExemplarKind.INITIATIVE, named_as="Nuôi cua dưới tán rừng"))).page.specific
    assert isinstance(page, InitiativePage)
    assert "ghi sổ" in page.what


def test_nothing_is_told_before_it_is_verified_and_one_page_tells_it(propose, verify, draft):
    one = propose()
    with pytest.raises(ExemplarRefused):
        draft(one)
    draft(verify(one))
    with pytest.raises(ExemplarRefused):
        draft(one)
    assert RoleModelPage.objects.count() == 1


def test_it_is_told_the_moment_its_page_goes_out(propose, verify, draft, editor, reviewer):
    one = draft(verify(propose()))
    let_out(one.page.specific, author=editor, reviewer=reviewer, at=now())
    page_went_out(PageWentOut(page_id=one.page_id))
    page_went_out(PageWentOut(page_id=one.page_id))
    one.refresh_from_db()
    assert (one.state, one.settled_at is not None) == (ExemplarState.TOLD, True)
    assert happenings(one) == ["proposed", "verified", "drafted", "told"]


def written(editor, province):
    return newsroom.write_page(
        RoleModelPage, parent=section_of(SectionKind.ROLE_MODELS, "vi"), title="Viết tay", lead="Một dòng.", by=editor,
        at=now(), unit_id=province.communes["Xã Đất Thử"], named_as="Chị Hường", agreed_on=today(),
        did="<p>Nuôi cua.</p>",
    )  # fmt: skip


def test_a_page_written_by_hand_is_named_and_one_that_is_out_is_told_at_once(
    propose, verify, site, editor, reviewer, province
):
    page = let_out(written(editor, province), author=editor, reviewer=reviewer, at=now())
    one = services.attach(exemplar_id=verify(propose()).pk, page_id=page.pk, by=editor, at=now())
    assert (one.state, one.page_id) == (ExemplarState.TOLD, page.pk)
    other = verify(propose(named_as="Anh Bình"))
    with pytest.raises(ExemplarRefused):
        services.attach(exemplar_id=other.pk, page_id=page.pk, by=editor, at=now())


def test_a_page_of_another_kind_does_not_tell_it(propose, verify, site, editor, province):
    other = newsroom.write_page(
        InitiativePage, parent=section_of(SectionKind.INITIATIVES, "vi"), title="Cách làm", lead="Một dòng.", by=editor,
        at=now(), unit_id=province.communes["Xã Đất Thử"], what="<p>Nuôi cua.</p>",
    )  # fmt: skip
    with pytest.raises(ExemplarRefused):
        services.attach(exemplar_id=verify(propose()).pk, page_id=other.pk, by=editor, at=now())


def rows_with(words):
    """Tables of the database where these words stand in any column of text."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
            " AND data_type IN ('text', 'character varying', 'jsonb')"
        )
        columns = cursor.fetchall()
        found = set()
        for table, column in columns:
            cursor.execute(f'SELECT EXISTS (SELECT FROM "{table}" WHERE "{column}"::text LIKE %s)', [f"%{words}%"])
            found |= {table} if cursor.fetchone()[0] else set()
    return found


def test_who_agrees_no_more_is_forgotten_with_the_draft(propose, verify, draft, contributor):
    one = draft(verify(propose()))
    assert rows_with("ghi sổ từng con nước") >= {"exemplars_exemplar", "newsroom_rolemodelpage"}
    services.withdraw(exemplar_id=one.pk, by=contributor, at=now())
    services.withdraw(exemplar_id=one.pk, by=contributor, at=now())
    one.refresh_from_db()
    assert (one.state, one.named_as, one.hamlet, one.did, one.confirmed) == (ExemplarState.WITHDRAWN, "", "", "", "")
    assert one.page_id is None
    assert rows_with("ghi sổ từng con nước") == rows_with("Có xem hai vuông cua") == rows_with("Chị Hường") == set()
    assert happenings(one).count("withdrawn") == 1


def test_a_public_page_of_who_agrees_no_more_comes_down_and_stays_down(
    propose, verify, draft, editor, reviewer, contributor
):
    one = draft(verify(propose()))
    page = let_out(one.page.specific, author=editor, reviewer=reviewer, at=now())
    services.follow_pages(at=now())
    services.withdraw(exemplar_id=one.pk, by=contributor, at=now())
    assert [found.pk for found in selectors.exemplars(reviewer, show="take_down")] == [one.pk]
    assert selectors.why_page_is_barred(page.pk)
    services.take_down(exemplar_id=one.pk, by=reviewer, at=now())
    page.refresh_from_db()
    assert page.live is False
    assert "không phải vì viết sai" in Withdrawal.objects.get(page=page.pk).told
    with pytest.raises(ExemplarRefused):
        services.take_down(exemplar_id=one.pk, by=reviewer, at=now())
    newsroom.revise_page(page=page, by=editor, at=now(), title="Lần nữa")
    with pytest.raises(NotReadyError, match=one.number):
        newsroom.submit_page(page=page, by=editor, at=now(), accepted={})


def test_declined_with_words_looked_at_once_more_and_forgotten_in_time(propose, verify, reviewer):
    one = propose()
    with pytest.raises(ExemplarRefused):
        services.decline(exemplar_id=one.pk, text="  ", by=reviewer, at=now())
    services.decline(exemplar_id=one.pk, text="Chưa đủ một mùa.", by=reviewer, at=now())
    services.reopen(exemplar_id=one.pk, by=reviewer, at=now())
    verify(one)
    services.decline(exemplar_id=one.pk, text="Đã chuyển đi.", by=reviewer, at=now())
    late = now() + timedelta(days=settings.LANTOA_STORY_KEEP_DAYS + 1)
    assert services.empty_old(at=now()) == 0
    assert services.empty_old(at=late) == 1
    assert services.empty_old(at=late) == 0
    one.refresh_from_db()
    assert (one.named_as, one.did, one.confirmed) == ("", "", "")
    with pytest.raises(ExemplarRefused):
        services.reopen(exemplar_id=one.pk, by=reviewer, at=late)
    forget(0)


def test_who_does_the_same_is_counted_by_commune_and_year_and_put_right(propose, verify, contributor, province):
    one, here, there = verify(propose()), province.communes["Xã Đất Thử"], province.communes["Xã Bãi Xa"]

    def count(unit_id, households, year=None):
        facts = {"exemplar_id": one.pk, "unit_id": unit_id, "year": year or today().year, "households": households}
        services.record_following(by=contributor, at=now(), **facts)

    count(here, 3)
    count(here, 5)
    count(there, 7)
    count(there, 2, today().year - 1)
    assert [row.households for row in Following.objects.filter(exemplar=one, unit=here)] == [5]
    assert selectors.reach(contributor) == Reach(followed=1, communes=2, households=14)
    count(there, 0)
    assert selectors.reach(contributor) == Reach(followed=1, communes=2, households=7)
    assert len(selectors.followings(one)) == 2
    said = [event.text for event in selectors.history(one) if event.happening == ExemplarHappening.FOLLOWED]
    assert said[:2] == [f"Xã Đất Thử, {today().year}: 3", f"Xã Đất Thử, {today().year}: 5"]
    for year in (1989, today().year + 1):
        with pytest.raises(ExemplarRefused, match="1990"):
            count(here, 1, year)


def test_nobody_counts_who_follows_what_nobody_verified(propose, contributor, province):
    one = propose()
    with pytest.raises(ExemplarRefused):
        services.record_following(
            exemplar_id=one.pk, unit_id=province.communes["Xã Đất Thử"], year=today().year, households=3,
            by=contributor, at=now(),
        )  # fmt: skip
    assert not Following.objects.exists()


def test_half_a_year_after_it_was_told_somebody_asks_who_follows(
    propose, verify, draft, editor, reviewer, contributor, province
):
    one = draft(verify(propose()))
    let_out(one.page.specific, author=editor, reviewer=reviewer, at=now())
    services.follow_pages(at=now())
    late = now() + timedelta(days=181)
    assert list(selectors.to_follow_up(contributor, now())) == []
    assert list(selectors.to_follow_up(contributor, late)) == [one]
    services.record_following(
        exemplar_id=one.pk, unit_id=province.communes["Xã Đất Thử"], year=today().year, households=1, by=contributor,
        at=late,
    )  # fmt: skip
    assert list(selectors.to_follow_up(contributor, late)) == []


def test_the_newsroom_asks_who_saw_it_until_somebody_did(propose, verify, site, editor, province):
    page = written(editor, province)

    def asked():
        return [found.severity for found in checks.run(page, on=today()) if found.code == "unverified"]

    assert asked() == [Severity.WARN]
    services.attach(exemplar_id=verify(propose()).pk, page_id=page.pk, by=editor, at=now())
    assert asked() == []


def test_the_newsroom_does_not_ask_it_of_other_pages(site, editor, publish):
    page = publish("article", "Tin thường")
    assert "unverified" not in {found.code for found in checks.run(page, on=today())}
