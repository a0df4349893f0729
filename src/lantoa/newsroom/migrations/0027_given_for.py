from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0026_words_beside_fields")]

    operations = [
        migrations.AddField(
            model_name="newsimage",
            name="given_for",
            field=models.UUIDField(
                db_index=True,
                editable=False,
                help_text="the one story it was given for: its page's translation key",
                null=True,
            ),
        ),
    ]
