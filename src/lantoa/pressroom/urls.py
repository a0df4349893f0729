"""The press room on the desk, under `/ban-lam-viec/bao-chi/`."""

from django.urls import path

from lantoa.pressroom import views

app_name = "pressroom"
urlpatterns = [
    path("", views.clipping_list, name="list"),
    path("ghi/", views.enter, name="enter"),
    path("danh-sach/", views.bring_list, name="bring"),
    path("<int:pk>/gach/", views.strike, name="strike"),
]
