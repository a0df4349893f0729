"""The database's own lock on the legal check, and on what is kept for good.

No version of a page is approved that the newsroom did not send; where the law must be checked first, not before someone
who had no hand in the text has cleared exactly it. A correction is written before its version goes out, never after.
What was sent before this lock existed goes its old way, without a legal check.
"""

from django.db import migrations

GUARDS = """
INSERT INTO newsroom_sending (submission_id, needs_law)
    SELECT s.id, false FROM approvals_submission s
    WHERE s.subject LIKE 'newsroom.page:%' AND s.withdrawn_at IS NULL
      AND NOT EXISTS (SELECT 1 FROM newsroom_sending p WHERE p.submission_id = s.id);
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;

CREATE FUNCTION newsroom_law_check_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE s approvals_submission%ROWTYPE;
BEGIN
    SELECT a.* INTO s FROM approvals_submission a JOIN newsroom_sending p ON p.submission_id = a.id
        WHERE p.id = NEW.sending_id AND p.needs_law FOR NO KEY UPDATE OF a;
    IF NOT FOUND OR s.withdrawn_at IS NOT NULL OR NEW.at < s.submitted_at
       OR EXISTS (SELECT 1 FROM approvals_decision d WHERE d.submission_id = s.id) THEN
        RAISE EXCEPTION 'newsroom_law_not_open: sending % does not wait for the legal check', NEW.sending_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.by_id = s.submitted_by_id OR EXISTS (
        SELECT 1 FROM approvals_submissionauthor a WHERE a.submission_id = s.id AND a.user_id = NEW.by_id
    ) THEN
        RAISE EXCEPTION 'newsroom_law_own_text: nobody checks what they wrote' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER newsroom_law_check_guard BEFORE INSERT ON newsroom_lawcheck
    FOR EACH ROW EXECUTE FUNCTION newsroom_law_check_guard();

CREATE FUNCTION newsroom_law_first() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT 1 FROM approvals_submission s WHERE s.id = NEW.submission_id AND s.subject LIKE 'newsroom.page:%'
    ) THEN
        RETURN NEW;
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM newsroom_sending p LEFT JOIN newsroom_lawcheck c ON c.sending_id = p.id
        WHERE p.submission_id = NEW.submission_id AND (NOT p.needs_law OR c.verdict = 'cleared')
    ) THEN
        RAISE EXCEPTION 'newsroom_law_first: submission % has not passed the legal check', NEW.submission_id
            USING ERRCODE = 'restrict_violation', HINT = 'Use newsroom.services.submit_page and clear_law.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER newsroom_law_first BEFORE INSERT ON approvals_decision
    FOR EACH ROW WHEN (NEW.verdict = 'approved') EXECUTE FUNCTION newsroom_law_first();

CREATE FUNCTION newsroom_correction_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM newsroom_clearance c WHERE c.revision_id = NEW.revision_id) THEN
        RAISE EXCEPTION 'newsroom_correction_late: version % is out already', NEW.revision_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER newsroom_correction_guard BEFORE INSERT ON newsroom_correction
    FOR EACH ROW EXECUTE FUNCTION newsroom_correction_guard();

CREATE FUNCTION newsroom_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE gone text[] := ARRAY['page_id', 'revision_id', 'instead_id'];
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(NEW) - gone = to_jsonb(OLD) - gone
       AND (SELECT bool_and(to_jsonb(NEW) ->> k IS NULL OR to_jsonb(NEW) -> k = to_jsonb(OLD) -> k)
            FROM unnest(gone) k) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'append_only: % refuses %', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$;
"""
KEPT = {
    "newsroom_acceptedwarning": "kernel_append_only",
    "newsroom_sending": "kernel_append_only",
    "newsroom_lawcheck": "kernel_append_only",
    "newsroom_correction": "newsroom_kept",
    "newsroom_withdrawal": "newsroom_kept",
}
APPEND_ONLY = "".join(
    f"""
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION {guard}();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_append_only();"""
    for table, guard in KEPT.items()
)
UNGUARDS = (
    "".join(
        f"DROP TRIGGER {table}_append_only ON {table}; DROP TRIGGER {table}_no_truncate ON {table};\n" for table in KEPT
    )
    + """
DROP FUNCTION newsroom_kept();
DROP TRIGGER newsroom_correction_guard ON newsroom_correction;
DROP FUNCTION newsroom_correction_guard();
DROP TRIGGER newsroom_law_first ON approvals_decision;
DROP FUNCTION newsroom_law_first();
DROP TRIGGER newsroom_law_check_guard ON newsroom_lawcheck;
DROP FUNCTION newsroom_law_check_guard();
"""
)


class Migration(migrations.Migration):
    dependencies = [
        ("newsroom", "0004_checks_and_corrections"),
        ("approvals", "0002_guards"),
        ("kernel", "0002_audit_chain"),
    ]
    operations = [migrations.RunSQL(GUARDS + APPEND_ONLY, UNGUARDS)]
