"""Cells, standings and tallies follow from people, addresses, consents and suppressions, by triggers alone.

What `audience_reach` says of a person decides their cell, so both say the same. Who recomputes a person first locks
their standing and reads in a statement after that: what another transaction did to the same person meanwhile is seen.
An address and its suppression may arrive at once, from two sides that cannot see each other; both take a lock on the
digest first (a bulk load: on the table of suppressions), so the later one sees the earlier.
"""

from django.db import migrations

STAND = """
CREATE FUNCTION audience_stand(ids bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF ids IS NULL THEN
        RETURN;
    END IF;
    PERFORM FROM audience_standing WHERE person_id = ANY(ids) ORDER BY person_id FOR UPDATE;
    WITH fresh AS MATERIALIZED (
        SELECT p.id AS person_id, p.unit_id, coalesce(p.hamlet_id, 0) AS hamlet_id, p.language,
            ARRAY(SELECT DISTINCT r.purpose || ':' || r.channel FROM audience_reach r
                WHERE r.person_id = p.id ORDER BY 1)::varchar[] AS reach
        FROM audience_person p WHERE p.id = ANY(ids) AND p.erased_at IS NULL
    ),
    moved AS MATERIALIZED (
        SELECT coalesce(f.person_id, s.person_id) AS person_id, s.cell_id AS before, f.unit_id, f.hamlet_id,
            f.language, f.reach
        FROM fresh f FULL JOIN (
            SELECT s.person_id, s.cell_id, c.unit_id, c.hamlet_id, c.language, c.reach
            FROM audience_standing s JOIN audience_cell c ON c.id = s.cell_id WHERE s.person_id = ANY(ids)
        ) s ON s.person_id = f.person_id
        WHERE (f.unit_id, f.hamlet_id, f.language, f.reach) IS DISTINCT FROM
            (s.unit_id, s.hamlet_id, s.language, s.reach)
    ),
    wanted AS MATERIALIZED (
        SELECT w.*, (SELECT min(c.id) FROM audience_cell c WHERE c.unit_id = w.unit_id AND c.hamlet_id = w.hamlet_id
            AND c.language = w.language AND c.reach = w.reach) AS id
        FROM (SELECT DISTINCT unit_id, hamlet_id, language, reach FROM moved WHERE unit_id IS NOT NULL) w
    ),
    made AS (
        INSERT INTO audience_cell (unit_id, hamlet_id, language, reach)
        SELECT unit_id, hamlet_id, language, reach FROM wanted WHERE id IS NULL
        RETURNING unit_id, hamlet_id, language, reach, id
    ),
    placed AS MATERIALIZED (
        SELECT m.person_id, m.before, c.id AS after FROM moved m LEFT JOIN (
            SELECT * FROM wanted WHERE id IS NOT NULL UNION ALL SELECT * FROM made
        ) c USING (unit_id, hamlet_id, language, reach)
    ),
    kept AS (
        INSERT INTO audience_standing (person_id, cell_id) SELECT person_id, after FROM placed WHERE after IS NOT NULL
        ON CONFLICT (person_id) DO UPDATE SET cell_id = excluded.cell_id
    ),
    gone AS (
        DELETE FROM audience_standing s USING placed p WHERE p.after IS NULL AND s.person_id = p.person_id
    ),
    step AS MATERIALIZED (
        SELECT person_id, before AS cell_id, -1 AS people FROM placed WHERE before IS NOT NULL
        UNION ALL SELECT person_id, after, 1 FROM placed WHERE after IS NOT NULL
    ),
    counted AS (
        INSERT INTO audience_tally (cell_id, people)
        SELECT cell_id, sum(people) FROM step GROUP BY cell_id HAVING sum(people) <> 0
    )
    INSERT INTO audience_grouptally (group_id, days, cell_id, people)
    SELECT m.group_id, m.days, step.cell_id, sum(step.people) FROM step JOIN (
        SELECT person_id, group_id, range_agg(valid) AS days FROM audience_groupmembership
        WHERE person_id IN (SELECT person_id FROM placed) GROUP BY person_id, group_id
    ) m USING (person_id) GROUP BY m.group_id, m.days, step.cell_id HAVING sum(step.people) <> 0;
END $$;

CREATE FUNCTION audience_fold_tally() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE folded bigint;
BEGIN
    PERFORM set_config('lantoa.folding', 'on', true);
    WITH gone AS (
        DELETE FROM audience_tally WHERE cell_id IN (
            SELECT cell_id FROM audience_tally GROUP BY cell_id HAVING count(*) > 1)
        RETURNING cell_id, people
    ),
    made AS (INSERT INTO audience_tally (cell_id, people)
        SELECT cell_id, sum(people) FROM gone GROUP BY cell_id HAVING sum(people) <> 0)
    SELECT count(*) INTO folded FROM gone;
    WITH gone AS (
        DELETE FROM audience_grouptally WHERE (group_id, days, cell_id) IN (
            SELECT group_id, days, cell_id FROM audience_grouptally GROUP BY group_id, days, cell_id
            HAVING count(*) > 1)
        RETURNING group_id, days, cell_id, people
    )
    INSERT INTO audience_grouptally (group_id, days, cell_id, people)
        SELECT group_id, days, cell_id, sum(people) FROM gone GROUP BY group_id, days, cell_id HAVING sum(people) <> 0;
    PERFORM set_config('lantoa.folding', '', true);
    RETURN folded;
END $$;

CREATE FUNCTION audience_standing_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() < 2 AND coalesce(current_setting('lantoa.folding', true), '') <> 'on' THEN
        RAISE EXCEPTION 'append_only: % follows from people and consents and refuses a direct %', TG_TABLE_NAME, TG_OP
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER audience_cell_guard BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON audience_cell
    FOR EACH STATEMENT EXECUTE FUNCTION audience_standing_guard();
CREATE TRIGGER audience_standing_guard BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON audience_standing
    FOR EACH STATEMENT EXECUTE FUNCTION audience_standing_guard();
CREATE TRIGGER audience_tally_guard BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON audience_tally
    FOR EACH STATEMENT EXECUTE FUNCTION audience_standing_guard();
CREATE TRIGGER audience_grouptally_guard BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON audience_grouptally
    FOR EACH STATEMENT EXECUTE FUNCTION audience_standing_guard();
"""
UNSTAND = """
DROP TRIGGER audience_grouptally_guard ON audience_grouptally;
DROP TRIGGER audience_tally_guard ON audience_tally;
DROP TRIGGER audience_standing_guard ON audience_standing;
DROP TRIGGER audience_cell_guard ON audience_cell;
DROP FUNCTION audience_standing_guard();
DROP FUNCTION audience_fold_tally();
DROP FUNCTION audience_stand(bigint[]);
"""

PEOPLE = """
CREATE FUNCTION audience_person_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        PERFORM audience_stand((SELECT array_agg(a.id ORDER BY a.id) FROM after a JOIN before b ON b.id = a.id
            WHERE (a.unit_id, a.hamlet_id, a.language, a.erased_at)
                IS DISTINCT FROM (b.unit_id, b.hamlet_id, b.language, b.erased_at)));
    ELSIF TG_OP = 'INSERT' THEN
        PERFORM audience_stand((SELECT array_agg(id ORDER BY id) FROM after));
    ELSE
        PERFORM audience_stand((SELECT array_agg(id ORDER BY id) FROM before));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER audience_person_comes AFTER INSERT ON audience_person
    REFERENCING NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION audience_person_stands();
CREATE TRIGGER audience_person_changes AFTER UPDATE ON audience_person
    REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION audience_person_stands();
CREATE TRIGGER audience_person_goes AFTER DELETE ON audience_person
    REFERENCING OLD TABLE AS before FOR EACH STATEMENT EXECUTE FUNCTION audience_person_stands();

CREATE FUNCTION audience_consent_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM audience_stand((SELECT array_agg(DISTINCT person_id) FROM after));
    RETURN NULL;
END $$;
CREATE TRIGGER audience_consent_comes AFTER INSERT ON audience_consent
    REFERENCING NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION audience_consent_stands();
CREATE TRIGGER audience_consent_changes AFTER UPDATE ON audience_consent
    REFERENCING NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION audience_consent_stands();
"""
UNPEOPLE = """
DROP TRIGGER audience_consent_changes ON audience_consent;
DROP TRIGGER audience_consent_comes ON audience_consent;
DROP FUNCTION audience_consent_stands();
DROP TRIGGER audience_person_goes ON audience_person;
DROP TRIGGER audience_person_changes ON audience_person;
DROP TRIGGER audience_person_comes ON audience_person;
DROP FUNCTION audience_person_stands();
"""

# What a person belongs to now, less what they belonged to before this statement; what did not change cancels out.
GROUPS = """
CREATE FUNCTION audience_membership_counts() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ids bigint[];
    fresh bigint[] := '{}';
    former audience_groupmembership[] := '{}';
BEGIN
    IF TG_OP <> 'DELETE' THEN
        SELECT array_agg(DISTINCT person_id), array_agg(id) INTO ids, fresh FROM after;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        SELECT ids || array_agg(person_id), array_agg(ROW(before.*)::audience_groupmembership) INTO ids, former
        FROM before;
    END IF;
    PERFORM FROM audience_standing WHERE person_id = ANY(ids) ORDER BY person_id FOR UPDATE;
    INSERT INTO audience_grouptally (group_id, days, cell_id, people)
    SELECT group_id, days, cell_id, sum(people) FROM (
        SELECT person_id, group_id, range_agg(valid) AS days, 1 AS people FROM audience_groupmembership
        WHERE person_id = ANY(ids) GROUP BY person_id, group_id
        UNION ALL
        SELECT person_id, group_id, range_agg(valid), -1 FROM (
            SELECT m.person_id, m.group_id, m.valid FROM audience_groupmembership m
            WHERE m.person_id = ANY(ids) AND NOT EXISTS (SELECT FROM unnest(fresh) f(id) WHERE f.id = m.id)
            UNION ALL SELECT person_id, group_id, valid FROM unnest(former)
        ) earlier GROUP BY person_id, group_id
    ) step JOIN audience_standing USING (person_id)
    GROUP BY group_id, days, cell_id HAVING sum(people) <> 0;
    RETURN NULL;
END $$;
CREATE TRIGGER audience_membership_comes AFTER INSERT ON audience_groupmembership
    REFERENCING NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION audience_membership_counts();
CREATE TRIGGER audience_membership_changes AFTER UPDATE ON audience_groupmembership
    REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION audience_membership_counts();
CREATE TRIGGER audience_membership_goes AFTER DELETE ON audience_groupmembership
    REFERENCING OLD TABLE AS before FOR EACH STATEMENT EXECUTE FUNCTION audience_membership_counts();
"""
UNGROUPS = """
DROP TRIGGER audience_membership_goes ON audience_groupmembership;
DROP TRIGGER audience_membership_changes ON audience_groupmembership;
DROP TRIGGER audience_membership_comes ON audience_groupmembership;
DROP FUNCTION audience_membership_counts();
"""

ADDRESSES = """
CREATE FUNCTION audience_lock_digest(channel text, digest text) RETURNS void LANGUAGE sql AS $$
    SELECT pg_advisory_xact_lock(hashtextextended('audience.digest:' || channel || ':' || digest, 0))
$$;

-- A bulk load would need a lock for each address: it keeps suppressions out until it commits instead.
CREATE FUNCTION audience_address_stands() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE ids bigint[];
BEGIN
    IF TG_OP = 'DELETE' THEN
        ids := (SELECT array_agg(DISTINCT person_id) FROM before);
    ELSE
        ids := (SELECT array_agg(DISTINCT person_id) FROM after);
        IF (SELECT count(*) FROM after) > 50 THEN
            LOCK TABLE audience_suppression IN SHARE MODE;
        ELSE
            PERFORM FROM audience_standing WHERE person_id = ANY(ids) ORDER BY person_id FOR UPDATE;
            PERFORM audience_lock_digest(a.channel, a.digest)
                FROM (SELECT DISTINCT channel, digest FROM after WHERE erased_at IS NULL ORDER BY channel, digest) a;
        END IF;
    END IF;
    PERFORM audience_stand(ids);
    RETURN NULL;
END $$;
CREATE TRIGGER audience_address_comes AFTER INSERT ON audience_address
    REFERENCING NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION audience_address_stands();
CREATE TRIGGER audience_address_changes AFTER UPDATE ON audience_address
    REFERENCING NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION audience_address_stands();
CREATE TRIGGER audience_address_goes AFTER DELETE ON audience_address
    REFERENCING OLD TABLE AS before FOR EACH STATEMENT EXECUTE FUNCTION audience_address_stands();

-- People first, then the digest, before the row: the order in which an erasure takes them.
CREATE FUNCTION audience_suppression_waits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM FROM audience_standing WHERE person_id = NEW.person_id OR person_id IN (
        SELECT person_id FROM audience_address WHERE channel = NEW.channel AND digest = NEW.digest)
    ORDER BY person_id FOR UPDATE;
    IF NEW.digest IS NOT NULL THEN
        PERFORM audience_lock_digest(NEW.channel, NEW.digest);
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER audience_suppression_waits BEFORE INSERT OR UPDATE ON audience_suppression
    FOR EACH ROW EXECUTE FUNCTION audience_suppression_waits();

CREATE FUNCTION audience_suppression_stands() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE touched audience_suppression := CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
BEGIN
    PERFORM audience_stand((SELECT array_agg(DISTINCT person_id) FROM (
        SELECT person_id FROM audience_address WHERE channel = touched.channel AND digest = touched.digest
        UNION ALL SELECT touched.person_id WHERE touched.person_id IS NOT NULL) at));
    RETURN NULL;
END $$;
CREATE TRIGGER audience_suppression_stands AFTER INSERT OR UPDATE OR DELETE ON audience_suppression
    FOR EACH ROW EXECUTE FUNCTION audience_suppression_stands();
"""
UNADDRESSES = """
DROP TRIGGER audience_suppression_stands ON audience_suppression;
DROP FUNCTION audience_suppression_stands();
DROP TRIGGER audience_suppression_waits ON audience_suppression;
DROP FUNCTION audience_suppression_waits();
DROP TRIGGER audience_address_goes ON audience_address;
DROP TRIGGER audience_address_changes ON audience_address;
DROP TRIGGER audience_address_comes ON audience_address;
DROP FUNCTION audience_address_stands();
DROP FUNCTION audience_lock_digest(text, text);
"""

# Everybody there already, in one pass; also what a restored or repaired database runs.
REBUILD = """
CREATE FUNCTION audience_rebuild_standing() RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE stood bigint;
BEGIN
    LOCK TABLE audience_person, audience_address, audience_consent, audience_suppression, audience_groupmembership
        IN SHARE MODE;
    PERFORM set_config('lantoa.folding', 'on', true);
    TRUNCATE audience_grouptally, audience_tally, audience_standing, audience_cell;
    CREATE TEMP TABLE standing_now ON COMMIT DROP AS
        SELECT p.id AS person_id, p.unit_id, coalesce(p.hamlet_id, 0) AS hamlet_id, p.language,
            coalesce(r.reach, '{}') AS reach
        FROM audience_person p LEFT JOIN (
            SELECT person_id, array_agg(DISTINCT purpose || ':' || channel ORDER BY purpose || ':' || channel)
                ::varchar[] AS reach
            FROM audience_reach GROUP BY person_id
        ) r ON r.person_id = p.id WHERE p.erased_at IS NULL;
    INSERT INTO audience_cell (unit_id, hamlet_id, language, reach)
        SELECT DISTINCT unit_id, hamlet_id, language, reach FROM standing_now;
    INSERT INTO audience_standing (person_id, cell_id)
        SELECT n.person_id, c.id FROM standing_now n JOIN audience_cell c USING (unit_id, hamlet_id, language, reach)
        ORDER BY n.person_id;
    GET DIAGNOSTICS stood = ROW_COUNT;
    INSERT INTO audience_tally (cell_id, people) SELECT cell_id, count(*) FROM audience_standing GROUP BY cell_id;
    INSERT INTO audience_grouptally (group_id, days, cell_id, people)
        SELECT group_id, days, cell_id, count(*) FROM (
            SELECT person_id, group_id, range_agg(valid) AS days FROM audience_groupmembership GROUP BY 1, 2
        ) m JOIN audience_standing USING (person_id) GROUP BY group_id, days, cell_id ORDER BY group_id;
    PERFORM set_config('lantoa.folding', '', true);
    DROP TABLE standing_now;
    RETURN stood;
END $$;
SELECT audience_rebuild_standing();
"""
UNREBUILD = "DROP FUNCTION audience_rebuild_standing();"


class Migration(migrations.Migration):
    dependencies = [("audience", "0004_standing")]
    operations = [
        migrations.RunSQL(STAND, UNSTAND),
        migrations.RunSQL(PEOPLE, UNPEOPLE),
        migrations.RunSQL(GROUPS, UNGROUPS),
        migrations.RunSQL(ADDRESSES, UNADDRESSES),
        migrations.RunSQL(REBUILD, UNREBUILD),
    ]
