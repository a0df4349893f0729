"""Found by every place a thing is about, not by the first alone."""

from importlib import import_module
from typing import Any

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models

days = import_module("lantoa.search.migrations.0003_days")
BEFORE = days.WITHOUT.replace(days.PLACE, days.DAYS + days.PLACE, 1)
AFTER = BEFORE
for _given in ("$2", "$4"):
    AFTER = AFTER.replace(
        f"unit_id = ANY ({_given})",
        f"(unit_id = ANY ({_given}) OR further_ids <> ''{{}}'' AND further_ids && {_given})",
    )


class Migration(migrations.Migration):
    dependencies: list[Any] = [("search", "0003_days")]
    operations: list[Any] = [
        migrations.AddField(
            model_name="searchitem",
            name="further_ids",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.BigIntegerField(), db_default=[], default=list, size=None
            ),
        ),
        migrations.AddIndex(
            model_name="searchitem",
            index=django.contrib.postgres.indexes.GinIndex(
                fastupdate=False, fields=["further_ids"], name="search_item_further"
            ),
        ),
        migrations.RunSQL(AFTER, BEFORE),
    ]
