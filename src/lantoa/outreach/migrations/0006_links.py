"""Short links and their counts; where a link leads is never changed, and a count stands for a whole hour."""

import django.db.models.deletion
from django.db import migrations, models

FIXED = """
CREATE TRIGGER outreach_shortlink_append_only BEFORE UPDATE OR DELETE ON outreach_shortlink
    FOR EACH ROW EXECUTE FUNCTION kernel_append_only();
CREATE TRIGGER outreach_shortlink_no_truncate BEFORE TRUNCATE ON outreach_shortlink
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_append_only();
ALTER TABLE outreach_linkclicks ADD CONSTRAINT outreach_clicks_by_the_hour
    CHECK (extract(epoch FROM hour)::bigint % 3600 = 0);
ALTER TABLE outreach_linkclicks SET (
    fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500
);
"""
UNFIXED = """
ALTER TABLE outreach_linkclicks RESET (fillfactor, autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold);
ALTER TABLE outreach_linkclicks DROP CONSTRAINT outreach_clicks_by_the_hour;
DROP TRIGGER outreach_shortlink_no_truncate ON outreach_shortlink;
DROP TRIGGER outreach_shortlink_append_only ON outreach_shortlink;
"""


class Migration(migrations.Migration):
    dependencies = [("outreach", "0005_series")]

    operations = [
        migrations.CreateModel(
            name="ShortLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("base", models.CharField(max_length=200)),
                ("code", models.CharField(max_length=12, unique=True)),
                ("channel", models.CharField(max_length=20)),
                ("target", models.TextField(verbose_name="address it leads to")),
                ("digest", models.CharField(editable=False, max_length=64)),
                ("created_at", models.DateTimeField()),
                (
                    "message",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="links", to="outreach.message"
                    ),
                ),
            ],
            options={
                "verbose_name": "short link",
                "verbose_name_plural": "short links",
            },
        ),
        migrations.CreateModel(
            name="LinkClicks",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("hour", models.DateTimeField()),
                ("slot", models.PositiveSmallIntegerField(default=0)),
                ("clicks", models.PositiveIntegerField(default=0)),
                (
                    "link",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="clicks", to="outreach.shortlink"
                    ),
                ),
            ],
            options={
                "verbose_name": "presses of a link",
            },
        ),
        migrations.AddConstraint(
            model_name="shortlink",
            constraint=models.UniqueConstraint(fields=("message", "channel", "digest"), name="outreach_link_once"),
        ),
        migrations.AddConstraint(
            model_name="shortlink",
            constraint=models.CheckConstraint(
                condition=models.Q(("target__iregex", "^https?://[^/]")), name="outreach_link_to_the_web"
            ),
        ),
        migrations.AddConstraint(
            model_name="linkclicks",
            constraint=models.UniqueConstraint(fields=("link", "hour", "slot"), name="outreach_clicks_once"),
        ),
        migrations.RunSQL(FIXED, UNFIXED),
    ]
