"""Notebooks of propagandists, below ``/so-tay/``; a signed link is the right, there is no sign-in."""

from django.urls import path

from lantoa.outreach import notebook_views

urlpatterns = [
    path("sw.js", notebook_views.notebook_worker, name="notebook_worker"),
    path("<str:token>/", notebook_views.notebook, name="notebook"),
    path("<str:token>/gui/", notebook_views.notebook_send, name="notebook_send"),
]
