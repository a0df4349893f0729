from django.urls import URLPattern, URLResolver, path

from lantoa.approvals import views

app_name = "approvals"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.waiting, name="waiting"),
    path("da-gui/", views.sent, name="sent"),
    path("da-duyet/", views.decided, name="decided"),
    path("<int:pk>/", views.review, name="review"),
    path("<int:pk>/rut/", views.withdraw, name="withdraw"),
    path("<int:pk>/thu-hoi/", views.revoke, name="revoke"),
]
