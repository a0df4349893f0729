"""Addresses for machines, one for each feed, and the hub's: `/feeds/`."""

from django.urls import path

from lantoa.announcements.views.machine import feed, hub

urlpatterns = [
    path("hub/", hub, name="announcements_hub"),
    path("<slug:page>/<str:language>/<str:form>", feed, name="announcements_feed"),
]
