"""The addresses of reports, under `/ban-lam-viec/bao-cao/`."""

from datetime import date

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from lantoa.reporting import views


class DayConverter(StringConverter):
    """A day as 2026-10-01."""

    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> date:  # type: ignore[override]
        """The day; a ValueError means no such address."""
        return date.fromisoformat(value)

    def to_url(self, value: date | str) -> str:
        """As 2026-10-01."""
        return str(value)


register_converter(DayConverter, "day")
OF_PERIOD = "<int:agency_id>/<day:start>/<day:end>/"

app_name = "reporting"
urlpatterns = [
    path("", views.report_list, name="list"),
    path(OF_PERIOD, views.report, name="report"),
    path(f"{OF_PERIOD}giu/", views.keep, name="keep"),
    path(f"{OF_PERIOD}bang.csv", views.live_csv, name="live_csv"),
    path("ban/<int:pk>/", views.version, name="version"),
    path("ban/<int:pk>/loi/", views.write, name="write"),
    path("ban/<int:pk>/van-ban.docx", views.document, name="document"),
    path("ban/<int:pk>/bang.csv", views.version_csv, name="version_csv"),
]
