"""The desk's pages about outlets, below ``/ban-lam-viec/diem-truyen-thong/``."""

from django.urls import path

from lantoa.outlets import views

app_name = "outlets"
urlpatterns = [
    path("", views.outlet_list, name="list"),
    path("<int:pk>/", views.outlet_page, name="outlet"),
    path("<int:pk>/sua/", views.outlet_edit, name="edit"),
    path("them/<slug:kind>/", views.outlet_new, name="new"),
    path("tai-ve/<slug:kind>.csv", views.outlet_csv, name="csv"),
    path("nhap/", views.import_new, name="import_new"),
    path("nhap/<uuid:public_id>/", views.import_page, name="import"),
    path("nhap/<uuid:public_id>/dua-vao/", views.import_run, name="import_run"),
    path("nhap/<uuid:public_id>/bo/", views.import_cancel, name="import_cancel"),
    path("nhap/<uuid:public_id>/loi.csv", views.import_errors, name="import_errors"),
]
