"""The desk of people's stories, under `/ban-lam-viec/chuyen-dan/`."""

from django.urls import path, re_path

from lantoa.contributions import views

app_name = "contributions"
urlpatterns = [
    path("", views.story_list, name="list"),
    path("<slug:number>/", views.story_detail, name="story"),
    path("<slug:number>/trang/", views.draft, name="draft"),
    path("<slug:number>/tep/<int:file_id>/", views.story_file, name="file"),
    re_path(r"^(?P<number>[\w-]+)/(?P<step>take|note|ask|decline|take_down|withdraw)/$", views.act, name="act"),
]
