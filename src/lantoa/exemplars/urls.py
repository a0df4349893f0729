"""The register on the desk, under `/ban-lam-viec/guong-mo-hinh/`."""

from django.urls import path

from lantoa.exemplars import views

app_name = "exemplars"
urlpatterns = [
    path("", views.exemplar_list, name="list"),
    path("de-cu/", views.propose, name="propose"),
    path("<str:number>/", views.exemplar_detail, name="exemplar"),
    path("<str:number>/<slug:step>/", views.act, name="act"),
]
