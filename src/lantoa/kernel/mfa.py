"""A second factor for the posts that need one."""

from collections.abc import Callable

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from lantoa.kernel.access import grants

STAFF_DOORS = ("/ban-lam-viec/", "/quan-tri/")


class SecondFactorMiddleware:
    """Sends holders of the roles in `LANTOA_MFA_ROLES` to set up TOTP or a passkey before any staff page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.roles = frozenset(settings.LANTOA_MFA_ROLES)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Let through whoever needs no second factor or has one."""
        if self.roles and request.path.startswith(STAFF_DOORS) and request.user.is_authenticated:
            held = {grant.role.value for grant in grants(request.user)}
            if held & self.roles and not is_mfa_enabled(request.user):
                messages.warning(request, _("Your post needs a second step at sign-in. Set it up now."))
                return redirect("mfa_index")
        return self.get_response(request)
