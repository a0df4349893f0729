"""Pages for people, in the site's languages: `/thong-bao/`."""

from django.urls import path

from lantoa.announcements.views import reading

app_name = "announcements"
urlpatterns = [
    path("", reading.home, name="home"),
    path("<slug:page>/", reading.page, name="page"),
    path("<slug:page>/hop/", reading.box, name="box"),
    path("<slug:page>/nhung/", reading.embed, name="embed"),
    path("<slug:page>/<uuid:public_id>/", reading.item, name="item"),
]
