"""The audit chain is kept by the database itself, so direct SQL cannot slip past it."""

from django.db import migrations

CHAIN = """
CREATE FUNCTION kernel_audit_chain() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE last_seq bigint; last_digest text;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtext('kernel_auditentry'));
    SELECT seq, digest INTO last_seq, last_digest FROM kernel_auditentry ORDER BY seq DESC LIMIT 1;
    NEW.seq := coalesce(last_seq, 0) + 1;
    NEW.previous := coalesce(last_digest, repeat('0', 64));
    NEW.digest := encode(sha256(convert_to(concat_ws(E'\\x1f',
        NEW.previous, NEW.seq::text, round(extract(epoch FROM NEW.at) * 1000000)::bigint::text, NEW.action,
        coalesce(NEW.by_id::text, ''), NEW.subject, NEW.facts), 'UTF8')), 'hex');
    RETURN NEW;
END $$;
CREATE TRIGGER kernel_audit_chain BEFORE INSERT ON kernel_auditentry
    FOR EACH ROW EXECUTE FUNCTION kernel_audit_chain();

CREATE FUNCTION kernel_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'append_only: % refuses %', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER kernel_audit_append_only BEFORE UPDATE OR DELETE ON kernel_auditentry
    FOR EACH ROW EXECUTE FUNCTION kernel_append_only();
CREATE TRIGGER kernel_audit_no_truncate BEFORE TRUNCATE ON kernel_auditentry
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_append_only();
"""
UNCHAIN = """
DROP TRIGGER kernel_audit_no_truncate ON kernel_auditentry;
DROP TRIGGER kernel_audit_append_only ON kernel_auditentry;
DROP TRIGGER kernel_audit_chain ON kernel_auditentry;
DROP FUNCTION kernel_append_only();
DROP FUNCTION kernel_audit_chain();
"""


class Migration(migrations.Migration):
    dependencies = [("kernel", "0001_initial")]
    operations = [migrations.RunSQL(CHAIN, UNCHAIN)]
