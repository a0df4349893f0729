"""What was entered stays as it was entered: an entry is struck out once and never deleted."""

from django.db import migrations

GUARDS = """
CREATE FUNCTION pressroom_clipping_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE before jsonb; after jsonb;
BEGIN
    before := to_jsonb(OLD) - '{page_id,struck_at,struck_by_id,struck_why}'::text[];
    after := to_jsonb(NEW) - '{page_id,struck_at,struck_by_id,struck_why}'::text[];
    IF before IS DISTINCT FROM after OR (NEW.page_id IS DISTINCT FROM OLD.page_id AND NEW.page_id IS NOT NULL) THEN
        RAISE EXCEPTION 'append_only: a clipping stays as it was entered' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.struck_at IS NOT NULL AND (NEW.struck_at, NEW.struck_by_id, NEW.struck_why)
        IS DISTINCT FROM (OLD.struck_at, OLD.struck_by_id, OLD.struck_why) THEN
        RAISE EXCEPTION 'append_only: a clipping is struck out once' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER pressroom_clipping_guard BEFORE UPDATE ON pressroom_clipping
    FOR EACH ROW EXECUTE FUNCTION pressroom_clipping_guard();
CREATE TRIGGER pressroom_clipping_no_delete BEFORE DELETE ON pressroom_clipping
    FOR EACH ROW EXECUTE FUNCTION kernel_append_only();
CREATE TRIGGER pressroom_clipping_no_truncate BEFORE TRUNCATE ON pressroom_clipping
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_append_only();
"""
BACK = """
DROP TRIGGER pressroom_clipping_no_truncate ON pressroom_clipping;
DROP TRIGGER pressroom_clipping_no_delete ON pressroom_clipping;
DROP TRIGGER pressroom_clipping_guard ON pressroom_clipping;
DROP FUNCTION pressroom_clipping_guard();
"""


class Migration(migrations.Migration):
    """Triggers beside the constraints."""

    dependencies = [("pressroom", "0001_initial"), ("kernel", "0002_audit_chain")]
    operations = [migrations.RunSQL(GUARDS, BACK)]
