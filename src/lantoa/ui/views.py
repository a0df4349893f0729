"""The gallery page: every component in every state, on sample content only."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lantoa.ui.gallery import sample


def gallery(request: HttpRequest) -> HttpResponse:
    """`/ui/`, open to everyone: it shows no data."""
    return render(request, "ui/gallery.html", {"site": {"name": "Lan Tỏa"}, **sample()})  # no installation's own facts
