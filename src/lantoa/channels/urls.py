"""The desk's pages about channels, below ``/ban-lam-viec/kenh/``."""

from django.urls import URLPattern, URLResolver, path

from lantoa.channels import views

app_name = "channels"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.account_list, name="list"),
    path("them/<slug:kind>/", views.account_add, name="add"),
    path("<int:pk>/", views.account_edit, name="edit"),
    path("<int:pk>/gui-thu/", views.account_test, name="test"),
]
