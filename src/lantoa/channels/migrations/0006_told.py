from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("channels", "0005_inbound_files"),
    ]

    operations = [
        migrations.AddField(
            model_name="channelaccount",
            name="told",
            field=models.JSONField(blank=True, default=dict),
        ),
    ]
