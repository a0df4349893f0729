"""What the room of agencies promises is kept by the database itself."""

from django.db import migrations

CLOSED_ONLY = """
CREATE FUNCTION agencies_closed_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'closed_only: % refuses DELETE', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT (NEW.valid <@ OLD.valid AND lower(NEW.valid) = lower(OLD.valid)) OR
       (to_jsonb(NEW) - ARRAY['valid', 'sort_key', 'folded'])
       IS DISTINCT FROM (to_jsonb(OLD) - ARRAY['valid', 'sort_key', 'folded']) THEN
        RAISE EXCEPTION 'closed_only: a row of % may only be closed, never rewritten', TG_TABLE_NAME
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER agencies_version_closed_only BEFORE UPDATE OR DELETE ON agencies_agencyversion
    FOR EACH ROW EXECUTE FUNCTION agencies_closed_only();
CREATE TRIGGER agencies_post_closed_only BEFORE UPDATE OR DELETE ON agencies_post
    FOR EACH ROW EXECUTE FUNCTION agencies_closed_only();
CREATE TRIGGER agencies_succession_append_only BEFORE UPDATE OR DELETE ON agencies_succession
    FOR EACH ROW EXECUTE FUNCTION kernel_append_only();
"""
CLOSED_ONLY_BACK = """
DROP TRIGGER agencies_succession_append_only ON agencies_succession;
DROP TRIGGER agencies_post_closed_only ON agencies_post;
DROP TRIGGER agencies_version_closed_only ON agencies_agencyversion;
DROP FUNCTION agencies_closed_only();
"""

# Successions for everything and for one subject are followed together, so a circle counts over both. Writers queue on
# one lock: two halves of a circle cannot slip in side by side.
NO_CIRCLE = """
CREATE FUNCTION agencies_no_circle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('agencies_succession'));
    IF EXISTS (
        WITH RECURSIVE onward(agency_id) AS (
            SELECT NEW.to_agency_id
            UNION
            SELECT s.to_agency_id FROM onward JOIN agencies_succession s ON s.from_agency_id = onward.agency_id
             WHERE NEW.subject_id IS NULL OR s.subject_id IS NULL OR s.subject_id = NEW.subject_id
        ) SELECT 1 FROM onward WHERE agency_id = NEW.from_agency_id) THEN
        RAISE EXCEPTION 'succession_no_circle: agency % already answers for agency %',
            NEW.from_agency_id, NEW.to_agency_id USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER agencies_no_circle BEFORE INSERT ON agencies_succession
    FOR EACH ROW EXECUTE FUNCTION agencies_no_circle();
"""
NO_CIRCLE_BACK = """
DROP TRIGGER agencies_no_circle ON agencies_succession;
DROP FUNCTION agencies_no_circle();
"""


class Migration(migrations.Migration):
    dependencies = [("agencies", "0001_initial"), ("kernel", "0002_audit_chain")]
    operations = [
        migrations.RunSQL(CLOSED_ONLY, CLOSED_ONLY_BACK),
        migrations.RunSQL(NO_CIRCLE, NO_CIRCLE_BACK),
    ]
