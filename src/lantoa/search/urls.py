from django.urls import path

from lantoa.search import views

app_name = "search"
urlpatterns = [
    path("", views.misses, name="misses"),
    path("da-viet/", views.fill, name="fill"),
]
