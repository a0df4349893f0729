from django.urls import URLPattern, URLResolver, path

from lantoa.newsroom import passing_views, views
from lantoa.newsroom import translating_views as translating

app_name = "newsroom"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.pages, name="pages"),
    path("dich/", translating.lines, name="translations"),
    path("dich/giao-dien/", translating.sign, name="sign_interface"),
    path("dich/<int:pk>/", translating.beside, name="translation"),
    path("dich/<int:pk>/theo-kip/", translating.caught_up, name="translation_caught_up"),
    path("<int:pk>/dich/<str:language>/", translating.begin, name="begin_translation"),
    path("<int:pk>/gui-duyet/", views.submit, name="submit"),
    path("<int:pk>/kiem-tra/", passing_views.send, name="send"),
    path("<int:pk>/go-xuong/", passing_views.withdraw, name="withdraw"),
    path("phap-che/", passing_views.law_queue, name="law_queue"),
    path("phap-che/<int:pk>/", passing_views.law, name="law"),
]
