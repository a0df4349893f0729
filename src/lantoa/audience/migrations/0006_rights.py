"""Requests about one's own data, their steps, data breaches, links to one's own page."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("audience", "0005_standing_kept"),
        ("territory", "0003_listdraft"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="consentevent",
            name="means",
            field=models.CharField(
                choices=[
                    ("portal_form", "Portal form, confirmed by the person"),
                    ("import", "List with a stated basis"),
                    ("counter", "At the counter"),
                    ("phone", "By phone to an officer"),
                    ("keyword", "Keyword in a message"),
                    ("unsubscribe_link", "Unsubscribe link"),
                    ("own_page", "On the person's own page"),
                    ("follower", "Follow or unfollow on the channel"),
                    ("erasure", "Erasure on request"),
                    ("sample", "Sample data"),
                ],
                max_length=20,
            ),
        ),
        migrations.CreateModel(
            name="RightsRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("access", "See what is kept"),
                            ("correct", "Have it put right"),
                            ("withdraw", "Take back consent"),
                            ("restrict", "Use it for less"),
                            ("object", "Object to its use"),
                            ("erase", "Erase it"),
                            ("copy", "Have a copy"),
                        ],
                        max_length=12,
                        verbose_name="what is asked",
                    ),
                ),
                (
                    "came_by",
                    models.CharField(
                        choices=[
                            ("own_page", "The person's own page"),
                            ("counter", "At the counter"),
                            ("phone", "By phone"),
                            ("letter", "By letter"),
                            ("keyword", "Keyword in a message"),
                        ],
                        max_length=12,
                        verbose_name="how it came",
                    ),
                ),
                ("description", models.TextField(blank=True, default="", verbose_name="description")),
                ("third_party", models.BooleanField(default=False)),
                ("received_at", models.DateTimeField()),
                ("answer_days", models.PositiveSmallIntegerField()),
                ("complete_days", models.PositiveSmallIntegerField()),
                ("extra_days", models.PositiveSmallIntegerField(default=0)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("received", "Received"),
                            ("answered", "Answered"),
                            ("extended", "Term made longer"),
                            ("completed", "Carried out"),
                            ("refused", "Turned down"),
                        ],
                        default="received",
                        max_length=12,
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rights_requests",
                        to="audience.person",
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
                "verbose_name": "request about one's own data",
                "ordering": ["-received_at", "-id"],
            },
        ),
        migrations.CreateModel(
            name="RightsEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("received", "Received"),
                            ("answered", "Answered"),
                            ("extended", "Term made longer"),
                            ("completed", "Carried out"),
                            ("refused", "Turned down"),
                        ],
                        max_length=12,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("text", models.TextField()),
                ("extra_days", models.PositiveSmallIntegerField(null=True)),
                (
                    "by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "request",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="events", to="audience.rightsrequest"
                    ),
                ),
            ],
            options={
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="DataBreach",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("detected_at", models.DateTimeField(verbose_name="detected")),
                ("what", models.TextField(verbose_name="what happened")),
                ("people", models.PositiveIntegerField(null=True, verbose_name="how many people")),
                ("harm", models.TextField(verbose_name="possible harm")),
                ("notice_hours", models.PositiveSmallIntegerField()),
                ("reported_at", models.DateTimeField()),
                ("notified_at", models.DateTimeField(null=True)),
                ("notice_reference", models.CharField(blank=True, default="", max_length=120)),
                ("no_notice_reason", models.TextField(blank=True, default="")),
                (
                    "reported_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
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
                "verbose_name": "data breach",
                "ordering": ["-detected_at", "-id"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("detected_at__lte", models.F("reported_at"))),
                        name="breach_detected_before_report",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("what", ""), _negated=True), models.Q(("harm", ""), _negated=True)
                        ),
                        name="breach_is_described",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("notice_reference", ""), ("notified_at", None)),
                            models.Q(
                                ("notified_at__gte", models.F("detected_at")),
                                models.Q(("notice_reference", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="breach_notice_has_reference",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OwnPageLink",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("public_id", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("channel", models.CharField(max_length=20)),
                ("digest", models.CharField(db_index=True, max_length=64)),
                ("value", models.CharField(blank=True, default="", max_length=320)),
                (
                    "language",
                    models.CharField(choices=[("vi", "Vietnamese"), ("km", "Khmer"), ("en", "English")], max_length=2),
                ),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
                (
                    "address",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="audience.address"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="audience.person"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("address", None), ("person", None), ("used_at", None), ("value", "")),
                            models.Q(
                                ("address__isnull", False),
                                ("person__isnull", False),
                                models.Q(
                                    models.Q(("used_at", None), models.Q(("value", ""), _negated=True)),
                                    ("value", ""),
                                    _connector="OR",
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="own_page_link_opens_or_proves",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("created_at"))), name="own_page_link_has_time"
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="rightsrequest",
            index=models.Index(
                models.F("received_at"),
                condition=models.Q(("state__in", ["answered", "extended", "received"])),
                name="rights_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="rightsrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["access", "correct", "withdraw", "restrict", "object", "erase", "copy"])
                ),
                name="rights_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="rightsrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("came_by__in", ["own_page", "counter", "phone", "letter", "keyword"])),
                name="rights_door_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="rightsrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["received", "answered", "extended", "completed", "refused"])),
                name="rights_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="rightsrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("person__isnull", False), models.Q(("description", ""), _negated=True), _connector="OR"
                ),
                name="rights_somebody_or_a_description",
            ),
        ),
        migrations.AddConstraint(
            model_name="rightsrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("came_by", "own_page"), ("opened_by", None), ("person__isnull", False)),
                    models.Q(models.Q(("came_by", "own_page"), _negated=True), ("opened_by__isnull", False)),
                    _connector="OR",
                ),
                name="rights_opened_by_officer_or_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="rightsevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("extra_days__gt", 0), ("state", "extended")),
                    models.Q(models.Q(("state", "extended"), _negated=True), ("extra_days", None)),
                    _connector="OR",
                ),
                name="rights_extension_has_days",
            ),
        ),
        migrations.AddConstraint(
            model_name="rightsevent",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True), name="rights_step_says_why"
            ),
        ),
        migrations.AddConstraint(
            model_name="rightsevent",
            constraint=models.CheckConstraint(
                condition=models.Q(("state", "completed"), ("by__isnull", False), _connector="OR"),
                name="rights_step_has_an_officer",
            ),
        ),
    ]
