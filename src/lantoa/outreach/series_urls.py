from django.urls import URLPattern, URLResolver, path, re_path

from lantoa.outreach import series_views as views

app_name = "series"
SENDING = r"^(?P<kind>ky|nhac)/(?P<pk>[0-9]+)/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.series_list, name="list"),
    path("moi/", views.series_new, name="new"),
    path("<int:pk>/", views.series_one, name="one"),
    path("<int:pk>/sua/", views.series_change, name="change"),
    path("<int:pk>/chay/", views.series_start, name="start"),
    path("<int:pk>/tam-dung/", views.series_pause, name="pause"),
    re_path(rf"{SENDING}$", views.sending, name="sending"),
    re_path(rf"{SENDING}viet/$", views.sending_write, name="write"),
    re_path(rf"{SENDING}gan-tin/$", views.sending_attach, name="attach"),
    re_path(rf"{SENDING}nhan-gui/$", views.sending_name, name="name"),
    re_path(rf"{SENDING}bo-ky/$", views.sending_leave, name="leave"),
    path("tu-dong/", views.trigger_list, name="triggers"),
    path("tu-dong/moi/", views.trigger_new, name="trigger_new"),
    path("tu-dong/<int:pk>/", views.trigger_one, name="trigger"),
    path("tu-dong/<int:pk>/chay/", views.trigger_start, name="trigger_start"),
    path("tu-dong/<int:pk>/tam-dung/", views.trigger_pause, name="trigger_pause"),
    path("su-kien/<int:pk>/doi-gio/", views.occasion_move, name="occasion_move"),
    path("su-kien/<int:pk>/huy/", views.occasion_cancel, name="occasion_cancel"),
    path("su-kien/<int:pk>/viet/", views.occasion_write, name="occasion_write"),
    path("su-kien/<int:pk>/chuan-bi/", views.occasion_prepare, name="occasion_prepare"),
]
