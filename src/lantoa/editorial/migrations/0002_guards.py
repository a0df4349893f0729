"""The database keeps commissions honest: only the moves allowed, each with its line of history; what was ordered stands."""

from django.db import migrations

# The same table as enums.MOVES at the time of writing; a test holds the two together.
GUARDS = r"""
CREATE FUNCTION editorial_commission_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'append_only: editorial_commission refuses DELETE' USING ERRCODE = 'restrict_violation';
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'ordered' THEN
            RAISE EXCEPTION 'editorial_move: a commission begins as ordered' USING ERRCODE = 'restrict_violation';
        END IF;
        RETURN NEW;
    END IF;
    IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (
        ('ordered', 'accepted'), ('ordered', 'cancelled'),
        ('accepted', 'delivered'), ('accepted', 'cancelled'),
        ('delivered', 'taken'), ('delivered', 'returned'),
        ('returned', 'delivered'), ('returned', 'cancelled')
    ) THEN
        RAISE EXCEPTION 'editorial_move: a commission cannot go from % to %', OLD.state, NEW.state
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.state = 'taken' AND OLD.state <> 'taken' AND NEW.page_id IS NULL THEN
        RAISE EXCEPTION 'editorial_move: a commission is taken as a page' USING ERRCODE = 'restrict_violation';
    END IF;
    IF (NEW.title, NEW.kind, NEW.brief, NEW.unit_id, NEW.content_line, NEW.task_id, NEW.for_post_id, NEW.for_agency_id,
        NEW.contract_number, NEW.value, NEW.ordered_by_id, NEW.ordered_at)
       IS DISTINCT FROM
       (OLD.title, OLD.kind, OLD.brief, OLD.unit_id, OLD.content_line, OLD.task_id, OLD.for_post_id, OLD.for_agency_id,
        OLD.contract_number, OLD.value, OLD.ordered_by_id, OLD.ordered_at) THEN
        RAISE EXCEPTION 'editorial_commission: what was ordered does not change' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.due_at <> OLD.due_at AND OLD.state IN ('taken', 'cancelled') THEN
        RAISE EXCEPTION 'editorial_commission: it is closed' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER editorial_commission_guard BEFORE INSERT OR UPDATE OR DELETE ON editorial_commission
    FOR EACH ROW EXECUTE FUNCTION editorial_commission_guard();

CREATE FUNCTION editorial_commission_told() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT e.state FROM editorial_commissionevent e WHERE e.commission_id = NEW.id ORDER BY e.id DESC LIMIT 1)
       IS DISTINCT FROM (SELECT c.state FROM editorial_commission c WHERE c.id = NEW.id) THEN
        RAISE EXCEPTION 'editorial_commission: every step stands in the history' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER editorial_commission_told AFTER INSERT OR UPDATE OF state ON editorial_commission
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION editorial_commission_told();

CREATE TRIGGER editorial_commissionevent_append_only BEFORE UPDATE OR DELETE ON editorial_commissionevent
    FOR EACH ROW EXECUTE FUNCTION kernel_append_only();
CREATE TRIGGER editorial_commissionevent_no_truncate BEFORE TRUNCATE ON editorial_commissionevent
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_append_only();

CREATE FUNCTION editorial_reminder_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.mailed_at IS NOT NULL
       OR (to_jsonb(NEW) - 'mailed_at') IS DISTINCT FROM (to_jsonb(OLD) - 'mailed_at') THEN
        RAISE EXCEPTION 'append_only: % refuses %', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER editorial_commissionreminder_guard BEFORE UPDATE OR DELETE ON editorial_commissionreminder
    FOR EACH ROW EXECUTE FUNCTION editorial_reminder_guard();
"""
UNGUARDS = """
DROP TRIGGER editorial_commissionreminder_guard ON editorial_commissionreminder;
DROP FUNCTION editorial_reminder_guard();
DROP TRIGGER editorial_commissionevent_no_truncate ON editorial_commissionevent;
DROP TRIGGER editorial_commissionevent_append_only ON editorial_commissionevent;
DROP TRIGGER editorial_commission_told ON editorial_commission;
DROP FUNCTION editorial_commission_told();
DROP TRIGGER editorial_commission_guard ON editorial_commission;
DROP FUNCTION editorial_commission_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("editorial", "0001_initial"), ("kernel", "0002_audit_chain")]
    operations = [migrations.RunSQL(GUARDS, UNGUARDS)]
