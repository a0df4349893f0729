"""The database holds the moves of a request about one's data, and what was asked, done and reported."""

from django.db import migrations

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
    dependencies = [("audience", "0006_rights"), ("kernel", "0002_audit_chain")]
    operations = [migrations.RunSQL(GUARDS, UNGUARDS)]
