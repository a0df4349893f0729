"""What we add to Wagtail's admin."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.actions.publish_page_revision import PublishPagePermissionError
from wagtail.admin.action_menu import ActionMenuItem, SubmitForModerationMenuItem
from wagtail.admin.menu import MenuItem
from wagtail.models import Page
from wagtail.rich_text.feature_registry import FeatureRegistry

from lantoa.newsroom import checks
from lantoa.newsroom.enums import LawVerdict
from lantoa.newsroom.links import PageLinks
from lantoa.newsroom.selectors import law_of
from lantoa.ui import writing


@hooks.register("before_publish_page")
def only_what_was_approved(request: HttpRequest, page: Page) -> HttpResponse | None:
    """The editor's publish button asks for the right before it saves what was typed; the gate asks again after, and
    whether the law and the links still stand."""
    gated = page.specific
    revision = gated.get_latest_revision()
    try:
        gated.clear(revision)
        why = " ".join(map(str, checks.turned(revision.as_object(), on=timezone.localdate())))
    except PublishPagePermissionError as refusal:
        why = str(refusal)
    if why:
        messages.error(request, why)
        return redirect("wagtailadmin_pages:edit", page.pk)
    return None


CHECK = "action-check"


class SendForApproval(SubmitForModerationMenuItem):
    """The button that saves the draft and opens its content checks, from where it is sent."""

    name = CHECK

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        """With the desk's label instead of the workflow's name."""
        return {**super().get_context_data(parent_context), "label": gettext("Check and send for approval")}


@hooks.register("construct_page_action_menu")
def say_it_as_the_desk_does(menu_items: list[ActionMenuItem], request: HttpRequest, context: dict[str, Any]) -> None:
    """The same step has the same name everywhere."""
    for place, item in enumerate(menu_items):
        if type(item) is SubmitForModerationMenuItem:
            menu_items[place] = SendForApproval(order=item.order)


@hooks.register("before_edit_page")
@hooks.register("before_create_page")
def send_by_one_door(request: HttpRequest, *_page_and_kind: Any) -> None:
    """A page is sent from its content checks only: Wagtail's own submission saves the draft and leads there."""
    if "action-submit" in request.POST:
        posted = request.POST.copy()
        posted[CHECK] = posted.pop("action-submit")[-1]
        request.POST = posted  # type: ignore[assignment]


@hooks.register("after_edit_page")
@hooks.register("after_create_page")
def open_the_checks(request: HttpRequest, page: Page) -> HttpResponse | None:
    """The draft is saved; now what the checks find in it."""
    return redirect("newsroom:send", page.pk) if CHECK in request.POST else None


@hooks.register("before_edit_page")
def say_what_the_law_check_said(request: HttpRequest, page: Page) -> None:
    """Who cleared or returned the version last sent, and when, above the text."""
    check = law_of(page) if request.method == "GET" else None
    if check is not None:
        who = f"{check.get_verdict_display()}: {check.by}, {writing.date_time(check.at)}."
        tell = messages.info if check.verdict == LawVerdict.CLEARED else messages.warning
        tell(request, " ".join(filter(None, [who, check.note])))


@hooks.register("before_unpublish_page")
def take_down_by_one_door(request: HttpRequest, page: Page) -> HttpResponse:
    """Whoever takes a page down says why, to the house and to its readers."""
    return redirect("newsroom:withdraw", page.pk)


@hooks.register("before_bulk_action")
def nothing_taken_down_in_bulk(
    request: HttpRequest, action_type: str, objects: list[Any], action: Any
) -> HttpResponse | None:
    """Each page taken down has a reason of its own. What Wagtail would delete or move by its own rights alone is asked
    of ours: it looks at bare pages here, which know of no unit and of no reader."""
    pages = [one for one in objects if isinstance(one, Page)]
    if action_type == "unpublish" and pages:
        messages.error(request, gettext("Pages are taken down one by one, each with its reason."))
    elif action_type in ("delete", "move") and not all(
        one.specific.permissions_for_user(request.user).can_delete(ignore_bulk=True) for one in pages
    ):
        messages.error(request, gettext(
            "Nothing was done: some of these pages have been before readers, or belong to another unit. A page that "
            "readers had stays on record; it is taken down by itself, with its reason."
        ))  # fmt: skip
    else:
        return None
    return redirect("newsroom:pages")


@hooks.register("construct_help_menu")
def help_that_can_be_read(_request: HttpRequest, menu_items: list[MenuItem]) -> None:
    """Only what is said here: Wagtail's guide and news are another house's pages, in English."""
    menu_items[:] = [item for item in menu_items if item.url == "#"]


@hooks.register("register_admin_menu_item")
def back_to_the_desk() -> MenuItem:
    """The way back."""
    return MenuItem(_("Desk"), reverse("newsroom:pages"), icon_name="home", order=1)


@hooks.register("register_rich_text_features", order=10)
def links_in_one_query(features: FeatureRegistry) -> None:
    """Links to pages are looked up together, each in the reader's language."""
    features.register_link_type(PageLinks)
