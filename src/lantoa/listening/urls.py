"""The case desk's addresses, under `/ban-lam-viec/lang-nghe/`."""

from django.urls import path, re_path

from lantoa.listening import views

app_name = "listening"
urlpatterns = [
    path("", views.case_list, name="list"),
    path("<slug:number>/", views.case_detail, name="case"),
    path("<slug:number>/xem-truoc/", views.preview, name="preview"),
    path("<slug:number>/tep/<int:file_id>/", views.attachment, name="file"),
    path("<slug:number>/gui-lai/<int:reply_id>/", views.send_again, name="send_again"),
    re_path(r"^(?P<number>[\w-]+)/(?P<step>answer|note|route|refer|reopen|publish)/$", views.act, name="act"),
]
