"""Invariant 1 is kept by the database itself, so direct SQL cannot break it either."""

from django.db import migrations

CLOSED_ONLY = """
CREATE FUNCTION territory_closed_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'closed_only: % refuses DELETE', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT (NEW.valid <@ OLD.valid AND lower(NEW.valid) = lower(OLD.valid)) OR
       (to_jsonb(NEW) - ARRAY['valid', 'lat', 'lon', 'sort_key', 'folded'])
       IS DISTINCT FROM (to_jsonb(OLD) - ARRAY['valid', 'lat', 'lon', 'sort_key', 'folded']) THEN
        RAISE EXCEPTION 'closed_only: a row of % may only be closed, never rewritten', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER territory_version_closed_only BEFORE UPDATE OR DELETE ON territory_unitversion
    FOR EACH ROW EXECUTE FUNCTION territory_closed_only();
CREATE TRIGGER territory_code_closed_only BEFORE UPDATE OR DELETE ON territory_unitcode
    FOR EACH ROW EXECUTE FUNCTION territory_closed_only();
CREATE TRIGGER territory_designation_closed_only BEFORE UPDATE OR DELETE ON territory_designation
    FOR EACH ROW EXECUTE FUNCTION territory_closed_only();
"""
CLOSED_ONLY_BACK = """
DROP TRIGGER territory_designation_closed_only ON territory_designation;
DROP TRIGGER territory_code_closed_only ON territory_unitcode;
DROP TRIGGER territory_version_closed_only ON territory_unitversion;
DROP FUNCTION territory_closed_only();
"""

APPEND_ONLY = """
CREATE TRIGGER territory_event_append_only BEFORE UPDATE OR DELETE ON territory_unitevent
    FOR EACH ROW EXECUTE FUNCTION kernel_append_only();
CREATE TRIGGER territory_event_no_truncate BEFORE TRUNCATE ON territory_unitevent
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_append_only();
CREATE TRIGGER territory_lineage_append_only BEFORE UPDATE OR DELETE ON territory_unitlineage
    FOR EACH ROW EXECUTE FUNCTION kernel_append_only();
CREATE TRIGGER territory_lineage_no_truncate BEFORE TRUNCATE ON territory_unitlineage
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_append_only();
"""
APPEND_ONLY_BACK = """
DROP TRIGGER territory_lineage_no_truncate ON territory_unitlineage;
DROP TRIGGER territory_lineage_append_only ON territory_unitlineage;
DROP TRIGGER territory_event_no_truncate ON territory_unitevent;
DROP TRIGGER territory_event_append_only ON territory_unitevent;
"""

# These functions look up single units, often within the statement that loads thousands of them, when the planner still
# believes the tables empty: it is told to use the indexes anyway.
#
# A child must have a parent of a higher rank on every day of its own life; the same for a code and its unit. Judged
# at commit, so that one transaction may close a parent and move its children in any order.
HIERARCHY = """
CREATE FUNCTION territory_check_children(parent bigint, span daterange) RETURNS void LANGUAGE plpgsql
    SET enable_seqscan = off AS $$
DECLARE orphan record;
BEGIN
    SELECT c.unit_id, c.name INTO orphan FROM territory_unitversion c
     WHERE c.parent_id = parent AND c.valid && span AND NOT c.valid <@ coalesce(
           (SELECT range_agg(p.valid) FROM territory_unitversion p WHERE p.unit_id = parent AND p.level < c.level),
           '{}'::datemultirange)
     LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'unit_parent_in_force: unit % (%) outlives its parent % or does not rank below it',
            orphan.unit_id, orphan.name, parent USING ERRCODE = 'integrity_constraint_violation';
    END IF;
END $$;

CREATE FUNCTION territory_version_hierarchy() RETURNS trigger LANGUAGE plpgsql
    SET enable_seqscan = off AS $$
DECLARE stray bigint;
BEGIN
    IF TG_OP <> 'DELETE' AND NEW.parent_id IS NOT NULL THEN
        PERFORM 1 FROM territory_unitversion c WHERE c.id = NEW.id AND NOT c.valid <@ coalesce(
            (SELECT range_agg(p.valid) FROM territory_unitversion p
              WHERE p.unit_id = c.parent_id AND p.level < c.level), '{}'::datemultirange);
        IF FOUND THEN
            RAISE EXCEPTION 'unit_parent_in_force: unit % (%) outlives its parent % or does not rank below it',
                NEW.unit_id, NEW.name, NEW.parent_id USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END IF;
    IF TG_OP <> 'INSERT' THEN
        PERFORM territory_check_children(OLD.unit_id, OLD.valid);
        SELECT k.unit_id INTO stray FROM territory_unitcode k
         WHERE k.unit_id = OLD.unit_id AND NOT k.valid <@ coalesce(
               (SELECT range_agg(v.valid) FROM territory_unitversion v WHERE v.unit_id = OLD.unit_id),
               '{}'::datemultirange)
         LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'unit_code_in_life: a code of unit % outlives it', stray
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER territory_version_hierarchy AFTER INSERT OR UPDATE OR DELETE ON territory_unitversion
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION territory_version_hierarchy();

CREATE FUNCTION territory_code_in_life() RETURNS trigger LANGUAGE plpgsql
    SET enable_seqscan = off AS $$
BEGIN
    PERFORM 1 FROM territory_unitcode k WHERE k.id = NEW.id AND NOT k.valid <@ coalesce(
        (SELECT range_agg(v.valid) FROM territory_unitversion v WHERE v.unit_id = k.unit_id), '{}'::datemultirange);
    IF FOUND THEN
        RAISE EXCEPTION 'unit_code_in_life: code % is not within the life of unit %', NEW.code, NEW.unit_id
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER territory_code_in_life AFTER INSERT OR UPDATE ON territory_unitcode
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION territory_code_in_life();

CREATE FUNCTION territory_lineage_in_life() RETURNS trigger LANGUAGE plpgsql
    SET enable_seqscan = off AS $$
DECLARE day date;
BEGIN
    SELECT e."on" INTO day FROM territory_unitevent e WHERE e.id = NEW.event_id;
    IF NEW.from_unit_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM territory_unitversion v WHERE v.unit_id = NEW.from_unit_id AND v.valid @> (day - 1)) THEN
        RAISE EXCEPTION 'unit_lineage_in_life: unit % did not exist before %', NEW.from_unit_id, day
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.to_unit_id IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM territory_unitversion v WHERE v.unit_id = NEW.to_unit_id AND v.valid @> day) THEN
        RAISE EXCEPTION 'unit_lineage_in_life: unit % does not exist on %', NEW.to_unit_id, day
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER territory_lineage_in_life AFTER INSERT ON territory_unitlineage
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION territory_lineage_in_life();
"""
HIERARCHY_BACK = """
DROP TRIGGER territory_lineage_in_life ON territory_unitlineage;
DROP FUNCTION territory_lineage_in_life();
DROP TRIGGER territory_code_in_life ON territory_unitcode;
DROP FUNCTION territory_code_in_life();
DROP TRIGGER territory_version_hierarchy ON territory_unitversion;
DROP FUNCTION territory_version_hierarchy();
DROP FUNCTION territory_check_children(bigint, daterange);
"""

# The closure follows every statement that touches versions. Ranks above 16 cannot be: that bound also ends a circle,
# which the hierarchy check then refuses at commit.
CLOSURE = """
CREATE FUNCTION territory_rebuild_closure(touched bigint[]) RETURNS void LANGUAGE plpgsql
    SET enable_seqscan = off AS $$
DECLARE affected bigint[];
BEGIN
    WITH RECURSIVE down(unit_id, depth) AS (
        SELECT unnest(touched), 0
        UNION
        SELECT v.unit_id, down.depth + 1 FROM down JOIN territory_unitversion v ON v.parent_id = down.unit_id
         WHERE down.depth < 16
    ) SELECT array_agg(DISTINCT unit_id) INTO affected FROM down;
    DELETE FROM territory_unitclosure WHERE descendant_id = ANY (affected);
    INSERT INTO territory_unitclosure (ancestor_id, descendant_id, depth, valid)
    WITH RECURSIVE up(descendant_id, ancestor_id, depth, valid) AS (
        SELECT v.unit_id, v.unit_id, 0, v.valid FROM territory_unitversion v WHERE v.unit_id = ANY (affected)
        UNION ALL
        SELECT up.descendant_id, v.parent_id, up.depth + 1, up.valid * v.valid
          FROM up JOIN territory_unitversion v ON v.unit_id = up.ancestor_id AND v.valid && up.valid
         WHERE v.parent_id IS NOT NULL AND v.parent_id <> up.descendant_id AND up.depth < 16
    ), spans AS (
        SELECT ancestor_id, descendant_id, depth, range_agg(valid) AS valid FROM up
         GROUP BY ancestor_id, descendant_id, depth
    ) SELECT ancestor_id, descendant_id, depth, unnest(valid) FROM spans;
END $$;

CREATE FUNCTION territory_closure_follows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE touched bigint[];
BEGIN
    IF TG_OP = 'DELETE' THEN
        SELECT array_agg(DISTINCT unit_id) INTO touched FROM gone;
    ELSE
        SELECT array_agg(DISTINCT unit_id) INTO touched FROM fresh;
    END IF;
    IF touched IS NOT NULL THEN
        PERFORM territory_rebuild_closure(touched);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER territory_closure_insert AFTER INSERT ON territory_unitversion REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION territory_closure_follows();
CREATE TRIGGER territory_closure_update AFTER UPDATE ON territory_unitversion REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION territory_closure_follows();
CREATE TRIGGER territory_closure_delete AFTER DELETE ON territory_unitversion REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION territory_closure_follows();
"""
CLOSURE_BACK = """
DROP TRIGGER territory_closure_delete ON territory_unitversion;
DROP TRIGGER territory_closure_update ON territory_unitversion;
DROP TRIGGER territory_closure_insert ON territory_unitversion;
DROP FUNCTION territory_closure_follows();
DROP FUNCTION territory_rebuild_closure(bigint[]);
"""

# Reads that recurse, usable as subqueries.
READS = """
CREATE FUNCTION territory_reach(root bigint, day date) RETURNS SETOF bigint LANGUAGE sql STABLE ROWS 300
    SET enable_seqscan = off AS $$
    WITH RECURSIVE reach(unit_id) AS (
        SELECT c.descendant_id FROM territory_unitclosure c WHERE c.ancestor_id = root AND c.valid @> day
        UNION
        SELECT c.descendant_id FROM reach
          JOIN territory_unitlineage l ON l.to_unit_id = reach.unit_id AND l.from_unit_id <> l.to_unit_id
          JOIN territory_unitevent e ON e.id = l.event_id AND e."on" <= day
          JOIN territory_unitclosure c ON c.ancestor_id = l.from_unit_id AND c.valid @> (e."on" - 1)
    ) SELECT unit_id FROM reach
$$;

CREATE FUNCTION territory_successors(roots bigint[], day date)
    RETURNS TABLE (root_id bigint, unit_id bigint) LANGUAGE sql STABLE SET enable_seqscan = off AS $$
    WITH RECURSIVE onward(root_id, unit_id, since) AS (
        SELECT r, r, '-infinity'::date FROM unnest(roots) AS r
        UNION
        SELECT onward.root_id, l.to_unit_id, e."on" FROM onward
          JOIN territory_unitlineage l ON l.from_unit_id = onward.unit_id AND l.to_unit_id <> l.from_unit_id
          JOIN territory_unitevent e ON e.id = l.event_id AND e."on" <= day AND e."on" >= onward.since
    ) SELECT DISTINCT onward.root_id, onward.unit_id FROM onward
       WHERE EXISTS (SELECT 1 FROM territory_unitversion v WHERE v.unit_id = onward.unit_id AND v.valid @> day)
$$;
"""
READS_BACK = """
DROP FUNCTION territory_successors(bigint[], date);
DROP FUNCTION territory_reach(bigint, date);
"""


class Migration(migrations.Migration):
    dependencies = [("territory", "0001_initial"), ("kernel", "0002_audit_chain")]
    operations = [
        migrations.RunSQL(CLOSED_ONLY, CLOSED_ONLY_BACK),
        migrations.RunSQL(APPEND_ONLY, APPEND_ONLY_BACK),
        migrations.RunSQL(HIERARCHY, HIERARCHY_BACK),
        migrations.RunSQL(CLOSURE, CLOSURE_BACK),
        migrations.RunSQL(READS, READS_BACK),
    ]
