"""The press room on the desk, under `/ban-lam-viec/bao-chi/`."""

from django.urls import path

from lantoa.pressroom.views import clippings, journalists, kits, requests

app_name = "pressroom"
urlpatterns = [
    path("", clippings.clipping_list, name="list"),
    path("ghi/", clippings.enter, name="enter"),
    path("danh-sach/", clippings.bring_list, name="bring"),
    path("<int:pk>/gach/", clippings.strike, name="strike"),
    path("bo-tai-lieu/", kits.kit_list, name="kits"),
    path("bo-tai-lieu/moi/", kits.new_kit, name="new_kit"),
    path("bo-tai-lieu/<int:pk>/", kits.kit, name="kit"),
    path("bo-tai-lieu/<int:pk>/sua/", kits.write_kit, name="write_kit"),
    path("bo-tai-lieu/<int:pk>/van-ban/", kits.add_document, name="kit_document"),
    path("bo-tai-lieu/<int:pk>/anh/", kits.add_pictures, name="kit_pictures"),
    path("bo-tai-lieu/<int:pk>/gui-duyet/", kits.send_kit, name="send_kit"),
    path("bo-tai-lieu/<int:pk>/rut/", kits.withdraw_kit, name="withdraw_kit"),
    path("bo-tai-lieu/<int:pk>/tep/<int:file_id>/", kits.kit_file, name="kit_file"),
    path("nha-bao/", journalists.journalist_list, name="journalists"),
    path("nha-bao/<int:pk>/", journalists.journalist, name="journalist"),
    path("nha-bao/<int:pk>/<slug:step>/", journalists.decide, name="decide"),
    path("yeu-cau/", requests.request_list, name="requests"),
    path("yeu-cau/<str:number>/", requests.press_request, name="request"),
    path("yeu-cau/<str:number>/tep/<int:file_id>/", requests.answer_file, name="answer_file"),
    path("yeu-cau/<str:number>/<slug:step>/", requests.act, name="request_step"),
]
