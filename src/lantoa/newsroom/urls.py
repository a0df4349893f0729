from django.urls import URLPattern, URLResolver, path

from lantoa.newsroom import translating_views as translating
from lantoa.newsroom import views

app_name = "newsroom"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.pages, name="pages"),
    path("dich/", translating.lines, name="translations"),
    path("dich/giao-dien/", translating.sign, name="sign_interface"),
    path("dich/<int:pk>/", translating.beside, name="translation"),
    path("dich/<int:pk>/theo-kip/", translating.caught_up, name="translation_caught_up"),
    path("<int:pk>/dich/<str:language>/", translating.begin, name="begin_translation"),
    path("<int:pk>/gui-duyet/", views.submit, name="submit"),
]
