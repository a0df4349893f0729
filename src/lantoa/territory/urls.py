"""Desk pages under `don-vi/`."""

from django.urls import path

from lantoa.territory import views

app_name = "territory"
urlpatterns = [
    path("", views.tree, name="tree"),
    path("<int:pk>/", views.unit, name="unit"),
    path("danh-sach/", views.list_new, name="list_new"),
    path("danh-sach/<int:pk>/", views.list_page, name="list"),
    path("danh-sach/<int:pk>/loi.csv", views.list_errors, name="list_errors"),
    path("danh-sach/<int:pk>/dua-vao/", views.list_confirm, name="list_confirm"),
    path("danh-sach/<int:pk>/bo/", views.list_give_up, name="list_give_up"),
    path("nguon/", views.runs, name="runs"),
    path("nguon/<int:pk>/", views.run, name="run"),
]
