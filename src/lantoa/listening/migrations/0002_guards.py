"""Cases are kept by the database: events are append-only and follow the table of moves."""

from django.db import migrations

GUARD = """
CREATE FUNCTION listening_event_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE last text; allowed text[];
BEGIN
    PERFORM 1 FROM listening_case WHERE id = NEW.case_id FOR UPDATE;
    SELECT happening INTO last FROM listening_caseevent
        WHERE case_id = NEW.case_id AND happening IN ('received', 'answered', 'referred', 'reopened')
        ORDER BY id DESC LIMIT 1;
    allowed := CASE
        WHEN last IS NULL THEN ARRAY['received']
        WHEN last IN ('received', 'reopened') THEN ARRAY['added', 'routed', 'noted', 'answered', 'referred']
        WHEN last = 'answered' THEN ARRAY['noted', 'published', 'reopened', 'answered']
        ELSE ARRAY['noted']
    END;
    IF NOT NEW.happening = ANY (allowed) THEN
        RAISE EXCEPTION 'case_move: % does not follow %', NEW.happening, coalesce(last, 'nothing')
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER listening_event_guard BEFORE INSERT ON listening_caseevent
    FOR EACH ROW EXECUTE FUNCTION listening_event_guard();
CREATE TRIGGER listening_event_append_only BEFORE UPDATE OR DELETE ON listening_caseevent
    FOR EACH ROW EXECUTE FUNCTION kernel_append_only();
CREATE TRIGGER listening_event_no_truncate BEFORE TRUNCATE ON listening_caseevent
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_append_only();
"""
UNGUARD = """
DROP TRIGGER listening_event_no_truncate ON listening_caseevent;
DROP TRIGGER listening_event_append_only ON listening_caseevent;
DROP TRIGGER listening_event_guard ON listening_caseevent;
DROP FUNCTION listening_event_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("listening", "0001_initial"), ("kernel", "0002_audit_chain")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
