"""Addresses of the editors' desk, under `/ban-lam-viec/toa-soan/`."""

from django.urls import URLPattern, URLResolver, path

from lantoa.editorial.views import commissions

app_name = "editorial"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", commissions.commission_list, name="stories"),
    path("dat-bai/", commissions.commission_list, name="commissions"),
    path("dat-bai/moi/", commissions.commission_new, name="commission_new"),
    path("dat-bai/<int:pk>/", commissions.commission, name="commission"),
    path("dat-bai/<int:pk>/tep/<int:event>/", commissions.commission_file, name="commission_file"),
    path("dat-bai/<int:pk>/<slug:step>/", commissions.commission_step, name="commission_step"),
]
