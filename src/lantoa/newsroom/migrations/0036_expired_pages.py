"""A page whose time was over says so at its address; the public list of withdrawals leaves it out."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0035_about_units")]
    operations = [
        migrations.AddField(
            model_name="withdrawal",
            name="expired",
            field=models.BooleanField(default=False, help_text="its time was over, and nothing was wrong with it"),
        )
    ]
