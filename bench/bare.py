"""The bare view: Django, no middleware, one INSERT of the raw body, 200. Same database settings as Lan Tỏa's."""

import os

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.urls import path

import bench.cluster  # noqa: F401 - names the place of the scratch cluster before lantoa's settings are read

TABLE = "CREATE TABLE IF NOT EXISTS bench_bare (id bigserial PRIMARY KEY, raw bytea NOT NULL, at timestamptz NOT NULL)"


def take(request: HttpRequest) -> HttpResponse:
    """Keep the body."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO bench_bare (raw, at) VALUES (%s, now())", [request.body])
    return HttpResponse("ok", content_type="text/plain")


urlpatterns = [path("webhook/zalo/inbound/", take)]

if __name__ != "__main__" and os.environ.get("BENCH_BARE"):
    from bench.settings import DATABASES

    settings.configure(
        ROOT_URLCONF=__name__, MIDDLEWARE=[], DATABASES=DATABASES, ALLOWED_HOSTS=["*"], SECRET_KEY="bare", USE_TZ=True
    )
    django.setup()
    application = get_wsgi_application()
