from django.urls import URLPattern, URLResolver, path

from lantoa.newsroom import views

app_name = "newsroom"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.pages, name="pages"),
    path("<int:pk>/gui-duyet/", views.submit, name="submit"),
]
