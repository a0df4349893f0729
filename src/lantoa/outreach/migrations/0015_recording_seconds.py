from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("outreach", "0014_language_of_the_form"),
    ]

    operations = [
        migrations.AddField(
            model_name="messageform",
            name="recording_seconds",
            field=models.PositiveIntegerField(db_default=0, default=0),
        ),
    ]
