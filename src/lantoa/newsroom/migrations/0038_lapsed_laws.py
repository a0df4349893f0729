"""What published versions cite that binds no more."""

import django.db.models.deletion
from django.db import migrations, models

KEPT = """
CREATE TRIGGER newsroom_lapsedlaw_append_only BEFORE UPDATE ON newsroom_lapsedlaw
    FOR EACH ROW EXECUTE FUNCTION kernel_append_only();
"""
CHANGEABLE = "DROP TRIGGER newsroom_lapsedlaw_append_only ON newsroom_lapsedlaw;"


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0037_kept_back")]
    operations = [
        migrations.CreateModel(
            name="LapsedLaw",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=120)),
                ("on", models.DateField(help_text="the day it was found")),
                ("at", models.DateTimeField()),
                (
                    "revision",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="wagtailcore.revision"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("revision", "number"), name="lapsed_law_once")],
            },
        ),
        migrations.RunSQL(KEPT, CHANGEABLE),
    ]
