"""The ledger's promises, kept by the database itself: allowed moves only, nobody added or removed after release."""

from django.db import migrations

MOVES = """
CREATE FUNCTION outreach_delivery_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT (OLD.state || '>' || NEW.state = ANY (ARRAY[
        'pending>sending', 'pending>suppressed', 'pending>expired',
        'sending>pending', 'sending>accepted', 'sending>delivered', 'sending>failed', 'sending>unknown',
        'unknown>sending', 'unknown>pending', 'unknown>accepted', 'unknown>delivered', 'unknown>read', 'unknown>failed',
        'accepted>delivered', 'accepted>read', 'accepted>failed',
        'delivered>read',
        'failed>pending', 'failed>delivered', 'failed>read'
    ])) THEN
        RAISE EXCEPTION 'outreach_move: a delivery cannot go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state = 'failed' AND NEW.state = 'pending' AND (NEW.generation <> OLD.generation + 1 OR NOT EXISTS (
        SELECT 1 FROM outreach_deliveryattempt a
        WHERE a.delivery_id = OLD.id AND a.step = 'retry' OFFSET OLD.generation
    )) THEN
        RAISE EXCEPTION 'outreach_move: a failed delivery is tried again only with its attempt row'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER outreach_delivery_move BEFORE UPDATE ON outreach_delivery
    FOR EACH ROW WHEN (OLD.state IS DISTINCT FROM NEW.state) EXECUTE FUNCTION outreach_delivery_move();

CREATE FUNCTION outreach_delivery_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.id, OLD.broadcast_id, OLD.version_id, OLD.person_id, OLD.address_id, OLD.unit_id, OLD.channel)
       IS DISTINCT FROM
       (NEW.id, NEW.broadcast_id, NEW.version_id, NEW.person_id, NEW.address_id, NEW.unit_id, NEW.channel) THEN
        RAISE EXCEPTION 'outreach_fixed: whom a delivery is for never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.generation <> NEW.generation AND NOT (OLD.state = 'failed' AND NEW.state = 'pending') THEN
        RAISE EXCEPTION 'outreach_fixed: a generation begins only with a retry' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER outreach_delivery_fixed BEFORE UPDATE OF id, broadcast_id, version_id, person_id, address_id, unit_id,
    channel, generation ON outreach_delivery FOR EACH ROW EXECUTE FUNCTION outreach_delivery_fixed();
"""
UNMOVES = """
DROP TRIGGER outreach_delivery_fixed ON outreach_delivery;
DROP FUNCTION outreach_delivery_fixed();
DROP TRIGGER outreach_delivery_move ON outreach_delivery;
DROP FUNCTION outreach_delivery_move();
"""

MEMBERSHIP = """
CREATE FUNCTION outreach_delivery_made() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM (SELECT DISTINCT broadcast_id, version_id FROM made) m
        LEFT JOIN outreach_broadcast b ON b.id = m.broadcast_id AND b.version_id = m.version_id
        WHERE b.state IS DISTINCT FROM 'releasing'
    ) THEN
        RAISE EXCEPTION 'outreach_membership: deliveries are made only while their broadcast is being released'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (SELECT 1 FROM made WHERE state NOT IN ('pending', 'suppressed')) THEN
        RAISE EXCEPTION 'outreach_membership: a delivery begins as pending or suppressed'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER outreach_delivery_made AFTER INSERT ON outreach_delivery REFERENCING NEW TABLE AS made
    FOR EACH STATEMENT EXECUTE FUNCTION outreach_delivery_made();
CREATE TRIGGER outreach_delivery_kept BEFORE DELETE ON outreach_delivery
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_append_only();
CREATE TRIGGER outreach_delivery_no_truncate BEFORE TRUNCATE ON outreach_delivery
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_append_only();
"""
UNMEMBERSHIP = """
DROP TRIGGER outreach_delivery_no_truncate ON outreach_delivery;
DROP TRIGGER outreach_delivery_kept ON outreach_delivery;
DROP TRIGGER outreach_delivery_made ON outreach_delivery;
DROP FUNCTION outreach_delivery_made();
"""

BROADCAST = """
CREATE FUNCTION outreach_broadcast_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE counted bigint;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'draft' OR NEW.audience_count IS NOT NULL THEN
            RAISE EXCEPTION 'outreach_broadcast: a broadcast begins as a draft' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF OLD.state <> NEW.state AND NOT (OLD.state || '>' || NEW.state = ANY (ARRAY[
        'draft>approved', 'draft>cancelled',
        'approved>draft', 'approved>releasing', 'approved>cancelled',
        'releasing>running',
        'running>paused', 'running>done', 'running>cancelled',
        'paused>running', 'paused>cancelled',
        'done>running'
    ])) THEN
        RAISE EXCEPTION 'outreach_move: a broadcast cannot go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.audience_count IS NULL AND NEW.audience_count IS NOT NULL THEN
        SELECT count(*) INTO counted FROM outreach_delivery WHERE broadcast_id = NEW.id;
        IF OLD.state <> 'releasing' OR counted <> NEW.audience_count THEN
            RAISE EXCEPTION 'outreach_sum: audience % but % deliveries', NEW.audience_count, counted
                USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    IF OLD.state NOT IN ('draft', 'approved') AND
       (OLD.key, OLD.version_id, OLD.purpose, OLD.channels, OLD.criteria, OLD.urgency)
       IS DISTINCT FROM (NEW.key, NEW.version_id, NEW.purpose, NEW.channels, NEW.criteria, NEW.urgency)
       OR OLD.audience_count IS NOT NULL AND
       (OLD.audience_count, OLD.released_by_id, OLD.released_at)
       IS DISTINCT FROM (NEW.audience_count, NEW.released_by_id, NEW.released_at) THEN
        RAISE EXCEPTION 'outreach_fixed: a released broadcast is frozen' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER outreach_broadcast_guard BEFORE INSERT OR UPDATE ON outreach_broadcast
    FOR EACH ROW EXECUTE FUNCTION outreach_broadcast_guard();
"""
UNBROADCAST = """
DROP TRIGGER outreach_broadcast_guard ON outreach_broadcast;
DROP FUNCTION outreach_broadcast_guard();
"""

KEPT = ("outreach_messageversion", "outreach_deliveryattempt")
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

# Every delivery is updated three to five times, then never again: leave room on the page, vacuum early and briskly.
STORAGE = """
ALTER TABLE outreach_delivery SET (
    fillfactor = 70, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 2000,
    autovacuum_analyze_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 1
);
ALTER TABLE outreach_broadcast SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 200);
ALTER TABLE outreach_accountpace SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 200);
"""
UNSTORAGE = """
ALTER TABLE outreach_accountpace RESET (fillfactor, autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold);
ALTER TABLE outreach_broadcast RESET (fillfactor, autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold);
ALTER TABLE outreach_delivery RESET (
    fillfactor, autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold, autovacuum_analyze_scale_factor,
    autovacuum_vacuum_cost_delay
);
"""


class Migration(migrations.Migration):
    dependencies = [("outreach", "0001_initial"), ("kernel", "0002_audit_chain")]
    operations = [
        migrations.RunSQL(MOVES, UNMOVES),
        migrations.RunSQL(MEMBERSHIP, UNMEMBERSHIP),
        migrations.RunSQL(BROADCAST, UNBROADCAST),
        migrations.RunSQL(APPEND_ONLY, CHANGEABLE),
        migrations.RunSQL(STORAGE, UNSTORAGE),
    ]
