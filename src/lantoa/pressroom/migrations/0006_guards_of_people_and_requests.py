"""The database holds the moves of registrations and requests, their history, and the log of what was seen."""

from django.db import migrations

# The same tables as `enums.JOURNALIST_MOVES` and `enums.REQUEST_MOVES`; tests/pressroom/test_moves.py tries every pair.
GUARDS = """
CREATE FUNCTION pressroom_journalist_step() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE stands text; became text; begun boolean;
BEGIN
    SELECT state INTO stands FROM pressroom_journalist WHERE id = NEW.journalist_id FOR UPDATE;
    SELECT EXISTS (SELECT FROM pressroom_journalistevent WHERE journalist_id = NEW.journalist_id) INTO begun;
    became := CASE
        WHEN NOT begun THEN CASE NEW.happening WHEN 'asked' THEN 'waiting' END
        WHEN NEW.happening = 'accepted' AND stands IN ('waiting', 'accepted') THEN 'accepted'
        WHEN NEW.happening = 'refused' AND stands = 'waiting' THEN 'refused'
        WHEN NEW.happening = 'ended' AND stands IN ('waiting', 'accepted') THEN 'ended'
    END;
    IF became IS NULL THEN
        RAISE EXCEPTION 'journalist_move: % does not follow %', NEW.happening, stands USING ERRCODE = 'check_violation';
    END IF;
    UPDATE pressroom_journalist SET state = became,
        access_until = CASE WHEN NEW.happening = 'accepted' THEN NEW.access_until ELSE access_until END,
        settled_at = CASE WHEN became IN ('refused', 'ended') THEN NEW.at END
        WHERE id = NEW.journalist_id;
    RETURN NEW;
END $$;
CREATE TRIGGER pressroom_journalist_step BEFORE INSERT ON pressroom_journalistevent
    FOR EACH ROW EXECUTE FUNCTION pressroom_journalist_step();

CREATE FUNCTION pressroom_request_step() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE stands text; became text; begun boolean;
BEGIN
    SELECT state INTO stands FROM pressroom_pressrequest WHERE id = NEW.request_id FOR UPDATE;
    SELECT EXISTS (SELECT FROM pressroom_requestevent WHERE request_id = NEW.request_id) INTO begun;
    became := CASE
        WHEN NOT begun THEN CASE NEW.happening WHEN 'received' THEN 'received' END
        WHEN NEW.happening = 'noted' THEN stands
        WHEN NEW.happening = 'answered' AND stands IN ('received', 'assigned', 'answered') THEN 'answered'
        WHEN NEW.happening IN ('assigned', 'declined', 'recalled') AND stands IN ('received', 'assigned')
            THEN NEW.happening
    END;
    IF became IS NULL THEN
        RAISE EXCEPTION 'request_move: % does not follow %', NEW.happening, stands USING ERRCODE = 'check_violation';
    END IF;
    UPDATE pressroom_pressrequest SET state = became,
        post_id = CASE WHEN NEW.happening = 'assigned' THEN NEW.post_id ELSE post_id END,
        settled_at = CASE WHEN became IN ('received', 'assigned') THEN NULL ELSE coalesce(settled_at, NEW.at) END
        WHERE id = NEW.request_id;
    RETURN NEW;
END $$;
CREATE TRIGGER pressroom_request_step BEFORE INSERT ON pressroom_requestevent
    FOR EACH ROW EXECUTE FUNCTION pressroom_request_step();

CREATE FUNCTION pressroom_journalist_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'waiting' OR NEW.access_until IS NOT NULL OR NEW.settled_at IS NOT NULL THEN
            RAISE EXCEPTION 'journalist_move: a registration begins by waiting' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF (NEW.state, NEW.access_until, NEW.settled_at) IS DISTINCT FROM (OLD.state, OLD.access_until, OLD.settled_at)
       AND pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'append_only: access follows from its history' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER pressroom_journalist_guard BEFORE INSERT OR UPDATE ON pressroom_journalist
    FOR EACH ROW EXECUTE FUNCTION pressroom_journalist_guard();

CREATE FUNCTION pressroom_request_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'received' OR NEW.post_id IS NOT NULL OR NEW.settled_at IS NOT NULL THEN
            RAISE EXCEPTION 'request_move: a request begins as received' USING ERRCODE = 'check_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF to_jsonb(NEW) - '{state,post_id,settled_at}'::text[]
       IS DISTINCT FROM to_jsonb(OLD) - '{state,post_id,settled_at}'::text[] OR pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'append_only: a request stays as it was asked; its state follows from its history'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER pressroom_request_guard BEFORE INSERT OR UPDATE ON pressroom_pressrequest
    FOR EACH ROW EXECUTE FUNCTION pressroom_request_guard();
"""
BACK = """
DROP TRIGGER pressroom_request_guard ON pressroom_pressrequest;
DROP FUNCTION pressroom_request_guard();
DROP TRIGGER pressroom_journalist_guard ON pressroom_journalist;
DROP FUNCTION pressroom_journalist_guard();
DROP TRIGGER pressroom_request_step ON pressroom_requestevent;
DROP FUNCTION pressroom_request_step();
DROP TRIGGER pressroom_journalist_step ON pressroom_journalistevent;
DROP FUNCTION pressroom_journalist_step();
"""
TABLES = ("pressroom_journalistevent", "pressroom_requestevent", "pressroom_answerfile", "pressroom_kitseen")
KEPT = "".join(
    f"""
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION kernel_append_only();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_append_only();"""
    for table in TABLES
)
CHANGEABLE = "".join(
    f"DROP TRIGGER {table}_no_truncate ON {table}; DROP TRIGGER {table}_append_only ON {table};\n" for table in TABLES
)


class Migration(migrations.Migration):
    dependencies = [("pressroom", "0005_journalists_and_requests"), ("kernel", "0002_audit_chain")]
    operations = [migrations.RunSQL(GUARDS, BACK), migrations.RunSQL(KEPT, CHANGEABLE)]
