"""Desk pages under `co-quan/`."""

from django.urls import path

from lantoa.agencies import views

app_name = "agencies"
urlpatterns = [
    path("", views.tree, name="tree"),
    path("<int:pk>/", views.agency, name="agency"),
    path("<int:pk>/bo-nhiem/", views.appoint, name="appoint"),
    path("chuc-vu/<int:pk>/thoi/", views.post_end, name="post_end"),
]
