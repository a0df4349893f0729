"""When a station was told to begin a message, and what its device says of it on the way."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("outreach", "0011_parts")]

    operations = [
        migrations.AddField(
            model_name="placement",
            name="starts_at",
            field=models.DateTimeField(null=True),
        ),
    ]
