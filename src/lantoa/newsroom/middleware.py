"""The way into Wagtail: posts held now, and nothing else, open the page editor."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.models import Page

from lantoa.kernel.access import require
from lantoa.newsroom.models.gate import was_public
from lantoa.newsroom.rules import ENTER
from lantoa.newsroom.services import sync_groups


class PostsOpenTheEditor:
    """On every request to the page editor, put the person in the groups of the posts they hold at that moment."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    @cached_property
    def _prefix(self) -> str:
        return reverse("wagtailadmin_home")

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Let anonymous visitors on to the sign-in page, and refuse whoever holds no writing post."""
        if request.path.startswith(self._prefix) and request.user.is_authenticated:
            sync_groups(user=request.user, at=timezone.now())
            require(request.user, ENTER)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, _view: Any, _args: Any, given: dict[str, Any]) -> HttpResponse | None:
        """Who would delete what readers had is shown how it is taken down; Wagtail refuses it without a word of why."""
        if request.resolver_match is None or request.resolver_match.view_name != "wagtailadmin_pages:delete":
            return None
        page = Page.objects.filter(pk=given["page_id"]).first()
        if page is None or not was_public(page):
            return None
        messages.error(request, _(
            "A page that readers had stays on record, so it cannot be deleted. Take it down instead and say why: its "
            "address then tells readers."
        ))  # fmt: skip
        may = page.specific.permissions_for_user(request.user).can_unpublish()
        return redirect("newsroom:withdraw", page.pk) if may else redirect("newsroom:pages")
