"""When a station was told to begin a message, and what its device says of it on the way."""

from django.db import migrations, models

STEPS = [
    ("placed", "Taken by the provider"),
    ("put_off", "Put off"),
    ("refused", "Refused"),
    ("in_doubt", "Left in doubt"),
    ("started", "Began to play"),
    ("broken_in", "Interrupted by an urgent message"),
    ("stopped", "Stopped playing"),
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
    dependencies = [("outreach", "0011_parts")]

    operations = [
        migrations.AddField(
            model_name="placement",
            name="starts_at",
            field=models.DateTimeField(null=True),
        ),
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
