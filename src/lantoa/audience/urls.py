from django.urls import path

from lantoa.audience.views import calls, imports, merging, overview, people, segments

app_name = "audience"
urlpatterns = [
    path("", overview.front, name="front"),
    path("nhap/", imports.import_new, name="import_new"),
    path("nhap/<uuid:public_id>/", imports.import_page, name="import"),
    path("nhap/<uuid:public_id>/dua-vao/", imports.import_run, name="import_run"),
    path("nhap/<uuid:public_id>/bo/", imports.import_cancel, name="import_cancel"),
    path("nhap/<uuid:public_id>/loi.csv", imports.import_errors, name="import_errors"),
    path("nhom/", segments.segment_list, name="segments"),
    path("nhom/moi/", segments.segment_new, name="segment_new"),
    path("nhom/<int:pk>/", segments.segment_page, name="segment"),
    path("nhom/<int:pk>/sua/", segments.segment_edit, name="segment_edit"),
    path("tim/", people.find, name="find"),
    path("goi-dien/", calls.call, name="call"),
    path("nguoi/<uuid:public_id>/", people.person_view, name="person"),
    path("nguoi/<uuid:public_id>/rut/", people.person_withdraw, name="person_withdraw"),
    path("nguoi/<uuid:public_id>/dia-chi/<int:pk>/", people.person_address, name="person_address"),
    path("nguoi/<uuid:public_id>/gop/<uuid:other_id>/", merging.merge, name="merge"),
    path("nguoi/<uuid:public_id>/tach/<int:pk>/", merging.unmerge, name="unmerge"),
    path("nguoi/<uuid:public_id>/xoa/", people.person_erase, name="person_erase"),
]
