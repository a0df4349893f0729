"""Addresses for machines, one for each feed, and the hub's: `/feeds/`."""

from django.urls import path

from lantoa.bulletin.views.machine import feed, hub

urlpatterns = [
    path("hub/", hub, name="bulletin_hub"),
    path("<slug:page>/<str:language>/<str:form>", feed, name="bulletin_feed"),
]
