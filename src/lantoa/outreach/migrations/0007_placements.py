"""Placements at public outlets; the database holds their moves, their membership, and that done means proven."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

MOVES = """
CREATE FUNCTION outreach_placement_move() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE latest record;
BEGIN
    IF NOT (OLD.state || '>' || NEW.state = ANY (ARRAY[
        'planned>sending', 'planned>done', 'planned>missed', 'planned>cancelled',
        'sending>planned', 'sending>accepted', 'sending>done', 'sending>failed', 'sending>unknown',
        'unknown>sending', 'unknown>accepted', 'unknown>done', 'unknown>failed',
        'accepted>done', 'accepted>failed', 'accepted>missed', 'accepted>withdrawn',
        'done>planned', 'done>accepted', 'done>unknown', 'done>failed', 'done>missed', 'done>withdrawn',
        'failed>planned', 'failed>done',
        'missed>done'
    ])) THEN
        RAISE EXCEPTION 'outreach_move: a placement cannot go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    SELECT e.step, e.before INTO latest FROM outreach_placementevent e WHERE e.placement_id = OLD.id
    ORDER BY e.id DESC LIMIT 1;
    IF NEW.state = 'done' AND latest.step IS DISTINCT FROM 'receipt' AND latest.step IS DISTINCT FROM 'placed'
        AND NOT EXISTS (
            SELECT 1 FROM outreach_placementproof p WHERE p.placement_id = OLD.id AND NOT EXISTS (
                SELECT 1 FROM outreach_placementevent e WHERE e.proof_id = p.id AND e.step = 'undone')) THEN
        RAISE EXCEPTION 'outreach_move: a placement is done only with a proof or a provider''s word'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state = 'done' AND NEW.state <> 'withdrawn' AND latest.step IS DISTINCT FROM 'undone' THEN
        RAISE EXCEPTION 'outreach_move: a confirmation is taken back only with its row in the history'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state = 'failed' AND NEW.state = 'planned'
        AND (NEW.generation <> OLD.generation + 1 OR latest.step IS DISTINCT FROM 'retried') THEN
        RAISE EXCEPTION 'outreach_move: a failed placement is tried again only with its row in the history'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER outreach_placement_move BEFORE UPDATE ON outreach_placement
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION outreach_placement_move();

CREATE FUNCTION outreach_placement_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.id, OLD.broadcast_id, OLD.outlet_id, OLD.kind, OLD.unit_id, OLD.language, OLD.quantity)
       IS DISTINCT FROM
       (NEW.id, NEW.broadcast_id, NEW.outlet_id, NEW.kind, NEW.unit_id, NEW.language, NEW.quantity) THEN
        RAISE EXCEPTION 'outreach_fixed: where a placement goes never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (OLD.generation <> NEW.generation OR OLD.key <> NEW.key)
        AND NOT (OLD.state = 'failed' AND NEW.state = 'planned') THEN
        RAISE EXCEPTION 'outreach_fixed: a generation begins only with a retry' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER outreach_placement_fixed BEFORE UPDATE OF id, broadcast_id, outlet_id, kind, unit_id, language, quantity,
    generation, key ON outreach_placement FOR EACH ROW EXECUTE FUNCTION outreach_placement_fixed();
"""
UNMOVES = """
DROP TRIGGER outreach_placement_fixed ON outreach_placement;
DROP FUNCTION outreach_placement_fixed();
DROP TRIGGER outreach_placement_move ON outreach_placement;
DROP FUNCTION outreach_placement_move();
"""

MEMBERSHIP = """
CREATE FUNCTION outreach_placement_made() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM (SELECT DISTINCT broadcast_id FROM made) m
        LEFT JOIN outreach_broadcast b ON b.id = m.broadcast_id WHERE b.state IS DISTINCT FROM 'releasing'
    ) THEN
        RAISE EXCEPTION 'outreach_membership: placements are made only while their broadcast is being released'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (SELECT 1 FROM made WHERE state <> 'planned') THEN
        RAISE EXCEPTION 'outreach_membership: a placement begins as planned' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER outreach_placement_made AFTER INSERT ON outreach_placement REFERENCING NEW TABLE AS made
    FOR EACH STATEMENT EXECUTE FUNCTION outreach_placement_made();
CREATE TRIGGER outreach_placement_kept BEFORE DELETE ON outreach_placement
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_append_only();
CREATE TRIGGER outreach_placement_no_truncate BEFORE TRUNCATE ON outreach_placement
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_append_only();
"""
UNMEMBERSHIP = """
DROP TRIGGER outreach_placement_no_truncate ON outreach_placement;
DROP TRIGGER outreach_placement_kept ON outreach_placement;
DROP TRIGGER outreach_placement_made ON outreach_placement;
DROP FUNCTION outreach_placement_made();
"""

KEPT = ("outreach_placementproof", "outreach_placementevent")
APPEND_ONLY = "".join(
    f"""
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION kernel_append_only();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_append_only();
"""
    for table in KEPT
)
CHANGEABLE = "".join(
    f"DROP TRIGGER {table}_no_truncate ON {table}; DROP TRIGGER {table}_append_only ON {table};\n" for table in KEPT
)

# A trigger of its own, beside the broadcast's guard (0004): what is put at outlets is frozen from the first moment, and
# the count of placements is what stands in the table when it is released.
PLACING = """
CREATE FUNCTION outreach_broadcast_placing() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE counted bigint;
BEGIN
    IF OLD.placing IS DISTINCT FROM NEW.placing THEN
        RAISE EXCEPTION 'outreach_fixed: what a broadcast puts at outlets is frozen when it is prepared'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.placement_count IS NOT NULL AND OLD.placement_count IS DISTINCT FROM NEW.placement_count THEN
        RAISE EXCEPTION 'outreach_fixed: a released broadcast is frozen' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.placement_count IS NULL AND NEW.placement_count IS NOT NULL THEN
        SELECT count(*) INTO counted FROM outreach_placement WHERE broadcast_id = NEW.id;
        IF counted <> NEW.placement_count THEN
            RAISE EXCEPTION 'outreach_sum: % outlets but % placements', NEW.placement_count, counted
                USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER outreach_broadcast_placing BEFORE UPDATE OF "placing", placement_count ON outreach_broadcast
    FOR EACH ROW EXECUTE FUNCTION outreach_broadcast_placing();
"""
UNPLACING = """
DROP TRIGGER outreach_broadcast_placing ON outreach_broadcast;
DROP FUNCTION outreach_broadcast_placing();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("agencies", "0002_invariants"),
        ("audience", "0007_rights_guards"),
        ("outlets", "0001_initial"),
        ("outreach", "0006_links"),
        ("territory", "0003_listdraft"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Placement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=20)),
                ("account_id", models.BigIntegerField(null=True)),
                ("language", models.CharField(max_length=2)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("planned", "To be put there"),
                            ("sending", "On the wire"),
                            ("accepted", "Handed over"),
                            ("done", "Was there"),
                            ("failed", "Could not be put there"),
                            ("missed", "Never confirmed"),
                            ("withdrawn", "Taken away again"),
                            ("cancelled", "Called off"),
                            ("unknown", "Unclear"),
                        ],
                        default="planned",
                        max_length=10,
                    ),
                ),
                (
                    "reason",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("", "—"),
                            ("too_late", "The message ran out before it could be put there"),
                            ("not_confirmed", "Nobody said that it was there"),
                            ("cancelled", "The broadcast was stopped"),
                            ("refused", "Refused by the provider"),
                            ("not_placed", "The provider could not put it there"),
                            ("gave_up", "Tried several times without success"),
                            ("no_answer", "Sent, but the provider's answer was lost"),
                            ("lease_lost", "A worker stopped in the middle"),
                            ("try_again", "Will be tried again"),
                            ("by_hand", "Tried again by an officer"),
                        ],
                        default="",
                        max_length=20,
                    ),
                ),
                ("key", models.CharField(max_length=64, unique=True)),
                ("generation", models.PositiveSmallIntegerField(default=0)),
                ("link_serial", models.PositiveSmallIntegerField(default=0)),
                ("attempt", models.UUIDField(null=True)),
                ("lease_until", models.DateTimeField(null=True)),
                ("not_before", models.DateTimeField(null=True)),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("provider_id", models.CharField(blank=True, default="", max_length=100)),
                ("accepted_at", models.DateTimeField(null=True)),
                ("done_at", models.DateTimeField(null=True)),
                ("quantity", models.PositiveIntegerField(default=1)),
                ("quantity_done", models.PositiveIntegerField(null=True)),
            ],
            options={
                "verbose_name": "placement",
                "verbose_name_plural": "placements",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="PlacementEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "step",
                    models.CharField(
                        choices=[
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
                            ("missed", "Never confirmed"),
                            ("cancelled", "Called off"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "before",
                    models.CharField(
                        choices=[
                            ("planned", "To be put there"),
                            ("sending", "On the wire"),
                            ("accepted", "Handed over"),
                            ("done", "Was there"),
                            ("failed", "Could not be put there"),
                            ("missed", "Never confirmed"),
                            ("withdrawn", "Taken away again"),
                            ("cancelled", "Called off"),
                            ("unknown", "Unclear"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "after",
                    models.CharField(
                        choices=[
                            ("planned", "To be put there"),
                            ("sending", "On the wire"),
                            ("accepted", "Handed over"),
                            ("done", "Was there"),
                            ("failed", "Could not be put there"),
                            ("missed", "Never confirmed"),
                            ("withdrawn", "Taken away again"),
                            ("cancelled", "Called off"),
                            ("unknown", "Unclear"),
                        ],
                        max_length=10,
                    ),
                ),
                ("account_id", models.BigIntegerField(null=True)),
                ("attempt", models.UUIDField(null=True)),
                ("note", models.CharField(blank=True, default="", max_length=300)),
                ("at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "event of a placement",
                "ordering": ["id"],
            },
        ),
        migrations.CreateModel(
            name="PlacementProof",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("count", models.PositiveIntegerField(null=True)),
                ("words", models.CharField(blank=True, default="", max_length=500)),
                ("photo", models.CharField(blank=True, default="", max_length=100)),
                ("photo_sha256", models.CharField(blank=True, default="", max_length=64)),
                ("by_link", models.BooleanField(default=False)),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "verbose_name": "proof",
                "ordering": ["id"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="broadcast",
            name="outreach_broadcast_has_channels",
        ),
        migrations.AddField(
            model_name="broadcast",
            name="placement_count",
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="broadcast",
            name="placing",
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name="message",
            name="master",
            field=models.TextField(blank=True, default="", verbose_name="master text"),
        ),
        migrations.AddField(
            model_name="messageform",
            name="made_from",
            field=models.CharField(blank=True, default="", editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name="parkedreceipt",
            name="placement_id",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AlterField(
            model_name="broadcast",
            name="channels",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=20), blank=True, verbose_name="channels in order of preference"
            ),
        ),
        migrations.AddConstraint(
            model_name="broadcast",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("channels__len__gte", 1), models.Q(("placing", {}), _negated=True), _connector="OR"
                ),
                name="outreach_broadcast_has_channels",
            ),
        ),
        migrations.AddConstraint(
            model_name="broadcast",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("placement_count", None), ("placing", {})),
                    models.Q(
                        models.Q(("placing", {}), _negated=True), ("audience_count", None), ("placement_count", None)
                    ),
                    models.Q(
                        models.Q(("placing", {}), _negated=True),
                        ("audience_count__isnull", False),
                        ("placement_count__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="outreach_broadcast_counts_both",
            ),
        ),
        migrations.AddField(
            model_name="placement",
            name="broadcast",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="placements", to="outreach.broadcast"
            ),
        ),
        migrations.AddField(
            model_name="placement",
            name="outlet",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="outlets.outlet"),
        ),
        migrations.AddField(
            model_name="placement",
            name="unit",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="territory.unit"),
        ),
        migrations.AddField(
            model_name="placementevent",
            name="by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="placementevent",
            name="placement",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="history", to="outreach.placement"
            ),
        ),
        migrations.AddField(
            model_name="placementproof",
            name="by",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="placementproof",
            name="placement",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="proofs", to="outreach.placement"
            ),
        ),
        migrations.AddField(
            model_name="placementevent",
            name="proof",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="told",
                to="outreach.placementproof",
            ),
        ),
        migrations.AddIndex(
            model_name="placement",
            index=models.Index(
                models.F("broadcast"), models.F("kind"), models.F("state"), name="outreach_placement_tally"
            ),
        ),
        migrations.AddIndex(
            model_name="placement",
            index=models.Index(
                models.F("kind"),
                models.F("not_before"),
                condition=models.Q(("not_before__isnull", False)),
                name="outreach_placement_due",
            ),
        ),
        migrations.AddIndex(
            model_name="placement",
            index=models.Index(
                models.F("lease_until"),
                condition=models.Q(("lease_until__isnull", False)),
                name="outreach_placement_leased",
            ),
        ),
        migrations.AddIndex(
            model_name="placement",
            index=models.Index(
                models.F("provider_id"),
                condition=models.Q(("provider_id", ""), _negated=True),
                name="outreach_placement_named",
            ),
        ),
        migrations.AddIndex(
            model_name="placement",
            index=models.Index(
                models.F("unit"),
                condition=models.Q(("state__in", ["accepted", "missed", "planned", "sending"])),
                name="outreach_placement_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="placement",
            constraint=models.UniqueConstraint(fields=("broadcast", "outlet"), name="outreach_placement_once"),
        ),
        migrations.AddConstraint(
            model_name="placement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "state__in",
                        [
                            "planned",
                            "sending",
                            "accepted",
                            "done",
                            "failed",
                            "missed",
                            "withdrawn",
                            "cancelled",
                            "unknown",
                        ],
                    )
                ),
                name="outreach_placement_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="placement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("attempt__isnull", False),
                        ("lease_until__isnull", False),
                        ("not_before", None),
                        ("state", "sending"),
                    ),
                    models.Q(models.Q(("state", "sending"), _negated=True), ("lease_until", None)),
                    _connector="OR",
                ),
                name="outreach_placement_held_by_lease",
            ),
        ),
        migrations.AddConstraint(
            model_name="placement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("done_at__isnull", False), ("state", "done")),
                    ("state", "withdrawn"),
                    models.Q(
                        ("done_at", None),
                        ("quantity_done", None),
                        ("state__in", ["planned", "sending", "unknown", "accepted", "failed", "missed", "cancelled"]),
                    ),
                    _connector="OR",
                ),
                name="outreach_placement_done_with_its_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="placement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "accepted"), _negated=True), ("accepted_at__isnull", False), _connector="OR"
                ),
                name="outreach_placement_accepted_with_its_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="placement",
            constraint=models.CheckConstraint(
                condition=models.Q(("not_before", None), ("state__in", ["planned", "unknown"]), _connector="OR"),
                name="outreach_placement_waits_only_open",
            ),
        ),
        migrations.AddConstraint(
            model_name="placementproof",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("by__isnull", False), ("by_link", False)),
                    models.Q(("by", None), ("by_link", True)),
                    _connector="OR",
                ),
                name="outreach_proof_by_one_of_two",
            ),
        ),
        migrations.AddConstraint(
            model_name="placementproof",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("photo", ""), ("photo_sha256", "")),
                    models.Q(models.Q(("photo", ""), _negated=True), models.Q(("photo_sha256", ""), _negated=True)),
                    _connector="OR",
                ),
                name="outreach_proof_photo_with_its_hash",
            ),
        ),
        migrations.AddConstraint(
            model_name="placementproof",
            constraint=models.CheckConstraint(
                condition=models.Q(("at__lte", models.F("recorded_at"))), name="outreach_proof_not_ahead"
            ),
        ),
        migrations.AddConstraint(
            model_name="placementevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "step__in",
                        [
                            "placed",
                            "put_off",
                            "refused",
                            "in_doubt",
                            "receipt",
                            "confirmed",
                            "undone",
                            "retried",
                            "reminded",
                            "withdrawn",
                            "missed",
                            "cancelled",
                        ],
                    )
                ),
                name="outreach_placed_step_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="placementevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("step__in", ["confirmed", "undone"]), _negated=True),
                    ("proof__isnull", False),
                    _connector="OR",
                ),
                name="outreach_placed_names_its_proof",
            ),
        ),
        migrations.AddConstraint(
            model_name="placementevent",
            constraint=models.UniqueConstraint(
                condition=models.Q(("step", "undone")), fields=("proof",), name="outreach_proof_undone_once"
            ),
        ),
        migrations.RunSQL(MOVES, UNMOVES),
        migrations.RunSQL(MEMBERSHIP, UNMEMBERSHIP),
        migrations.RunSQL(APPEND_ONLY, CHANGEABLE),
        migrations.RunSQL(PLACING, UNPLACING),
    ]
