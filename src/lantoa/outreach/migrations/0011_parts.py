import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("outreach", "0010_retracted"),
    ]

    operations = [
        migrations.AddField(
            model_name="handover",
            name="arrived",
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name="handover",
            name="siblings",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=100), db_default=[], default=list, size=None
            ),
        ),
    ]
