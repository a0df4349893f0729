"""The database holds the moves of a story, its history and its consent."""

from django.db import migrations

# The same table as `enums.MOVES`; tests/contributions/test_moves.py tries every pair.
GUARDS = """
CREATE FUNCTION contributions_story_step() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE stands text; page bigint; became text; begun boolean;
BEGIN
    SELECT state, page_id INTO stands, page FROM contributions_story WHERE id = NEW.story_id FOR UPDATE;
    SELECT EXISTS (SELECT FROM contributions_storyevent WHERE story_id = NEW.story_id) INTO begun;
    became := CASE
        WHEN NOT begun THEN CASE NEW.happening WHEN 'received' THEN 'received' END
        WHEN NEW.happening = 'noted' THEN stands
        WHEN NEW.happening = 'taken' AND stands IN ('received', 'in_work', 'declined') THEN 'in_work'
        WHEN NEW.happening = 'drafted' AND stands = 'in_work' THEN 'in_work'
        WHEN NEW.happening = 'published' AND stands = 'in_work' AND page IS NOT NULL THEN 'published'
        WHEN NEW.happening = 'declined' AND stands IN ('received', 'in_work') THEN 'declined'
        WHEN NEW.happening = 'withdrawn' AND stands <> 'withdrawn' THEN 'withdrawn'
        WHEN NEW.happening = 'taken_down' AND stands = 'withdrawn' THEN 'withdrawn'
    END;
    IF became IS NULL THEN
        RAISE EXCEPTION 'story_move: % does not follow %', NEW.happening, stands USING ERRCODE = 'check_violation';
    END IF;
    UPDATE contributions_story SET state = became,
        settled_at = CASE WHEN became IN ('received', 'in_work') THEN NULL
            WHEN became = stands THEN settled_at ELSE NEW.at END
        WHERE id = NEW.story_id;
    RETURN NEW;
END $$;
CREATE TRIGGER contributions_story_step BEFORE INSERT ON contributions_storyevent
    FOR EACH ROW EXECUTE FUNCTION contributions_story_step();
CREATE TRIGGER contributions_event_append_only BEFORE UPDATE OR DELETE ON contributions_storyevent
    FOR EACH ROW EXECUTE FUNCTION kernel_append_only();
CREATE TRIGGER contributions_event_no_truncate BEFORE TRUNCATE ON contributions_storyevent
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_append_only();
CREATE TRIGGER contributions_consent_append_only BEFORE UPDATE OR DELETE ON contributions_storyconsent
    FOR EACH ROW EXECUTE FUNCTION kernel_append_only();
CREATE TRIGGER contributions_consent_no_truncate BEFORE TRUNCATE ON contributions_storyconsent
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_append_only();

CREATE FUNCTION contributions_story_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'received' OR NEW.settled_at IS NOT NULL THEN
            RAISE EXCEPTION 'story_move: a story begins as received' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.state, NEW.settled_at) IS DISTINCT FROM (OLD.state, OLD.settled_at) AND pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'append_only: the state of a story follows from its history'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.text <> OLD.text AND NEW.text <> '' OR NEW.credited_as <> OLD.credited_as AND NEW.credited_as <> ''
        OR NEW.guardian <> OLD.guardian AND NEW.guardian <> ''
        OR (NEW.number, NEW.code, NEW.submission_key, NEW.received_at)
        IS DISTINCT FROM (OLD.number, OLD.code, OLD.submission_key, OLD.received_at) THEN
        RAISE EXCEPTION 'append_only: what was sent stays as it was sent, or goes'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER contributions_story_guard BEFORE INSERT OR UPDATE ON contributions_story
    FOR EACH ROW EXECUTE FUNCTION contributions_story_guard();
"""
UNGUARDS = """
DROP TRIGGER contributions_story_guard ON contributions_story;
DROP FUNCTION contributions_story_guard();
DROP TRIGGER contributions_consent_no_truncate ON contributions_storyconsent;
DROP TRIGGER contributions_consent_append_only ON contributions_storyconsent;
DROP TRIGGER contributions_event_no_truncate ON contributions_storyevent;
DROP TRIGGER contributions_event_append_only ON contributions_storyevent;
DROP TRIGGER contributions_story_step ON contributions_storyevent;
DROP FUNCTION contributions_story_step();
"""


class Migration(migrations.Migration):
    dependencies = [("contributions", "0001_initial"), ("kernel", "0002_audit_chain")]
    operations = [migrations.RunSQL(GUARDS, UNGUARDS)]
