"""The case desk's addresses, under `/ban-lam-viec/lang-nghe/`."""

from django.urls import path, re_path

from lantoa.listening import views

app_name = "listening"
urlpatterns = [
    path("", views.case_list, name="list"),
    path("<slug:number>/", views.case_detail, name="case"),
    re_path(r"^(?P<number>[\w-]+)/(?P<step>answer|note|refer|publish)/$", views.act, name="act"),
]
