"""What we add to Wagtail's admin."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.actions.publish_page_revision import PublishPagePermissionError
from wagtail.admin.action_menu import ActionMenuItem, SubmitForModerationMenuItem
from wagtail.admin.menu import MenuItem
from wagtail.models import Page


@hooks.register("before_publish_page")
def only_what_was_approved(request: HttpRequest, page: Page) -> HttpResponse | None:
    """The editor's publish button asks for the right before it saves what was typed; the gate asks again after."""
    gated = page.specific
    try:
        gated.clear(gated.get_latest_revision())
    except PublishPagePermissionError as refusal:
        messages.error(request, str(refusal))
        return redirect("wagtailadmin_pages:edit", page.pk)
    return None


class SendForApproval(SubmitForModerationMenuItem):
    """Wagtail's button that submits a page, in the desk's own words."""

    def get_context_data(self, parent_context: dict[str, Any]) -> dict[str, Any]:
        """With the desk's label instead of the workflow's name."""
        return {**super().get_context_data(parent_context), "label": gettext("Send for approval")}


@hooks.register("construct_page_action_menu")
def say_it_as_the_desk_does(menu_items: list[ActionMenuItem], request: HttpRequest, context: dict[str, Any]) -> None:
    """The same step has the same name everywhere."""
    for place, item in enumerate(menu_items):
        if type(item) is SubmitForModerationMenuItem:
            menu_items[place] = SendForApproval(order=item.order)


@hooks.register("register_admin_menu_item")
def back_to_the_desk() -> MenuItem:
    """The way back."""
    return MenuItem(_("Desk"), reverse("newsroom:pages"), icon_name="home", order=1)
