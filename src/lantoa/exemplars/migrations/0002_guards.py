"""The database holds the moves of an exemplar, its history, and that nobody verifies what they put forward."""

from django.db import migrations

# The same table as `enums.MOVES`; tests/exemplars/test_moves.py tries every pair.
GUARDS = """
CREATE FUNCTION exemplars_step() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE stands text; page bigint; author bigint; became text; begun boolean;
BEGIN
    SELECT state, page_id, proposed_by_id INTO stands, page, author
        FROM exemplars_exemplar WHERE id = NEW.exemplar_id FOR UPDATE;
    SELECT EXISTS (SELECT FROM exemplars_exemplarevent WHERE exemplar_id = NEW.exemplar_id) INTO begun;
    became := CASE
        WHEN NOT begun THEN CASE NEW.happening WHEN 'proposed' THEN 'proposed' END
        WHEN NEW.happening = 'noted' THEN stands
        WHEN NEW.happening = 'verified' AND stands = 'proposed' THEN 'verified'
        WHEN NEW.happening = 'drafted' AND stands = 'verified' AND page IS NOT NULL THEN 'verified'
        WHEN NEW.happening = 'told' AND stands = 'verified' AND page IS NOT NULL THEN 'told'
        WHEN NEW.happening = 'followed' AND stands IN ('verified', 'told') THEN stands
        WHEN NEW.happening = 'declined' AND stands IN ('proposed', 'verified') THEN 'declined'
        WHEN NEW.happening = 'reopened' AND stands = 'declined' THEN 'proposed'
        WHEN NEW.happening = 'withdrawn' AND stands <> 'withdrawn' THEN 'withdrawn'
        WHEN NEW.happening = 'taken_down' AND stands = 'withdrawn' THEN 'withdrawn'
    END;
    IF became IS NULL THEN
        RAISE EXCEPTION 'exemplar_move: % does not follow %', NEW.happening, stands USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.happening = 'verified' AND NEW.by_id = author THEN
        RAISE EXCEPTION 'exemplar_four_eyes: whoever put it forward does not verify it'
            USING ERRCODE = 'check_violation';
    END IF;
    UPDATE exemplars_exemplar SET state = became,
        settled_at = CASE WHEN became IN ('proposed', 'verified') THEN NULL
            WHEN became = stands THEN settled_at ELSE NEW.at END
        WHERE id = NEW.exemplar_id;
    RETURN NEW;
END $$;
CREATE TRIGGER exemplars_step BEFORE INSERT ON exemplars_exemplarevent
    FOR EACH ROW EXECUTE FUNCTION exemplars_step();
CREATE TRIGGER exemplars_event_append_only BEFORE UPDATE OR DELETE ON exemplars_exemplarevent
    FOR EACH ROW EXECUTE FUNCTION kernel_append_only();
CREATE TRIGGER exemplars_event_no_truncate BEFORE TRUNCATE ON exemplars_exemplarevent
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_append_only();

CREATE FUNCTION exemplars_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'proposed' OR NEW.settled_at IS NOT NULL THEN
            RAISE EXCEPTION 'exemplar_move: it begins as put forward' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.state, NEW.settled_at) IS DISTINCT FROM (OLD.state, OLD.settled_at) AND pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'append_only: the state follows from the history' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.named_as <> OLD.named_as AND NEW.named_as <> '' OR NEW.did <> OLD.did AND NEW.did <> ''
        OR (NEW.number, NEW.submission_key, NEW.kind, NEW.unit_id, NEW.proposed_by_id, NEW.proposed_at)
        IS DISTINCT FROM (OLD.number, OLD.submission_key, OLD.kind, OLD.unit_id, OLD.proposed_by_id, OLD.proposed_at)
    THEN
        RAISE EXCEPTION 'append_only: what was put forward stays as it was, or goes'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER exemplars_guard BEFORE INSERT OR UPDATE ON exemplars_exemplar
    FOR EACH ROW EXECUTE FUNCTION exemplars_guard();
"""
UNGUARDS = """
DROP TRIGGER exemplars_guard ON exemplars_exemplar;
DROP FUNCTION exemplars_guard();
DROP TRIGGER exemplars_event_no_truncate ON exemplars_exemplarevent;
DROP TRIGGER exemplars_event_append_only ON exemplars_exemplarevent;
DROP TRIGGER exemplars_step ON exemplars_exemplarevent;
DROP FUNCTION exemplars_step();
"""


class Migration(migrations.Migration):
    dependencies = [("exemplars", "0001_initial"), ("kernel", "0002_audit_chain")]
    operations = [migrations.RunSQL(GUARDS, UNGUARDS)]
