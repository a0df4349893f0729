"""The ledger by months, the hot tables beside it, and the promises all of them keep, held by the database itself."""

from django.db import migrations

MONTH = """
CREATE FUNCTION outreach_month(frozen timestamptz) RETURNS integer LANGUAGE sql IMMUTABLE AS
$$ SELECT to_char(frozen AT TIME ZONE 'Asia/Ho_Chi_Minh', 'YYYYMM')::integer $$;
ALTER TABLE outreach_broadcast DISABLE TRIGGER outreach_broadcast_guard;
UPDATE outreach_broadcast b SET month = outreach_month(v.frozen_at)
FROM outreach_messageversion v WHERE v.id = b.version_id;
ALTER TABLE outreach_broadcast ENABLE TRIGGER outreach_broadcast_guard;
"""
UNMONTH = "DROP FUNCTION outreach_month(timestamptz);"

# Guards of single moves are row triggers (cheap, and clear in what they say); those that need to see the other table
# are statement triggers, so that they cost one join a batch.
GUARDS = """
CREATE FUNCTION outreach_delivery_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT (OLD.state || '>' || NEW.state = ANY (ARRAY[
        'pending>accepted', 'pending>delivered', 'pending>failed', 'pending>unknown', 'pending>suppressed',
        'pending>expired',
        'unknown>pending', 'unknown>accepted', 'unknown>delivered', 'unknown>read', 'unknown>failed',
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

CREATE FUNCTION outreach_delivery_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.id, OLD.month, OLD.broadcast_id, OLD.version_id, OLD.person_id, OLD.address_id, OLD.unit_id, OLD.channel,
        OLD.step)
       IS DISTINCT FROM
       (NEW.id, NEW.month, NEW.broadcast_id, NEW.version_id, NEW.person_id, NEW.address_id, NEW.unit_id, NEW.channel,
        NEW.step) THEN
        RAISE EXCEPTION 'outreach_fixed: whom a delivery is for never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.generation <> NEW.generation AND NOT (OLD.state = 'failed' AND NEW.state = 'pending') THEN
        RAISE EXCEPTION 'outreach_fixed: a generation begins only with a retry' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION outreach_delivery_made() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM (SELECT DISTINCT broadcast_id, version_id, month, step = 0 AS first FROM made) m
        LEFT JOIN outreach_broadcast b
            ON b.id = m.broadcast_id AND b.version_id = m.version_id AND b.month = m.month
        WHERE CASE WHEN m.first THEN b.state IS DISTINCT FROM 'releasing'
            ELSE coalesce(b.state NOT IN ('running', 'done'), true) END
    ) THEN
        RAISE EXCEPTION 'outreach_membership: deliveries are made only while their broadcast is being released'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (SELECT 1 FROM made WHERE state NOT IN ('pending', 'suppressed') OR moved_on) THEN
        RAISE EXCEPTION 'outreach_membership: a delivery begins as pending or suppressed'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (
        SELECT 1 FROM made WHERE step > 0 AND NOT EXISTS (
            SELECT 1 FROM outreach_delivery d WHERE d.month = made.month AND d.broadcast_id = made.broadcast_id
                AND d.person_id = made.person_id AND d.step < made.step AND d.moved_on)
    ) THEN
        RAISE EXCEPTION 'outreach_membership: a fallback step follows an earlier one of the same person'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION outreach_delivery_moved() RETURNS trigger LANGUAGE plpgsql
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM after a JOIN outreach_outbox o ON o.delivery_id = a.id WHERE a.state NOT IN ('pending', 'unknown')
    ) THEN
        RAISE EXCEPTION 'outreach_outbox: a settled delivery leaves the outbox in the same statement'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (
        SELECT 1 FROM after a WHERE a.state = 'pending' AND a.channel <> 'visit'
            AND NOT EXISTS (SELECT 1 FROM outreach_outbox o WHERE o.delivery_id = a.id)
            AND NOT EXISTS (SELECT 1 FROM outreach_feed f WHERE f.broadcast_id = a.broadcast_id
                AND f.channel = a.channel AND a.id > f.cursor AND a.id <= f.last)
    ) THEN
        RAISE EXCEPTION 'outreach_outbox: whoever waits stands in the outbox or ahead of a feed'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (
        SELECT 1 FROM after a WHERE a.moved_on AND NOT EXISTS (
            SELECT 1 FROM outreach_delivery d WHERE d.month = a.month AND d.broadcast_id = a.broadcast_id
                AND d.person_id = a.person_id AND NOT d.moved_on)
    ) THEN
        RAISE EXCEPTION 'outreach_sum: everybody of the audience is counted in exactly one step'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION outreach_outbox_left() RETURNS trigger LANGUAGE plpgsql
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM gone g JOIN outreach_delivery d ON d.month = g.month AND d.id = g.delivery_id
        WHERE d.state = 'pending' AND NOT EXISTS (SELECT 1 FROM outreach_outbox o WHERE o.delivery_id = g.delivery_id)
    ) THEN
        RAISE EXCEPTION 'outreach_outbox: a waiting delivery leaves the outbox only when it is settled'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION outreach_feed_passed() RETURNS trigger LANGUAGE plpgsql
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off AS $$
DECLARE feed record;
BEGIN
    IF EXISTS (SELECT 1 FROM before b JOIN after a ON a.id = b.id
               WHERE (a.broadcast_id, a.channel, a.last) IS DISTINCT FROM (b.broadcast_id, b.channel, b.last)
                  OR a.cursor < b.cursor) THEN
        RAISE EXCEPTION 'outreach_feed: a feed only moves forward' USING ERRCODE = 'restrict_violation';
    END IF;
    -- One feed at a time, so that the index is asked for just the part that was passed, not for the whole broadcast.
    FOR feed IN
        SELECT c.month, a.broadcast_id, a.channel, b.cursor AS before, a.cursor AS after FROM before b
        JOIN after a ON a.id = b.id AND a.cursor > b.cursor JOIN outreach_broadcast c ON c.id = a.broadcast_id
    LOOP
        IF EXISTS (
            SELECT 1 FROM outreach_delivery d
            WHERE d.month = feed.month AND d.broadcast_id = feed.broadcast_id AND d.channel = feed.channel
                AND d.id > feed.before AND d.id <= feed.after AND d.state = 'pending'
                AND NOT EXISTS (SELECT 1 FROM outreach_outbox o WHERE o.delivery_id = d.id)
        ) THEN
            RAISE EXCEPTION 'outreach_feed: a feed passes over nobody' USING ERRCODE = 'restrict_violation';
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
"""
OLD_GUARDS = """
DROP TRIGGER outreach_delivery_no_truncate ON outreach_delivery;
DROP TRIGGER outreach_delivery_kept ON outreach_delivery;
DROP TRIGGER outreach_delivery_made ON outreach_delivery;
DROP TRIGGER outreach_delivery_fixed ON outreach_delivery;
DROP TRIGGER outreach_delivery_move ON outreach_delivery;
DROP FUNCTION outreach_delivery_made();
DROP FUNCTION outreach_delivery_fixed();
DROP FUNCTION outreach_delivery_move();
"""

LEDGER = """
ALTER TABLE outreach_delivery RENAME TO outreach_delivery_unparted;
ALTER TABLE outreach_delivery_unparted RENAME CONSTRAINT outreach_delivery_pkey TO outreach_delivery_unparted_pkey;
ALTER TABLE outreach_delivery_unparted DROP CONSTRAINT outreach_delivery_person_once;
ALTER TABLE outreach_delivery_unparted DROP CONSTRAINT outreach_delivery_text_once;
CREATE SEQUENCE outreach_delivery_number AS bigint;
SELECT setval('outreach_delivery_number', (SELECT coalesce(max(id), 0) + 1 FROM outreach_delivery_unparted), false);
CREATE TABLE outreach_delivery (
    id bigint NOT NULL DEFAULT nextval('outreach_delivery_number'),
    broadcast_id bigint NOT NULL,
    version_id bigint NOT NULL,
    person_id bigint NOT NULL,
    address_id bigint,
    unit_id bigint NOT NULL,
    hamlet_id bigint,
    account_id bigint,
    accepted_at timestamptz,
    delivered_at timestamptz,
    read_at timestamptz,
    attempt uuid,
    month integer NOT NULL,
    step smallint NOT NULL DEFAULT 0 CHECK (step >= 0),
    attempts smallint NOT NULL DEFAULT 0 CHECK (attempts >= 0),
    generation smallint NOT NULL DEFAULT 0 CHECK (generation >= 0),
    units smallint NOT NULL DEFAULT 0 CHECK (units >= 0),
    cost smallint NOT NULL DEFAULT 0 CHECK (cost >= 0),
    moved_on boolean NOT NULL DEFAULT false,
    channel varchar(20) NOT NULL,
    language varchar(2) NOT NULL,
    state varchar(10) NOT NULL,
    reason varchar(20) NOT NULL DEFAULT '',
    provider_id varchar(100) NOT NULL DEFAULT '',
    CONSTRAINT outreach_delivery_state_known CHECK (state IN (
        'pending', 'accepted', 'delivered', 'read', 'failed', 'suppressed', 'expired', 'unknown')),
    CONSTRAINT outreach_delivery_has_address CHECK (
        address_id IS NOT NULL AND channel <> 'none' OR state = 'suppressed' OR channel = 'visit'),
    CONSTRAINT outreach_delivery_pkey PRIMARY KEY (id, month),
    CONSTRAINT outreach_delivery_text_once UNIQUE (version_id, person_id, address_id, month)
) PARTITION BY LIST (month);
ALTER SEQUENCE outreach_delivery_number OWNED BY outreach_delivery.id;
CREATE UNIQUE INDEX outreach_delivery_person_once ON outreach_delivery (broadcast_id, person_id, month) WHERE NOT moved_on;
CREATE INDEX outreach_delivery_feed ON outreach_delivery (broadcast_id, channel, id);
-- The commonest moves, always allowed, are told apart without the function's call: it would cost more than the update.
CREATE TRIGGER outreach_delivery_move BEFORE UPDATE ON outreach_delivery FOR EACH ROW
    WHEN (OLD.state IS DISTINCT FROM NEW.state AND NOT (OLD.state = 'pending' AND NEW.state IN ('accepted', 'delivered')))
    EXECUTE FUNCTION outreach_delivery_move();
CREATE TRIGGER outreach_delivery_fixed BEFORE UPDATE OF id, month, broadcast_id, version_id, person_id, address_id,
    unit_id, channel, step, generation ON outreach_delivery FOR EACH ROW EXECUTE FUNCTION outreach_delivery_fixed();

-- Statement triggers speak for the table they are named on, so each partition gets its own for whoever names it.
CREATE FUNCTION outreach_delivery_watch(place regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER outreach_delivery_made AFTER INSERT ON %s REFERENCING NEW TABLE AS made
        FOR EACH STATEMENT EXECUTE FUNCTION outreach_delivery_made()', place);
    EXECUTE format('CREATE TRIGGER outreach_delivery_moved AFTER UPDATE ON %s REFERENCING NEW TABLE AS after
        FOR EACH STATEMENT EXECUTE FUNCTION outreach_delivery_moved()', place);
    EXECUTE format('CREATE TRIGGER outreach_delivery_kept BEFORE DELETE ON %s
        FOR EACH STATEMENT EXECUTE FUNCTION kernel_append_only()', place);
    EXECUTE format('CREATE TRIGGER outreach_delivery_no_truncate BEFORE TRUNCATE ON %s
        FOR EACH STATEMENT EXECUTE FUNCTION kernel_append_only()', place);
END $$;
SELECT outreach_delivery_watch('outreach_delivery');

-- Attaching takes a lock that neither claims nor completions wait for.
CREATE FUNCTION outreach_partition(wanted integer) RETURNS void LANGUAGE plpgsql AS $$
DECLARE place text := 'outreach_delivery_' || wanted;
BEGIN
    IF to_regclass(place) IS NOT NULL THEN RETURN; END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('outreach.partition', 0));
    IF to_regclass(place) IS NOT NULL THEN RETURN; END IF;
    EXECUTE format('CREATE TABLE %I (LIKE outreach_delivery INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES)
        WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 5000,
        autovacuum_analyze_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 1)', place);
    EXECUTE format('ALTER TABLE outreach_delivery ATTACH PARTITION %I FOR VALUES IN (%s)', place, wanted);
    PERFORM outreach_delivery_watch(place::regclass);
END $$;
"""
UNLEDGER = """
DROP FUNCTION outreach_partition(integer);
DROP TABLE outreach_delivery CASCADE;
DROP FUNCTION outreach_delivery_watch(regclass);
ALTER TABLE outreach_delivery_unparted RENAME TO outreach_delivery;
"""

HOT = """
CREATE TRIGGER outreach_outbox_left AFTER DELETE ON outreach_outbox REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION outreach_outbox_left();
CREATE TRIGGER outreach_outbox_no_truncate BEFORE TRUNCATE ON outreach_outbox
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_append_only();
CREATE TRIGGER outreach_feed_passed AFTER UPDATE ON outreach_feed REFERENCING OLD TABLE AS before NEW TABLE AS after
    FOR EACH STATEMENT EXECUTE FUNCTION outreach_feed_passed();
CREATE TRIGGER outreach_feed_kept BEFORE DELETE ON outreach_feed
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_append_only();
CREATE TRIGGER outreach_feed_no_truncate BEFORE TRUNCATE ON outreach_feed
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_append_only();
ALTER TABLE outreach_outbox SET (
    fillfactor = 70, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000,
    autovacuum_analyze_scale_factor = 0, autovacuum_analyze_threshold = 5000, autovacuum_vacuum_cost_delay = 0
);
ALTER TABLE outreach_feed SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 200);
ALTER TABLE outreach_contacted SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05);
CREATE VIEW outreach_standing AS
SELECT d.id, d.broadcast_id, d.version_id, d.person_id, d.address_id, d.unit_id, d.hamlet_id, d.channel, d.language,
    d.step, d.moved_on, CASE WHEN o.lease_until IS NOT NULL THEN 'sending' ELSE d.state END::varchar(10) AS state,
    coalesce(nullif(o.reason, ''), d.reason) AS reason, coalesce(o.attempts, d.attempts) AS attempts, d.generation,
    d.account_id, d.cost, d.units, d.provider_id, o.not_before, o.lease_until, d.accepted_at, d.delivered_at, d.read_at
FROM outreach_delivery d LEFT JOIN outreach_outbox o ON o.delivery_id = d.id;
"""
COLD = """
DROP VIEW outreach_standing;
DROP TRIGGER outreach_feed_no_truncate ON outreach_feed;
DROP TRIGGER outreach_feed_kept ON outreach_feed;
DROP TRIGGER outreach_feed_passed ON outreach_feed;
DROP TRIGGER outreach_outbox_no_truncate ON outreach_outbox;
DROP TRIGGER outreach_outbox_left ON outreach_outbox;
"""

# What was due or on the wire when the tables were changed goes on from the outbox.
CARRY = """
SELECT outreach_partition(month) FROM (SELECT DISTINCT month FROM outreach_broadcast WHERE audience_count IS NOT NULL) m;
ALTER TABLE outreach_delivery DISABLE TRIGGER USER;
INSERT INTO outreach_delivery (id, broadcast_id, version_id, person_id, address_id, unit_id, hamlet_id, account_id,
    accepted_at, delivered_at, read_at, attempt, month, attempts, generation, units, cost, channel, language, state,
    reason, provider_id)
SELECT d.id, d.broadcast_id, d.version_id, d.person_id, d.address_id, d.unit_id, d.hamlet_id, d.account_id,
    d.accepted_at, d.delivered_at, d.read_at, d.attempt, b.month, d.attempts, d.generation, greatest(d.cost, 1), d.cost,
    d.channel, d.language, CASE d.state WHEN 'sending' THEN 'unknown' ELSE d.state END, d.reason, d.provider_id
FROM outreach_delivery_unparted d JOIN outreach_broadcast b ON b.id = d.broadcast_id;
ALTER TABLE outreach_delivery ENABLE TRIGGER USER;
INSERT INTO outreach_outbox (delivery_id, month, broadcast_id, attempt, not_before, lease_until, account_id, reserved,
    attempts, channel, reason)
SELECT d.id, b.month, d.broadcast_id, CASE WHEN d.lease_until IS NOT NULL THEN d.attempt END, d.not_before,
    d.lease_until, d.account_id, 0, d.attempts, d.channel, ''
FROM outreach_delivery_unparted d JOIN outreach_broadcast b ON b.id = d.broadcast_id
WHERE d.not_before IS NOT NULL OR d.lease_until IS NOT NULL;
INSERT INTO outreach_handover (provider_id, account_id, delivery_id, month)
SELECT d.provider_id, d.account_id, d.id, b.month
FROM outreach_delivery_unparted d JOIN outreach_broadcast b ON b.id = d.broadcast_id
WHERE d.provider_id <> '' AND d.account_id IS NOT NULL;
DROP TABLE outreach_delivery_unparted;
"""

BROADCAST = """
CREATE OR REPLACE FUNCTION outreach_broadcast_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE counted bigint;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'draft' OR NEW.audience_count IS NOT NULL THEN
            RAISE EXCEPTION 'outreach_broadcast: a broadcast begins as a draft' USING ERRCODE = 'restrict_violation';
        END IF;
        SELECT outreach_month(v.frozen_at) INTO NEW.month FROM outreach_messageversion v WHERE v.id = NEW.version_id;
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
        SELECT count(*) INTO counted FROM outreach_delivery
        WHERE month = NEW.month AND broadcast_id = NEW.id AND NOT moved_on;
        IF OLD.state <> 'releasing' OR counted <> NEW.audience_count THEN
            RAISE EXCEPTION 'outreach_sum: audience % but % deliveries', NEW.audience_count, counted
                USING ERRCODE = 'restrict_violation';
        END IF;
    END IF;
    IF NEW.month <> OLD.month AND NEW.version_id = OLD.version_id OR OLD.state NOT IN ('draft', 'approved') AND
       (OLD.key, OLD.version_id, OLD.purpose, OLD.channels, OLD.criteria, OLD.urgency, OLD.chain)
       IS DISTINCT FROM (NEW.key, NEW.version_id, NEW.purpose, NEW.channels, NEW.criteria, NEW.urgency, NEW.chain)
       OR OLD.audience_count IS NOT NULL AND
       (OLD.audience_count, OLD.released_by_id, OLD.released_at)
       IS DISTINCT FROM (NEW.audience_count, NEW.released_by_id, NEW.released_at) THEN
        RAISE EXCEPTION 'outreach_fixed: a released broadcast is frozen' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.version_id <> OLD.version_id THEN
        SELECT outreach_month(v.frozen_at) INTO NEW.month FROM outreach_messageversion v WHERE v.id = NEW.version_id;
    END IF;
    RETURN NEW;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("outreach", "0003_outbox")]
    operations = [
        migrations.RunSQL(MONTH, UNMONTH),
        migrations.RunSQL(OLD_GUARDS, migrations.RunSQL.noop),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
        migrations.RunSQL(LEDGER, UNLEDGER),
        migrations.RunSQL(HOT, COLD),
        migrations.RunSQL(BROADCAST, migrations.RunSQL.noop),
        migrations.RunSQL(CARRY, migrations.RunSQL.noop),
    ]
