from django.urls import URLPattern, URLResolver, path

from lantoa.newsroom import passing_views, views

app_name = "newsroom"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.pages, name="pages"),
    path("<int:pk>/gui-duyet/", views.submit, name="submit"),
    path("<int:pk>/kiem-tra/", passing_views.send, name="send"),
    path("<int:pk>/go-xuong/", passing_views.withdraw, name="withdraw"),
    path("phap-che/", passing_views.law_queue, name="law_queue"),
    path("phap-che/<int:pk>/", passing_views.law, name="law"),
]
