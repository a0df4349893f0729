"""Every door of Wagtail's admin that leads to a live page, tried by hand: by the author, and by a superuser author."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.contrib.messages.storage.fallback import FallbackStorage
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from lantoa.kernel.enums import Role
from lantoa.kernel.models import User
from lantoa.newsroom import services
from lantoa.newsroom.models import ArticlePage, PolicyPage, Sending
from lantoa.newsroom.wagtail_hooks import only_what_was_approved
from tests.newsroom.conftest import NOW, Hire, Write
from tests.newsroom.passing import send

pytestmark = pytest.mark.django_db


@pytest.fixture(params=["leader", "superuser"])
def author(request: pytest.FixtureRequest, hire: Hire, unit: int) -> User:
    """Someone with every writing and publishing right there is, writing their own text."""
    roles = (Role.EDITOR, Role.REVIEWER, Role.LEADER, Role.ADMINISTRATOR)
    return hire(*roles, unit=unit, is_superuser=request.param == "superuser", is_staff=True)


@pytest.fixture
def admin(client: Client, author: User) -> Client:
    client.force_login(author)
    return client


@pytest.fixture
def draft(write: Write, author: User) -> ArticlePage:
    return write("Chưa ai duyệt", by=author)


def posted(page: ArticlePage, **extra: object) -> dict[str, object]:
    body = streamfield([("paragraph", rich_text("<p>Chữ mới.</p>"))])
    day = timezone.localdate() + timedelta(days=90)
    facts = {"title": "Chưa ai duyệt", "slug": page.slug or "moi", "lead": "x", "unit": page.unit_id, "body": body,
             "owner_agency": page.owner_agency_id or "", "review_by": day.isoformat()}  # fmt: skip
    return nested_form_data({**facts, "comments": {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0}, **extra})  # type: ignore[no-any-return]


def sent_pages(page: ArticlePage) -> int:
    return Sending.objects.filter(submission__subject=f"newsroom.page:{page.pk}").count()


@pytest.fixture(autouse=True)
def nothing_went_out(db: None) -> Iterator[None]:
    """Whatever the door, no version without a clearance is live when the test ends."""
    yield
    assert list(ArticlePage.objects.live().filter(clearances=None)) == []


def test_create_and_publish(admin: Client, author: User, site: services.SiteMade) -> None:
    parent = site.articles["vi"]
    page = ArticlePage(slug="moi", unit_id=parent.unit_id)
    url = reverse("wagtailadmin_pages:add", args=["newsroom", "articlepage", parent.pk])
    admin.post(url, posted(page, **{"action-publish": "1"}))
    made = ArticlePage.objects.get(slug="moi")
    assert (made.live, made.owner) == (False, author)


def test_edit_and_publish(admin: Client, draft: ArticlePage) -> None:
    admin.post(reverse("wagtailadmin_pages:edit", args=[draft.pk]), posted(draft, **{"action-publish": "1"}))
    draft.refresh_from_db()
    assert (draft.live, draft.revisions.count()) == (False, 2)


def test_edit_after_approval_and_publish(admin: Client, draft: ArticlePage, publish: object) -> None:
    live = publish(draft)  # type: ignore[operator]
    admin.post(reverse("wagtailadmin_pages:edit", args=[draft.pk]), posted(draft, **{"action-publish": "1"}))
    draft.refresh_from_db()
    assert (draft.live_revision_id, draft.has_unpublished_changes) == (live.live_revision_id, True)


def test_publish_what_was_approved_before_its_link_lost_its_page(
    hire: Hire, unit: int, reviewer: User, write: Write, publish: Callable[..., Page], client: Client
) -> None:
    author = hire(Role.EDITOR, Role.REVIEWER, Role.LEADER, unit=unit)
    target, page = publish(write("Trang kia")), write("Chưa ai duyệt", by=author)
    body = [("paragraph", f'<p>Xem <a linktype="page" id="{target.pk}">trang kia</a>.</p>')]
    page = services.revise_page(page=page, by=author, at=NOW, body=body)
    services.set_embargo(page=page, until=timezone.now() + timedelta(hours=1), by=author, at=timezone.now())
    send(page, by=author, at=NOW)
    services.approve_page(page=page, by=reviewer, at=NOW)
    services.withdraw_page(page=target, by=author, at=NOW, reason="Sai số liệu")
    request = RequestFactory().post("/")
    request.user, request.session = author, client.session
    request._messages = FallbackStorage(request)
    answer = only_what_was_approved(request, page)
    assert answer is not None
    assert ["“trang kia”: Sau đường dẫn này" in str(one) for one in request._messages] == [True]


def test_schedule(admin: Client, draft: ArticlePage) -> None:
    later = {"go_live_at": "2030-01-01 08:00", "action-publish": "1"}
    admin.post(reverse("wagtailadmin_pages:edit", args=[draft.pk]), posted(draft, **later))
    draft.refresh_from_db()
    assert not draft.approved_schedule


def test_bulk_publish(admin: Client, draft: ArticlePage) -> None:
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    admin.post(f"{url}?id={draft.pk}", {"include_descendants": "on"})
    draft.refresh_from_db()
    assert not draft.live


@pytest.mark.parametrize("how", [{"publish_copies": "on"}, {"alias": "on"}])
def test_copy_and_publish(how: dict[str, str], admin: Client, draft: ArticlePage, publish: object) -> None:
    publish(draft)  # type: ignore[operator]
    facts = {"new_title": "Bản sao", "new_slug": "ban-sao", "new_parent_page": draft.get_parent().pk, **how}
    admin.post(reverse("wagtailadmin_pages:copy", args=[draft.pk]), facts)
    copied = Page.objects.get(slug="ban-sao")
    assert (copied.live, copied.alias_of_id) == (False, None)


def test_move(admin: Client, draft: ArticlePage, site: services.SiteMade) -> None:
    """A page stays among its kind: the section of another kind refuses it, and it is as hidden as before."""
    for target in (site.policies["vi"], site.home["vi"], site.articles["en"]):
        admin.post(reverse("wagtailadmin_pages:move_confirm", args=[draft.pk, target.pk]))
        draft.refresh_from_db()
        assert (draft.get_parent().pk, draft.live) == (site.articles["vi"].pk, False)


def test_revert_then_publish(admin: Client, draft: ArticlePage, publish: object, author: User) -> None:
    unread = draft.latest_revision
    services.revise_page(page=draft, by=author, at=NOW, lead="Bản được duyệt.")
    live = publish(draft)  # type: ignore[operator]
    facts = {"revision": unread.pk, "action-publish": "1"}
    admin.post(reverse("wagtailadmin_pages:edit", args=[draft.pk]), posted(draft, **facts))
    draft.refresh_from_db()
    assert draft.live_revision_id == live.live_revision_id


def test_unpublish_edit_and_publish(admin: Client, draft: ArticlePage, publish: object) -> None:
    publish(draft)  # type: ignore[operator]
    ArticlePage.objects.get(pk=draft.pk).unpublish()
    admin.post(reverse("wagtailadmin_pages:edit", args=[draft.pk]), posted(draft, **{"action-publish": "1"}))
    draft.refresh_from_db()
    assert not draft.live


@pytest.mark.parametrize("action", ["approve", "reject"])
def test_author_approves_in_the_workflow(action: str, admin: Client, draft: ArticlePage, author: User) -> None:
    send(draft, by=author, at=timezone.now())
    state = ArticlePage.objects.get(pk=draft.pk).current_workflow_task_state
    admin.post(reverse("wagtailadmin_pages:workflow_action", args=[draft.pk, action, state.pk]), {"comment": "Tốt"})
    state.refresh_from_db()
    assert state.status == "in_progress"


def test_submit_from_the_editor_and_second_person_approves(
    admin: Client, draft: ArticlePage, reviewer: User, client: Client
) -> None:
    edit = reverse("wagtailadmin_pages:edit", args=[draft.pk])
    for button in ("action-submit", "action-check"):
        there = admin.post(edit, posted(draft, **{button: "1"}))
        assert (there.url, sent_pages(draft)) == (reverse("newsroom:send", args=[draft.pk]), 0)
    admin.post(reverse("newsroom:send", args=[draft.pk]))
    state = ArticlePage.objects.get(pk=draft.pk).current_workflow_task_state
    client.force_login(reviewer)
    client.post(reverse("wagtailadmin_pages:workflow_action", args=[draft.pk, "approve", state.pk]), {"comment": ""})
    draft.refresh_from_db()
    assert (draft.live, draft.live_revision_id, draft.clearances.get().decision.by) == (
        True, draft.latest_revision_id, reviewer,
    )  # fmt: skip


def test_editor_page_opens_and_hides_the_publish_button(admin: Client, draft: ArticlePage) -> None:
    html = admin.get(reverse("wagtailadmin_pages:edit", args=[draft.pk])).content.decode()
    buttons = [f'name="action-{name}"' in html for name in ("publish", "submit", "check")]
    assert buttons == [False, False, True]


def test_workflow_starts_only_for_what_the_checks_let_through(draft: ArticlePage, author: User) -> None:
    with pytest.raises(PermissionDenied):
        draft.get_workflow().start(draft, author)
    assert sent_pages(draft) == 0


def test_unpublish_asks_for_the_reasons_first(admin: Client, draft: ArticlePage, publish: object) -> None:
    publish(draft)  # type: ignore[operator]
    asked = admin.post(reverse("wagtailadmin_pages:unpublish", args=[draft.pk]))
    bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "unpublish"])
    admin.post(f"{bulk}?id={draft.pk}", {"include_descendants": "on"})
    draft.refresh_from_db()
    assert (asked.url, draft.live) == (reverse("newsroom:withdraw", args=[draft.pk]), True)


def delete_everywhere(admin: Client, *pages: Page) -> None:
    """Every way of the editor's to delete these pages, or to carry them elsewhere."""
    for page in pages:
        admin.post(reverse("wagtailadmin_pages:delete", args=[page.pk]))
        admin.post(reverse("wagtailadmin_api:pages:action", args=[page.pk, "delete"]))
    ids = "&".join(f"id={page.pk}" for page in pages)
    for action, facts in {"delete": {}, "move": {"chooser": pages[0].get_parent().pk, "next": "/"}}.items():
        url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", action])
        admin.post(f"{url}?{ids}", facts)


def test_what_readers_had_is_never_deleted(
    admin: Client, draft: ArticlePage, write: Write, author: User, publish: object, leader: User
) -> None:
    """Not while it is live, nor once it is taken down; not with the section above it, nor by any other hand."""
    live, gone = publish(draft), publish(write("Đã gỡ", by=author))  # type: ignore[operator]
    services.sync_groups(user=leader, at=NOW)
    services.withdraw_page(page=gone, by=leader, at=NOW, reason="Sai.", told="Đang xem lại.")
    section, pages = live.get_parent(), Page.objects.count()
    asked = admin.get(reverse("wagtailadmin_pages:delete", args=[live.pk]), follow=True)
    assert asked.redirect_chain[0][0] == reverse("newsroom:withdraw", args=[live.pk])
    assert "không xóa được" in asked.content.decode()
    delete_everywhere(admin, live, gone, section)
    assert (Page.objects.count(), admin.get(live.url).status_code, admin.get(gone.url).status_code) == (pages, 200, 410)
    for page in (live, gone, section):
        with pytest.raises(DatabaseError, match=r"append_only|newsroom_gate"), transaction.atomic():
            Page.objects.get(pk=page.pk).delete()


def test_a_draft_that_no_reader_had_may_be_deleted_but_not_one_of_another_unit(
    write: Write, author: User, hire: Hire, other_unit: int, client: Client
) -> None:
    roles = (Role.EDITOR, Role.REVIEWER, Role.LEADER, Role.ADMINISTRATOR)
    kept, gone, one, more = (write(title, by=author) for title in ("Giữ", "Bỏ", "Bỏ một", "Bỏ thêm"))
    client.force_login(hire(*roles, unit=other_unit))
    delete_everywhere(client, kept)
    assert ArticlePage.objects.filter(pk=kept.pk).exists()
    client.force_login(author)
    client.post(reverse("wagtailadmin_pages:delete", args=[gone.pk]))
    client.post(reverse("wagtailadmin_api:pages:action", args=[one.pk, "delete"]))
    client.post(f"{reverse('wagtail_bulk_action', args=['wagtailcore', 'page', 'delete'])}?id={more.pk}")
    assert set(ArticlePage.objects.values_list("title", flat=True)) == {"Giữ"}


def test_law_comes_first_in_the_workflow_too(
    site: services.SiteMade, author: User, reviewer: User, leader: User, client: Client
) -> None:
    page = services.write_page(
        PolicyPage, parent=site.policies["vi"], title="Vay vốn", by=author, at=NOW, what="<p>Tiền vay.</p>"
    )
    send(page, by=author, at=timezone.now())
    state = PolicyPage.objects.get(pk=page.pk).current_workflow_task_state
    client.force_login(reviewer)
    url = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", state.pk])
    client.post(url, {"comment": ""})
    page.refresh_from_db()
    assert not page.live
    services.clear_law(page=page, by=leader, at=timezone.now())
    client.post(url, {"comment": ""})
    page.refresh_from_db()
    assert page.live


@pytest.mark.parametrize(("role", "status"), [(Role.EDITOR, 200), (Role.CASE_OFFICER, 403), (None, 403)])
def test_only_writing_posts_open_the_editor(
    role: Role | None, status: int, hire: Hire, unit: int, client: Client
) -> None:
    roles = (role,) if role else ()
    client.force_login(hire(*roles, unit=unit, is_superuser=role is None))
    assert client.get(reverse("wagtailadmin_home")).status_code == status


def test_a_lost_post_closes_the_editor_at_the_next_request(hire: Hire, unit: int, client: Client) -> None:
    from lantoa.kernel import access

    person = hire(Role.EDITOR, unit=unit)
    client.force_login(person)
    assert client.get(reverse("wagtailadmin_home")).status_code == 200
    access.register_source(lambda user, at: [])
    assert client.get(reverse("wagtailadmin_home")).status_code == 403
    assert list(person.groups.all()) == []


def test_a_writer_of_one_commune_writes_in_a_section_of_the_whole_site_but_for_their_units_only(
    site: services.SiteMade, hire: Hire, other_unit: int, client: Client
) -> None:
    client.force_login(writer := hire(Role.EDITOR, unit=other_unit))
    parent = site.articles["vi"]
    page = ArticlePage(slug="o-xa", unit_id=parent.unit_id)
    url = reverse("wagtailadmin_pages:add", args=["newsroom", "articlepage", parent.pk])
    offered = client.get(url).context["form"].fields["unit"].queryset
    assert list(offered.values_list("pk", flat=True)) == [other_unit]
    client.post(url, posted(page))
    assert not ArticlePage.objects.filter(slug="o-xa").exists()
    page.unit_id, page.slug = other_unit, "Ở-xã"
    client.post(url, posted(page))
    made = ArticlePage.objects.get(slug="o-xa")
    assert (made.unit_id, made.owner, made.live) == (other_unit, writer, False)
    assert not parent.permissions_for_user(writer).can_edit()
    assert not site.home["vi"].permissions_for_user(writer).can_add_subpage()
