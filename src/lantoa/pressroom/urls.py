"""The press room on the desk, under `/ban-lam-viec/bao-chi/`."""

from django.urls import path

from lantoa.pressroom import kit_views, views

app_name = "pressroom"
urlpatterns = [
    path("", views.clipping_list, name="list"),
    path("ghi/", views.enter, name="enter"),
    path("danh-sach/", views.bring_list, name="bring"),
    path("bo-tai-lieu/", kit_views.kit_list, name="kits"),
    path("bo-tai-lieu/moi/", kit_views.offer, name="offer"),
    path("bo-tai-lieu/<int:pk>/rut/", kit_views.close, name="close_kit"),
    path("<int:pk>/gach/", views.strike, name="strike"),
]
