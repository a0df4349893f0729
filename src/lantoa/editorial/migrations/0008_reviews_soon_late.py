"""A reader is called before the time is over, too."""

from typing import Any

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: list[Any] = [("editorial", "0007_law_reminders")]
    operations: list[Any] = [
        migrations.AlterField(
            model_name="reviewreminder",
            name="step",
            field=models.CharField(
                choices=[
                    ("soon", "The reader's time is over soon"),
                    ("late", "The reader's time is over"),
                    ("nobody", "Whoever may read it is away"),
                    ("law_soon", "The time of the legal check is over soon"),
                    ("law_late", "The time of the legal check is over"),
                    ("law_nobody", "Whoever may give the legal check is away"),
                ],
                max_length=10,
            ),
        ),
        migrations.RemoveConstraint(model_name="reviewreminder", name="review_reminder_step"),
        migrations.AddConstraint(
            model_name="reviewreminder",
            constraint=models.CheckConstraint(
                condition=models.Q(("step__in", ["soon", "late", "nobody", "law_soon", "law_late", "law_nobody"])),
                name="review_reminder_step",
            ),
        ),
    ]
