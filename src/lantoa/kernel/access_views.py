"""The door of every desk page."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, cast

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase

from lantoa.kernel.access import require
from lantoa.kernel.models import User


class StaffRequest(HttpRequest):
    """A request of a signed-in member of staff."""

    user: User


type DeskView[**P] = Callable[Concatenate[StaffRequest, P], HttpResponseBase]
type AnyView[**P] = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def desk_view[**P](permission: str | None = None) -> Callable[[DeskView[P]], AnyView[P]]:
    """Sign-in first, then the named right somewhere; a view still reads rows through `visible_to(request.user)`.

    With no permission, any signed-in account may enter. The permission is kept on the view, so that a test can walk
    every address as every role.
    """

    def wrap(view: DeskView[P]) -> AnyView[P]:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if permission is not None:
                require(request.user, permission)
            response = view(request, *args, **kwargs)  # type: ignore[arg-type]
            response.headers.setdefault("Cache-Control", "no-store, private")
            return response

        guarded.desk_permission = permission  # type: ignore[attr-defined]
        return cast("AnyView[P]", guarded)

    return wrap
