"""Pages that few audiences are named by, found without reading all of their kind."""

from django.db import migrations

KINDS = ("policy", "guide", "question", "legaltext", "article", "initiative", "event", "institution")
"""Kinds that stand behind the portal's doors."""


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0022_among_many")]
    operations = [
        migrations.RunSQL(
            f"CREATE INDEX newsroom_{kind}_for_whom ON newsroom_{kind}page USING gin (audience_groups)",
            f"DROP INDEX newsroom_{kind}_for_whom",
        )
        for kind in KINDS
    ]
