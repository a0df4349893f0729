"""Whether the wire took away what a person took down stands in the placement's history."""

from django.db import migrations, models

STEPS = [
    ("placed", "Taken by the provider"),
    ("put_off", "Put off"),
    ("refused", "Refused"),
    ("in_doubt", "Left in doubt"),
    ("receipt", "Receipt"),
    ("confirmed", "Confirmed"),
    ("undone", "Confirmation taken back"),
    ("retried", "Tried again by an officer"),
    ("reminded", "Reminded"),
    ("withdrawn", "Taken away again"),
    ("retracted", "Taken away over the wire"),
    ("left_there", "Not taken away over the wire"),
    ("missed", "Never confirmed"),
    ("cancelled", "Called off"),
]


class Migration(migrations.Migration):
    dependencies = [("outreach", "0009_press")]
    operations = [
        migrations.AlterField(
            model_name="placementevent",
            name="step",
            field=models.CharField(choices=STEPS, max_length=10),
        ),
        migrations.RemoveConstraint(model_name="placementevent", name="outreach_placed_step_known"),
        migrations.AddConstraint(
            model_name="placementevent",
            constraint=models.CheckConstraint(
                condition=models.Q(("step__in", [step for step, _label in STEPS])), name="outreach_placed_step_known"
            ),
        ),
    ]
