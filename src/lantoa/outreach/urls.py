from django.urls import URLPattern, URLResolver, include, path

from lantoa.outreach import file_views, money_views, placement_urls, views, visit_views

app_name = "outreach"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", views.broadcast_list, name="list"),
    path("moi/", views.broadcast_new, name="new"),
    path("loat-tin/", include("lantoa.outreach.series_urls")),
    *placement_urls.urlpatterns,
    path("<int:pk>/", views.broadcast, name="broadcast"),
    path("<int:pk>/gui/", views.broadcast_release, name="release"),
    path("<int:pk>/hen-gio/", views.broadcast_schedule, name="schedule"),
    path("<int:pk>/bo-hen/", views.broadcast_unschedule, name="unschedule"),
    path("<int:pk>/tam-dung/", views.broadcast_pause, name="pause"),
    path("<int:pk>/chay-tiep/", views.broadcast_resume, name="resume"),
    path("<int:pk>/dung-han/", views.broadcast_cancel, name="cancel"),
    path("<int:pk>/gui-lai/", views.broadcast_retry, name="retry"),
    path("<int:pk>/gui-bu/", views.broadcast_again, name="again"),
    path("<int:pk>/ngan-sach/", money_views.broadcast_budget, name="budget"),
    path("<int:pk>/phan-kenh/", money_views.broadcast_weight, name="weight"),
    path("<int:pk>/gap-tan-noi/", visit_views.visit_list, name="visits"),
    path("<int:pk>/gap-tan-noi/in/", visit_views.visit_sheet, name="visit_sheet"),
    path("<int:pk>/gap-tan-noi/loi/", visit_views.visit_words, name="visit_words"),
    path("<int:pk>/gap-tan-noi/<int:delivery>/", visit_views.visit_record, name="visit"),
    path("<int:pk>/con-thieu/", views.broadcast_missed, name="missed"),
    path("<int:pk>/so-gui.csv", file_views.ledger, name="ledger"),
    path("<int:pk>/con-thieu.csv", file_views.missed, name="missed_file"),
    path("<int:pk>/theo-xa.csv", file_views.units, name="units"),
    path("<int:pk>/luot-bam.csv", file_views.clicks, name="clicks"),
]
