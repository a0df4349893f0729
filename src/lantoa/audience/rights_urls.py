from django.urls import path

from lantoa.audience.views import breaches, rights

app_name = "rights"
urlpatterns = [
    path("", rights.request_list, name="list"),
    path("moi/", rights.request_new, name="new"),
    path("su-co/moi/", breaches.breach_new, name="breach_new"),
    path("su-co/<uuid:public_id>/", breaches.breach_page, name="breach"),
    path("su-co/<uuid:public_id>/bao/", breaches.breach_notice, name="breach_notice"),
    path("su-co/<uuid:public_id>/khong-bao/", breaches.breach_no_notice, name="breach_no_notice"),
    path("<uuid:public_id>/", rights.request_page, name="request"),
]
