"""The database refuses what no code of ours should ever try: changed content, an author's own yes, a second word."""

from django.db import migrations

GUARDS = r"""
ALTER TABLE approvals_submission ADD CONSTRAINT approvals_submission_sha256_is_of_content
    CHECK (sha256 = encode(sha256(convert_to(content, 'UTF8')), 'hex'));

CREATE FUNCTION approvals_submission_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'append_only: approvals_submission refuses DELETE' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.withdrawn_at IS NOT NULL OR NEW.withdrawn_at IS NULL
       OR to_jsonb(NEW) - 'withdrawn_at' IS DISTINCT FROM to_jsonb(OLD) - 'withdrawn_at' THEN
        RAISE EXCEPTION 'append_only: approvals_submission can only be withdrawn, once'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (SELECT 1 FROM approvals_decision d WHERE d.submission_id = OLD.id) THEN
        RAISE EXCEPTION 'approvals_decided: submission % has been decided', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER approvals_submission_guard BEFORE UPDATE OR DELETE ON approvals_submission
    FOR EACH ROW EXECUTE FUNCTION approvals_submission_guard();

CREATE FUNCTION approvals_author_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM approvals_submission s WHERE s.id = NEW.submission_id FOR SHARE;
    IF EXISTS (SELECT 1 FROM approvals_decision d WHERE d.submission_id = NEW.submission_id) THEN
        RAISE EXCEPTION 'approvals_decided: submission % has been decided', NEW.submission_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER approvals_author_guard BEFORE INSERT ON approvals_submissionauthor
    FOR EACH ROW EXECUTE FUNCTION approvals_author_guard();

CREATE VIEW approvals_in_force AS
    SELECT s.subject, s.sha256, d.id AS decision_id, d.by_id AS approved_by_id, d.at AS approved_at
    FROM approvals_decision d
    JOIN approvals_submission s ON s.id = d.submission_id
    WHERE d.verdict = 'approved'
      AND NOT EXISTS (SELECT 1 FROM approvals_revocation r WHERE r.decision_id = d.id);

CREATE FUNCTION approvals_decision_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE s approvals_submission%ROWTYPE;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(subject, 0)) FROM approvals_submission WHERE id = NEW.submission_id;
    SELECT * INTO s FROM approvals_submission WHERE id = NEW.submission_id FOR NO KEY UPDATE;
    IF NOT FOUND OR s.withdrawn_at IS NOT NULL OR NEW.at < s.submitted_at THEN
        RAISE EXCEPTION 'approvals_not_open: submission % cannot be decided', NEW.submission_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NOT EXISTS (SELECT 1 FROM approvals_submissionauthor a WHERE a.submission_id = s.id) THEN
        RAISE EXCEPTION 'approvals_no_author: submission % names no author', s.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.by_id = s.submitted_by_id OR EXISTS (
        SELECT 1 FROM approvals_submissionauthor a WHERE a.submission_id = s.id AND a.user_id = NEW.by_id
    ) THEN
        RAISE EXCEPTION 'approvals_own_text: nobody decides on what they wrote' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.verdict = 'approved' AND EXISTS (
        SELECT 1 FROM approvals_in_force f WHERE f.subject = s.subject AND f.sha256 = s.sha256
    ) THEN
        RAISE EXCEPTION 'approvals_in_force: exactly this content is approved already'
            USING ERRCODE = 'unique_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER approvals_decision_guard BEFORE INSERT ON approvals_decision
    FOR EACH ROW EXECUTE FUNCTION approvals_decision_guard();

CREATE FUNCTION approvals_revocation_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM approvals_decision d WHERE d.id = NEW.decision_id AND d.verdict = 'approved') THEN
        RAISE EXCEPTION 'approvals_not_approved: decision % approves nothing', NEW.decision_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER approvals_revocation_guard BEFORE INSERT ON approvals_revocation
    FOR EACH ROW EXECUTE FUNCTION approvals_revocation_guard();
"""
UNGUARDS = """
DROP TRIGGER approvals_revocation_guard ON approvals_revocation;
DROP FUNCTION approvals_revocation_guard();
DROP TRIGGER approvals_decision_guard ON approvals_decision;
DROP FUNCTION approvals_decision_guard();
DROP VIEW approvals_in_force;
DROP TRIGGER approvals_author_guard ON approvals_submissionauthor;
DROP FUNCTION approvals_author_guard();
DROP TRIGGER approvals_submission_guard ON approvals_submission;
DROP FUNCTION approvals_submission_guard();
ALTER TABLE approvals_submission DROP CONSTRAINT approvals_submission_sha256_is_of_content;
"""
KEPT = ("approvals_submissionauthor", "approvals_decision", "approvals_revocation")
APPEND_ONLY = "".join(
    f"""
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION kernel_append_only();"""
    for table in KEPT
) + "".join(
    f"""
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_append_only();"""
    for table in (*KEPT, "approvals_submission")
)
CHANGEABLE = "".join(f"DROP TRIGGER {table}_append_only ON {table};\n" for table in KEPT) + "".join(
    f"DROP TRIGGER {table}_no_truncate ON {table};\n" for table in (*KEPT, "approvals_submission")
)


class Migration(migrations.Migration):
    dependencies = [("approvals", "0001_initial"), ("kernel", "0002_audit_chain")]
    operations = [migrations.RunSQL(GUARDS, UNGUARDS), migrations.RunSQL(APPEND_ONLY, CHANGEABLE)]
