from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("outreach", "0011_parts"),
    ]

    operations = [
        migrations.AddField(
            model_name="messageform",
            name="recording",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
    ]
