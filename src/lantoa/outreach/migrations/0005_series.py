"""Series and triggers; the moves of an issue and what it fixes, kept by the database itself."""

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

GUARD = """
CREATE FUNCTION outreach_planned_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'outreach_planned: what was planned stays on record; leave it out instead'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'planned' THEN
            RAISE EXCEPTION 'outreach_planned: an issue begins as planned' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.state <> NEW.state AND NOT (OLD.state || '>' || NEW.state = ANY (ARRAY[
        'planned>ready', 'planned>held', 'planned>missed', 'planned>cancelled',
        'ready>planned', 'ready>released', 'ready>held', 'ready>missed', 'ready>cancelled',
        'held>planned', 'held>released', 'held>missed', 'held>cancelled'
    ])) THEN
        RAISE EXCEPTION 'outreach_move: an issue cannot go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state = 'held' AND NEW.state = 'planned' AND NEW.due <= OLD.due THEN
        RAISE EXCEPTION 'outreach_move: what is held is planned again only for a later hour'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state IN ('released', 'missed', 'cancelled') AND
       (OLD.due, OLD.message_id, OLD.scheduled_by_id, OLD.broadcast_id, OLD.lack, OLD.settled_at) IS DISTINCT FROM
       (NEW.due, NEW.message_id, NEW.scheduled_by_id, NEW.broadcast_id, NEW.lack, NEW.settled_at) THEN
        RAISE EXCEPTION 'outreach_fixed: a settled issue is frozen' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state <> 'released' AND NEW.state = 'released' AND NOT EXISTS (
        SELECT 1 FROM outreach_broadcast b JOIN outreach_messageversion v ON v.id = b.version_id
        WHERE b.id = NEW.broadcast_id AND v.message_id = NEW.message_id AND b.audience_count IS NOT NULL
            AND b.released_by_id = NEW.scheduled_by_id
    ) THEN
        RAISE EXCEPTION 'outreach_planned: an issue is out only as a released broadcast of its own text'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER outreach_seriesissue_guard BEFORE INSERT OR UPDATE OR DELETE ON outreach_seriesissue
    FOR EACH ROW EXECUTE FUNCTION outreach_planned_guard();
CREATE TRIGGER outreach_reminder_guard BEFORE INSERT OR UPDATE OR DELETE ON outreach_reminder
    FOR EACH ROW EXECUTE FUNCTION outreach_planned_guard();
"""
UNGUARD = """
DROP TRIGGER outreach_reminder_guard ON outreach_reminder;
DROP TRIGGER outreach_seriesissue_guard ON outreach_seriesissue;
DROP FUNCTION outreach_planned_guard();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0002_invariants"),
        ("audience", "0003_reference"),
        ("outreach", "0004_partitions"),
        ("territory", "0003_listdraft"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        migrations.swappable_dependency(settings.WAGTAIL_PAGE_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Series",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "channels",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), verbose_name="channels in order of preference"
                    ),
                ),
                ("purpose", models.CharField(max_length=20, verbose_name="purpose")),
                ("active", models.BooleanField(default=False)),
                ("scheduled_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "rhythm",
                    models.CharField(
                        choices=[
                            ("weekly", "Every week on one weekday"),
                            ("monthly", "Every month on one day"),
                            ("days", "Every so many days"),
                        ],
                        default="weekly",
                        max_length=10,
                        verbose_name="repeats",
                    ),
                ),
                (
                    "weekday",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        choices=[
                            (0, "Monday"),
                            (1, "Tuesday"),
                            (2, "Wednesday"),
                            (3, "Thursday"),
                            (4, "Friday"),
                            (5, "Saturday"),
                            (6, "Sunday"),
                        ],
                        null=True,
                        verbose_name="weekday",
                    ),
                ),
                (
                    "monthday",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(31),
                        ],
                        verbose_name="day of the month",
                    ),
                ),
                (
                    "every",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        null=True,
                        validators=[
                            django.core.validators.MinValueValidator(1),
                            django.core.validators.MaxValueValidator(366),
                        ],
                        verbose_name="days in between",
                    ),
                ),
                ("hour", models.TimeField(verbose_name="hour")),
                ("starts_on", models.DateField(verbose_name="from")),
                ("ends_on", models.DateField(blank=True, null=True, verbose_name="until")),
                (
                    "day_off",
                    models.CharField(
                        choices=[
                            ("send", "Send all the same"),
                            ("skip", "Leave this one out"),
                            ("before", "Send on the last working day before"),
                            ("after", "Send on the first working day after"),
                        ],
                        default="after",
                        max_length=10,
                        verbose_name="on a holiday",
                    ),
                ),
                ("days_to_try", models.PositiveSmallIntegerField(default=2, verbose_name="days to try")),
                ("planned_through", models.DateTimeField(blank=True, editable=False, null=True)),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "scheduled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "segment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="audience.segment",
                        verbose_name="audience",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="territory.unit"
                    ),
                ),
            ],
            options={
                "verbose_name": "series",
                "verbose_name_plural": "series",
                "ordering": ["name", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="SeriesIssue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due", models.DateTimeField(verbose_name="due")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "Being prepared"),
                            ("ready", "Ready"),
                            ("held", "Held back"),
                            ("released", "Sent out"),
                            ("missed", "Missed"),
                            ("cancelled", "Left out"),
                        ],
                        default="planned",
                        max_length=10,
                    ),
                ),
                (
                    "lack",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "—"),
                            ("no_text", "It has no text yet"),
                            ("not_approved", "Exactly these words are not approved yet"),
                            ("no_form", "The text lacks a form for one of the channels"),
                            ("nobody", "Nobody who may send has put their name to it"),
                            ("right_lost", "The post of the person it was to go out for no longer allows sending"),
                            ("refused", "The broadcast was refused"),
                            ("paused", "Sending was paused at its hour"),
                            ("asleep", "No worker was running at its hour"),
                            ("ended", "It no longer belongs to the schedule"),
                            ("by_hand", "An officer left it out"),
                            ("called_off", "The event was called off"),
                        ],
                        default="",
                        max_length=20,
                    ),
                ),
                ("note", models.CharField(blank=True, default="", max_length=300)),
                ("reminded_at", models.DateTimeField(blank=True, null=True)),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "broadcast",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="outreach.broadcast",
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="outreach.message",
                    ),
                ),
                (
                    "scheduled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "series",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="issues", to="outreach.series"
                    ),
                ),
            ],
            options={
                "verbose_name": "issue",
                "verbose_name_plural": "issues",
                "ordering": ["due", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Trigger",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=120, verbose_name="name")),
                (
                    "channels",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), verbose_name="channels in order of preference"
                    ),
                ),
                ("purpose", models.CharField(max_length=20, verbose_name="purpose")),
                ("active", models.BooleanField(default=False)),
                ("scheduled_at", models.DateTimeField(blank=True, null=True)),
                ("created_at", models.DateTimeField()),
                (
                    "kind",
                    models.CharField(
                        choices=[("page", "When a policy page comes out"), ("moment", "Before a fixed moment")],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "audience",
                    models.CharField(blank=True, default="", max_length=40, verbose_name="audience of the page"),
                ),
                (
                    "before",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.PositiveIntegerField(),
                        blank=True,
                        default=list,
                        verbose_name="minutes before",
                    ),
                ),
                (
                    "agency",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="agencies.agency"
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "scheduled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "segment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="audience.segment",
                        verbose_name="audience",
                    ),
                ),
                (
                    "template",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="outreach.message",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="territory.unit"
                    ),
                ),
            ],
            options={
                "verbose_name": "trigger",
                "verbose_name_plural": "triggers",
                "ordering": ["name", "id"],
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="TriggerOccasion",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=200)),
                ("title", models.CharField(max_length=160, verbose_name="what it is about")),
                ("moment", models.DateTimeField(blank=True, null=True, verbose_name="when")),
                ("created_at", models.DateTimeField()),
                ("cancelled_at", models.DateTimeField(blank=True, null=True)),
                (
                    "broadcast",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="outreach.broadcast",
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "message",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="outreach.message",
                    ),
                ),
                (
                    "page",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.WAGTAIL_PAGE_MODEL,
                    ),
                ),
                (
                    "trigger",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="occasions", to="outreach.trigger"
                    ),
                ),
            ],
            options={
                "ordering": ["-created_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("due", models.DateTimeField(verbose_name="due")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "Being prepared"),
                            ("ready", "Ready"),
                            ("held", "Held back"),
                            ("released", "Sent out"),
                            ("missed", "Missed"),
                            ("cancelled", "Left out"),
                        ],
                        default="planned",
                        max_length=10,
                    ),
                ),
                (
                    "lack",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "—"),
                            ("no_text", "It has no text yet"),
                            ("not_approved", "Exactly these words are not approved yet"),
                            ("no_form", "The text lacks a form for one of the channels"),
                            ("nobody", "Nobody who may send has put their name to it"),
                            ("right_lost", "The post of the person it was to go out for no longer allows sending"),
                            ("refused", "The broadcast was refused"),
                            ("paused", "Sending was paused at its hour"),
                            ("asleep", "No worker was running at its hour"),
                            ("ended", "It no longer belongs to the schedule"),
                            ("by_hand", "An officer left it out"),
                            ("called_off", "The event was called off"),
                        ],
                        default="",
                        max_length=20,
                    ),
                ),
                ("note", models.CharField(blank=True, default="", max_length=300)),
                ("reminded_at", models.DateTimeField(blank=True, null=True)),
                ("settled_at", models.DateTimeField(blank=True, null=True)),
                ("before", models.PositiveIntegerField()),
                (
                    "broadcast",
                    models.OneToOneField(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="outreach.broadcast",
                    ),
                ),
                (
                    "message",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="outreach.message",
                    ),
                ),
                (
                    "scheduled_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "occasion",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reminders",
                        to="outreach.triggeroccasion",
                    ),
                ),
            ],
            options={
                "verbose_name": "reminder",
                "verbose_name_plural": "reminders",
                "ordering": ["due", "id"],
                "abstract": False,
            },
        ),
        migrations.AddConstraint(
            model_name="series",
            constraint=models.CheckConstraint(
                condition=models.Q(("active", False), ("scheduled_by__isnull", False), _connector="OR"),
                name="outreach_series_active_for_someone",
            ),
        ),
        migrations.AddConstraint(
            model_name="series",
            constraint=models.CheckConstraint(
                condition=models.Q(("channels__len__gte", 1)), name="outreach_series_has_channels"
            ),
        ),
        migrations.AddConstraint(
            model_name="series",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("every", None), ("monthday", None), ("rhythm", "weekly"), ("weekday__range", (0, 6))),
                    models.Q(("every", None), ("monthday__range", (1, 31)), ("rhythm", "monthly"), ("weekday", None)),
                    models.Q(("every__range", (1, 366)), ("monthday", None), ("rhythm", "days"), ("weekday", None)),
                    _connector="OR",
                ),
                name="outreach_series_one_rhythm",
            ),
        ),
        migrations.AddConstraint(
            model_name="series",
            constraint=models.CheckConstraint(
                condition=models.Q(("ends_on", None), ("ends_on__gte", models.F("starts_on")), _connector="OR"),
                name="outreach_series_ends_after_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="series",
            constraint=models.CheckConstraint(
                condition=models.Q(("day_off__in", ["send", "skip", "before", "after"])),
                name="outreach_series_day_off_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="series",
            constraint=models.CheckConstraint(
                condition=models.Q(("days_to_try__range", (1, 30))), name="outreach_series_days_to_try"
            ),
        ),
        migrations.AddConstraint(
            model_name="seriesissue",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["planned", "ready", "held", "released", "missed", "cancelled"])),
                name="outreach_seriesissue_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="seriesissue",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("broadcast__isnull", False), ("message__isnull", False), ("state", "released")),
                    models.Q(models.Q(("state", "released"), _negated=True), ("broadcast", None)),
                    _connector="OR",
                ),
                name="outreach_seriesissue_released_as_broadcast",
            ),
        ),
        migrations.AddConstraint(
            model_name="seriesissue",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "ready"), _negated=True), ("message__isnull", False), _connector="OR"
                ),
                name="outreach_seriesissue_ready_has_text",
            ),
        ),
        migrations.AddConstraint(
            model_name="seriesissue",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["held", "missed", "cancelled"]), _negated=True),
                    models.Q(("lack", ""), _negated=True),
                    _connector="OR",
                ),
                name="outreach_seriesissue_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="seriesissue",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("settled_at", None), ("state__in", ("planned", "ready", "held"))),
                    models.Q(
                        models.Q(("state__in", ("planned", "ready", "held")), _negated=True),
                        ("settled_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="outreach_seriesissue_settled_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="seriesissue",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["missed", "cancelled"]), _negated=True),
                fields=("message",),
                name="outreach_seriesissue_own_text",
            ),
        ),
        migrations.AddConstraint(
            model_name="seriesissue",
            constraint=models.UniqueConstraint(fields=("series", "due"), name="outreach_issue_once"),
        ),
        migrations.AddConstraint(
            model_name="trigger",
            constraint=models.CheckConstraint(
                condition=models.Q(("active", False), ("scheduled_by__isnull", False), _connector="OR"),
                name="outreach_trigger_active_for_someone",
            ),
        ),
        migrations.AddConstraint(
            model_name="trigger",
            constraint=models.CheckConstraint(
                condition=models.Q(("channels__len__gte", 1)), name="outreach_trigger_has_channels"
            ),
        ),
        migrations.AddConstraint(
            model_name="trigger",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("before__len", 0),
                        ("kind", "page"),
                        ("template", None),
                        models.Q(("audience", ""), _negated=True),
                    ),
                    models.Q(("audience", ""), ("before__len__gte", 1), ("kind", "moment")),
                    _connector="OR",
                ),
                name="outreach_trigger_one_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="triggeroccasion",
            constraint=models.UniqueConstraint(fields=("trigger", "key"), name="outreach_occasion_once"),
        ),
        migrations.AddConstraint(
            model_name="triggeroccasion",
            constraint=models.CheckConstraint(
                condition=models.Q(("moment", None), models.Q(("broadcast", None), ("message", None)), _connector="OR"),
                name="outreach_occasion_moment_or_page",
            ),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["planned", "ready", "held", "released", "missed", "cancelled"])),
                name="outreach_reminder_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("broadcast__isnull", False), ("message__isnull", False), ("state", "released")),
                    models.Q(models.Q(("state", "released"), _negated=True), ("broadcast", None)),
                    _connector="OR",
                ),
                name="outreach_reminder_released_as_broadcast",
            ),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "ready"), _negated=True), ("message__isnull", False), _connector="OR"
                ),
                name="outreach_reminder_ready_has_text",
            ),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["held", "missed", "cancelled"]), _negated=True),
                    models.Q(("lack", ""), _negated=True),
                    _connector="OR",
                ),
                name="outreach_reminder_says_why",
            ),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("settled_at", None), ("state__in", ("planned", "ready", "held"))),
                    models.Q(
                        models.Q(("state__in", ("planned", "ready", "held")), _negated=True),
                        ("settled_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="outreach_reminder_settled_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["missed", "cancelled"]), _negated=True),
                fields=("message",),
                name="outreach_reminder_own_text",
            ),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.UniqueConstraint(fields=("occasion", "before"), name="outreach_reminder_once"),
        ),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
