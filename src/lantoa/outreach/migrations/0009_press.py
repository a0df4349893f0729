"""What newsrooms get beside a message's words."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outreach", "0008_visit_notes")]
    operations = [
        migrations.AddField(
            model_name="message",
            name="press",
            field=models.JSONField(blank=True, default=dict),
        ),
    ]
