"""Embargoes, and the database's own lock: no version of a page goes live while an embargo of that page runs."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import F, Q

GATE = """
CREATE FUNCTION newsroom_embargo_gate() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE ends timestamptz;
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.live AND OLD.live_revision_id IS NOT DISTINCT FROM NEW.live_revision_id THEN
        RETURN NEW;
    END IF;
    SELECT max(e.until) INTO ends FROM newsroom_embargo e
     WHERE e.page_id = NEW.id AND e.lifted_at IS NULL AND e.until > clock_timestamp();
    IF ends IS NOT NULL THEN
        RAISE EXCEPTION 'newsroom_embargo: page % is under embargo until %', NEW.id, ends
            USING ERRCODE = 'restrict_violation', HINT = 'Use newsroom.services.lift_embargo.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER newsroom_embargo_gate BEFORE INSERT OR UPDATE ON wagtailcore_page
    FOR EACH ROW WHEN (NEW.live) EXECUTE FUNCTION newsroom_embargo_gate();

CREATE FUNCTION newsroom_embargo_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.lifted_at IS NOT NULL OR NEW.lifted_at IS NULL
       OR (to_jsonb(NEW) - 'lifted_at' - 'lifted_by_id' - 'lift_reason')
          IS DISTINCT FROM (to_jsonb(OLD) - 'lifted_at' - 'lifted_by_id' - 'lift_reason') THEN
        RAISE EXCEPTION 'append_only: newsroom_embargo takes only its lifting, once'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER newsroom_embargo_guard BEFORE UPDATE ON newsroom_embargo
    FOR EACH ROW EXECUTE FUNCTION newsroom_embargo_guard();

CREATE FUNCTION newsroom_embargo_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM wagtailcore_page p WHERE p.id = OLD.page_id) THEN
        RAISE EXCEPTION 'append_only: an embargo goes only with its page' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER newsroom_embargo_kept AFTER DELETE ON newsroom_embargo
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION newsroom_embargo_kept();
"""
UNGATE = """
DROP TRIGGER newsroom_embargo_gate ON wagtailcore_page;
DROP FUNCTION newsroom_embargo_gate();
DROP TRIGGER newsroom_embargo_kept ON newsroom_embargo;
DROP FUNCTION newsroom_embargo_kept();
DROP TRIGGER newsroom_embargo_guard ON newsroom_embargo;
DROP FUNCTION newsroom_embargo_guard();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("newsroom", "0006_reading_again"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="Embargo",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("until", models.DateTimeField(verbose_name="not before")),
                ("reason", models.CharField(blank=True, max_length=300, verbose_name="why")),
                ("set_at", models.DateTimeField()),
                ("lifted_at", models.DateTimeField(blank=True, null=True)),
                ("lift_reason", models.CharField(blank=True, max_length=300)),
                (
                    "lifted_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "page",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="embargoes", to="wagtailcore.page"
                    ),
                ),
                (
                    "set_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
            ],
            options={
                "verbose_name": "embargo",
                "verbose_name_plural": "embargoes",
                "ordering": ["-pk"],
                "indexes": [
                    models.Index(condition=Q(("lifted_at", None)), fields=["page", "until"], name="embargo_running")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(("until__gt", F("set_at"))), name="embargo_ends_after_it_begins"
                    ),
                    models.CheckConstraint(
                        condition=Q(("lift_reason", ""), ("lifted_at", None), ("lifted_by", None))
                        | Q(("lift_reason__regex", "\\S"), ("lifted_at__isnull", False), ("lifted_by__isnull", False)),
                        name="embargo_lifted_by_someone_for_a_reason",
                    ),
                ],
            },
        ),
        migrations.RunSQL(GATE, UNGATE),
    ]
