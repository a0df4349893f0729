"""The way into Wagtail: posts held now, and nothing else, open the page editor."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property

from lantoa.kernel.access import require
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
