from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("outreach", "0012_programmes"),
    ]

    operations = [
        migrations.AddField(
            model_name="messageform",
            name="recording",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
    ]
