"""Khmer is cut into clusters: what holds some is put anew by the first worker that starts after the upgrade."""

from typing import Any

from django.db import migrations
from procrastinate.contrib.django import app

HOLD_KHMER = "SELECT EXISTS (SELECT FROM search_searchitem WHERE text_plain::text ~ '[\u1780-\u17ff]')"


def put_anew(apps: Any, schema_editor: Any) -> None:
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(HOLD_KHMER)
        if cursor.fetchone()[0]:
            app.configure_task("search.rebuild", queue="default").defer()


class Migration(migrations.Migration):
    dependencies: list[Any] = [("search", "0004_further_places"), ("procrastinate", "0041_post_retry_failed_job")]
    operations: list[Any] = [migrations.RunPython(put_anew, migrations.RunPython.noop)]
