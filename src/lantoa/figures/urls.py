"""Figures everybody may read at `/so-lieu/`, and the same and more as data at `/du-lieu-mo/`."""

from django.urls import path

from lantoa.figures import views

app_name = "figures"
urlpatterns = [
    path("so-lieu/", views.statistics, name="statistics"),
    path("du-lieu-mo/", views.catalogue, name="catalogue"),
    path("du-lieu-mo/catalog.json", views.catalogue_json, name="catalogue_json"),
    path("du-lieu-mo/<slug:slug>/", views.dataset, name="dataset"),
    path("du-lieu-mo/<slug:slug>.<str:form>", views.data, name="data"),
]
