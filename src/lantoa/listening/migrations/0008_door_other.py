from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("listening", "0007_reply_account"),
    ]

    operations = [
        migrations.AlterField(
            model_name="case",
            name="door",
            field=models.CharField(
                choices=[
                    ("portal", "Portal form"),
                    ("zalo", "Zalo"),
                    ("telegram", "Telegram"),
                    ("email", "E-mail"),
                    ("sms", "Text message"),
                    ("facebook", "Facebook"),
                    ("other", "Another channel"),
                    ("counter", "At the office"),
                ],
                max_length=12,
            ),
        ),
    ]
