"""Addresses of the editors' desk, under `/ban-lam-viec/toa-soan/`."""

from django.urls import URLPattern, URLResolver, path

from lantoa.editorial.views import bundles, calendar, commissions, reviews, stories

app_name = "editorial"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", stories.story_list, name="stories"),
    path("bai/<int:pk>/", stories.story, name="story"),
    path("bai/<int:pk>/<slug:step>/", stories.story_step, name="story_step"),
    path("dat-bai/", commissions.commission_list, name="commissions"),
    path("dat-bai/moi/", commissions.commission_new, name="commission_new"),
    path("dat-bai/<int:pk>/", commissions.commission, name="commission"),
    path("dat-bai/<int:pk>/tep/<int:event>/", commissions.commission_file, name="commission_file"),
    path("dat-bai/<int:pk>/<slug:step>/", commissions.commission_step, name="commission_step"),
    path("dang-cung/", bundles.bundle_list, name="bundles"),
    path("dang-cung/moi/", bundles.bundle_new, name="bundle_new"),
    path("dang-cung/<int:pk>/", bundles.bundle, name="bundle"),
    path("dang-cung/<int:pk>/<slug:step>/", bundles.bundle_step, name="bundle_step"),
    path("lich/", calendar.month, name="calendar"),
    path("cho-doc/", reviews.reviews, name="reviews"),
    path("cho-doc/vang-mat/", reviews.absence_new, name="absence_new"),
    path("cho-doc/vang-mat/<int:pk>/bo/", reviews.absence_end, name="absence_end"),
]
