"""The switch for readers who count every kilobyte, for browsers that have none."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from lantoa.portal.middleware import SWITCH, switched
from lantoa.portal.views.cases import personal

A_YEAR = 365 * 24 * 3600


@personal
def save_data(request: HttpRequest) -> HttpResponse:
    """Turn it on or off. The cookie comes with the first "on" and goes with "off"; what the device kept goes too."""
    if request.method != "POST":
        return render(request, "portal/save_data.html", {"on": switched(request)})
    answer = redirect("portal:save_data")
    if request.POST.get("bat") == "1":
        answer.set_cookie(SWITCH, "1", A_YEAR, secure=request.is_secure(), httponly=True, samesite="Lax")
    else:
        answer.delete_cookie(SWITCH, samesite="Lax")
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer
