"""What works and what does not, told to everybody in plain words."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lantoa.kernel.clock import now
from lantoa.portal import standing
from lantoa.portal.views.reading import public


@public
def status(request: HttpRequest) -> HttpResponse:
    """Each part of the house and whether it works, from what the system itself knows."""
    parts = standing.parts(at=now())
    return render(request, "portal/status.html", {"parts": parts, "well": all(part.well for part in parts)})
