"""Corrections and withdrawals: `/dinh-chinh/`, `/dinh-chinh/atom.xml`."""

from django.urls import path

from lantoa.newsroom import correction_views

app_name = "newsroom_corrections"
urlpatterns = [
    path("", correction_views.corrections, name="list"),
    path("atom.xml", correction_views.feed, name="feed"),
]
