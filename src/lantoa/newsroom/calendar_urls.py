"""Calendars beside the pages they tell of: `/su-kien/lich.ics`, `/su-kien/<event>.ics`."""

from django.urls import path

from lantoa.newsroom import calendar_views

app_name = "newsroom_calendar"
urlpatterns = [
    path("lich.ics", calendar_views.every_event, name="all"),
    path("<slug:slug>.ics", calendar_views.one_event, name="event"),
]
