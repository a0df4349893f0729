"""The signed links, below ``/xac-nhan/``; no sign-in."""

from django.urls import path

from lantoa.outreach import confirm_views

urlpatterns = [
    path("<str:token>/", confirm_views.confirm, name="confirm"),
    path("<str:token>/rut-lai/", confirm_views.confirm_undo, name="confirm_undo"),
    path("<str:token>/tai-lieu/", confirm_views.confirm_kit, name="confirm_kit"),
]
