"""A version stays as it was written: its hash and its days are those of its content, which a second person approves."""

from django.db import migrations

FORWARD = r"""
CREATE FUNCTION entitlements_version_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    rule jsonb := NEW.content::jsonb;
BEGIN
    IF NEW.sha256 <> encode(sha256(convert_to(NEW.content, 'UTF8')), 'hex') THEN
        RAISE EXCEPTION 'entitlements_hash: the hash is not that of the content' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.valid IS DISTINCT FROM
       daterange((rule->>'starts')::date, nullif(rule->>'ends', '')::date, '[]') THEN
        RAISE EXCEPTION 'entitlements_days: the days are not those of the content' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER entitlements_version_guard BEFORE INSERT ON entitlements_entitlementversion
    FOR EACH ROW EXECUTE FUNCTION entitlements_version_guard();
CREATE TRIGGER entitlements_version_append_only BEFORE UPDATE OR DELETE ON entitlements_entitlementversion
    FOR EACH ROW EXECUTE FUNCTION kernel_append_only();
CREATE TRIGGER entitlements_version_no_truncate BEFORE TRUNCATE ON entitlements_entitlementversion
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_append_only();
"""
BACK = """
DROP TRIGGER entitlements_version_no_truncate ON entitlements_entitlementversion;
DROP TRIGGER entitlements_version_append_only ON entitlements_entitlementversion;
DROP TRIGGER entitlements_version_guard ON entitlements_entitlementversion;
DROP FUNCTION entitlements_version_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("entitlements", "0001_initial"), ("approvals", "0002_guards"), ("kernel", "0002_audit_chain")]
    operations = [migrations.RunSQL(FORWARD, BACK)]
