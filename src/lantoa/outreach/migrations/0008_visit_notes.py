"""Notes of propagandists' visits: each once, by the id its phone gave it, and never changed."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

KEPT = """
CREATE TRIGGER outreach_visitnote_append_only BEFORE UPDATE OR DELETE ON outreach_visitnote
    FOR EACH ROW EXECUTE FUNCTION kernel_append_only();
CREATE TRIGGER outreach_visitnote_no_truncate BEFORE TRUNCATE ON outreach_visitnote
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_append_only();
"""
CHANGEABLE = """
DROP TRIGGER outreach_visitnote_no_truncate ON outreach_visitnote;
DROP TRIGGER outreach_visitnote_append_only ON outreach_visitnote;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("outreach", "0007_placements"),
        ("territory", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="VisitNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("entry", models.UUIDField(unique=True)),
                ("day", models.DateField()),
                ("households", models.PositiveIntegerField()),
                ("questions", models.CharField(blank=True, default="", max_length=1000)),
                ("by_link", models.BooleanField(default=False)),
                ("received_at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "hamlet",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="territory.unit"
                    ),
                ),
                (
                    "placement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="notes", to="outreach.placement"
                    ),
                ),
            ],
            options={
                "verbose_name": "note of a visit",
                "verbose_name_plural": "notes of visits",
                "ordering": ["day", "id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("households__gte", 1), ("households__lte", 2000)),
                        name="outreach_note_of_some_households",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("by__isnull", False), ("by_link", False)),
                            models.Q(("by", None), ("by_link", True)),
                            _connector="OR",
                        ),
                        name="outreach_note_by_one_of_two",
                    ),
                ],
            },
        ),
        migrations.RunSQL(KEPT, CHANGEABLE),
    ]
