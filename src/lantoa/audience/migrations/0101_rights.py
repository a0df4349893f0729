"""Requests about one's own data, their append-only steps, data breaches, links to one's own page; held by the database."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

# The same table as `enums.RIGHT_MOVES`; tests/audience/test_rights_guards.py tries every pair.
GUARDS = """
CREATE FUNCTION audience_rights_step() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE stands text; since timestamptz; allowed text[];
BEGIN
    SELECT state, received_at INTO stands, since FROM audience_rightsrequest WHERE id = NEW.request_id FOR UPDATE;
    allowed := CASE stands
        WHEN 'received' THEN ARRAY['answered', 'completed', 'refused']
        WHEN 'answered' THEN ARRAY['extended', 'completed', 'refused']
        WHEN 'extended' THEN ARRAY['completed', 'refused']
        ELSE ARRAY[]::text[]
    END;
    IF NOT NEW.state = ANY (allowed) THEN
        RAISE EXCEPTION 'rights_move: % does not follow %', NEW.state, stands USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.at < since THEN
        RAISE EXCEPTION 'rights_move: a step before the request came in' USING ERRCODE = 'check_violation';
    END IF;
    UPDATE audience_rightsrequest SET state = NEW.state, extra_days = extra_days + coalesce(NEW.extra_days, 0)
        WHERE id = NEW.request_id;
    RETURN NEW;
END $$;
CREATE TRIGGER audience_rights_step BEFORE INSERT ON audience_rightsevent
    FOR EACH ROW EXECUTE FUNCTION audience_rights_step();
CREATE TRIGGER audience_rightsevent_append_only BEFORE UPDATE OR DELETE ON audience_rightsevent
    FOR EACH ROW EXECUTE FUNCTION kernel_append_only();
CREATE TRIGGER audience_rightsevent_no_truncate BEFORE TRUNCATE ON audience_rightsevent
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_append_only();

CREATE FUNCTION audience_rights_request_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'received' OR NEW.extra_days <> 0 THEN
            RAISE EXCEPTION 'rights_move: a request begins as received' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.state, NEW.extra_days) IS DISTINCT FROM (OLD.state, OLD.extra_days) AND pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'append_only: the state of a request follows from its steps'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.description <> OLD.description AND NEW.description <> ''
        OR (NEW.public_id, NEW.kind, NEW.came_by, NEW.person_id, NEW.unit_id, NEW.third_party, NEW.received_at,
            NEW.opened_by_id, NEW.answer_days, NEW.complete_days)
        IS DISTINCT FROM (OLD.public_id, OLD.kind, OLD.came_by, OLD.person_id, OLD.unit_id, OLD.third_party,
            OLD.received_at, OLD.opened_by_id, OLD.answer_days, OLD.complete_days) THEN
        RAISE EXCEPTION 'append_only: what was asked, when and how long it may take stays'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER audience_rights_request_guard BEFORE INSERT OR UPDATE ON audience_rightsrequest
    FOR EACH ROW EXECUTE FUNCTION audience_rights_request_guard();
CREATE TRIGGER audience_rights_request_stays BEFORE DELETE ON audience_rightsrequest
    FOR EACH ROW EXECUTE FUNCTION kernel_append_only();
CREATE TRIGGER audience_rights_request_no_truncate BEFORE TRUNCATE ON audience_rightsrequest
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_append_only();

CREATE FUNCTION audience_breach_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.public_id, NEW.unit_id, NEW.detected_at, NEW.what, NEW.people, NEW.harm, NEW.notice_hours,
        NEW.reported_by_id, NEW.reported_at)
        IS DISTINCT FROM (OLD.public_id, OLD.unit_id, OLD.detected_at, OLD.what, OLD.people, OLD.harm,
            OLD.notice_hours, OLD.reported_by_id, OLD.reported_at)
        OR OLD.notified_at IS NOT NULL
            AND (NEW.notified_at, NEW.notice_reference, NEW.no_notice_reason)
            IS DISTINCT FROM (OLD.notified_at, OLD.notice_reference, OLD.no_notice_reason)
        OR OLD.no_notice_reason <> '' AND NEW.no_notice_reason <> OLD.no_notice_reason THEN
        RAISE EXCEPTION 'append_only: what was reported and decided about a breach stays'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER audience_breach_guard BEFORE UPDATE ON audience_databreach
    FOR EACH ROW EXECUTE FUNCTION audience_breach_guard();
CREATE TRIGGER audience_breach_stays BEFORE DELETE ON audience_databreach
    FOR EACH ROW EXECUTE FUNCTION kernel_append_only();
CREATE TRIGGER audience_breach_no_truncate BEFORE TRUNCATE ON audience_databreach
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_append_only();
"""
UNGUARDS = """
DROP TRIGGER audience_breach_no_truncate ON audience_databreach;
DROP TRIGGER audience_breach_stays ON audience_databreach;
DROP TRIGGER audience_breach_guard ON audience_databreach;
DROP FUNCTION audience_breach_guard();
DROP TRIGGER audience_rights_request_no_truncate ON audience_rightsrequest;
DROP TRIGGER audience_rights_request_stays ON audience_rightsrequest;
DROP TRIGGER audience_rights_request_guard ON audience_rightsrequest;
DROP FUNCTION audience_rights_request_guard();
DROP TRIGGER audience_rightsevent_no_truncate ON audience_rightsevent;
DROP TRIGGER audience_rightsevent_append_only ON audience_rightsevent;
DROP TRIGGER audience_rights_step ON audience_rightsevent;
DROP FUNCTION audience_rights_step();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("audience", "0003_reference"),
        ("kernel", "0002_audit_chain"),
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
        migrations.RunSQL(GUARDS, UNGUARDS),
    ]
