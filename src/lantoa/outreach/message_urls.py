from django.urls import URLPattern, URLResolver, path

from lantoa.outreach import message_views as views

app_name = "messages"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.message_list, name="list"),
    path("moi/", views.message_new, name="new"),
    path("<int:pk>/", views.compose, name="compose"),
    path("anh-bao-chi/", views.pictures, name="pictures"),
    path("do/<slug:channel>/", views.measure, name="measure"),
    path("<int:pk>/gui-duyet/", views.ask, name="ask"),
    path("<int:pk>/thu/<slug:channel>/", views.trial, name="trial"),
    path("<int:pk>/xem/<slug:channel>/", views.preview, name="preview"),
]
