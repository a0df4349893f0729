"""A merge is undone once and otherwise never changes; an address that moves from one person to another moves both."""

from django.db import migrations

GUARD = """
CREATE FUNCTION audience_merge_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'UPDATE' OR OLD.undone_at IS NOT NULL
        OR (NEW.id, NEW.keeper_id, NEW.other_id, NEW.at, NEW.by_id, NEW.moved)
            IS DISTINCT FROM (OLD.id, OLD.keeper_id, OLD.other_id, OLD.at, OLD.by_id, OLD.moved) THEN
        RAISE EXCEPTION 'append_only: a merge is undone once and refuses %', TG_OP USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER audience_merge_guard BEFORE UPDATE OR DELETE ON audience_personmerge
    FOR EACH ROW EXECUTE FUNCTION audience_merge_guard();
CREATE TRIGGER audience_merge_no_truncate BEFORE TRUNCATE ON audience_personmerge
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_append_only();

CREATE FUNCTION audience_address_leaves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM audience_stand((SELECT array_agg(DISTINCT b.person_id ORDER BY b.person_id)
        FROM before b JOIN after a ON a.id = b.id WHERE a.person_id <> b.person_id));
    RETURN NULL;
END $$;
CREATE TRIGGER audience_address_leaves AFTER UPDATE ON audience_address
    REFERENCING OLD TABLE AS before NEW TABLE AS after FOR EACH STATEMENT EXECUTE FUNCTION audience_address_leaves();
"""
UNGUARD = """
DROP TRIGGER audience_address_leaves ON audience_address;
DROP FUNCTION audience_address_leaves();
DROP TRIGGER audience_merge_no_truncate ON audience_personmerge;
DROP TRIGGER audience_merge_guard ON audience_personmerge;
DROP FUNCTION audience_merge_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("audience", "0008_merges")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
