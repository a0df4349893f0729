"""The desk's pages about the guide, below ``/ban-lam-viec/quyen-loi/``."""

from django.urls import path

from lantoa.entitlements import views

app_name = "entitlements"
urlpatterns = [
    path("", views.rule_list, name="list"),
    path("thu/", views.tester, name="tester"),
    path("moi/", views.rule_new, name="new"),
    path("<int:pk>/", views.rule_page, name="rule"),
    path("<int:pk>/sua/", views.rule_edit, name="edit"),
    path("<int:pk>/vi-du/", views.example_add, name="example"),
    path("<int:pk>/gui/", views.rule_send, name="send"),
]
