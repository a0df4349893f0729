from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("listening", "0006_door_facebook"),
    ]

    operations = [
        migrations.AddField(
            model_name="casereply",
            name="account_id",
            field=models.BigIntegerField(help_text="the account of the last attempt", null=True),
        ),
    ]
