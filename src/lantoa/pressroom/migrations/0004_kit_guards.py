"""What a kit says stays as it was written; a correction has its reason; nobody releases what they wrote."""

from django.db import migrations

GUARDS = r"""
CREATE FUNCTION pressroom_kit_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(OLD) - '{withdrawn_at,withdrawn_by_id,withdrawn_why}'::text[]
       IS DISTINCT FROM to_jsonb(NEW) - '{withdrawn_at,withdrawn_by_id,withdrawn_why}'::text[]
       OR OLD.withdrawn_at IS NOT NULL AND NEW IS DISTINCT FROM OLD THEN
        RAISE EXCEPTION 'append_only: a kit is only ever withdrawn, once' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER pressroom_kit_guard BEFORE UPDATE ON pressroom_kit
    FOR EACH ROW EXECUTE FUNCTION pressroom_kit_guard();

CREATE FUNCTION pressroom_kit_released(kit bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (
        SELECT 1 FROM pressroom_kitversion v
        JOIN approvals_submission s ON s.subject = 'pressroom.kit:' || v.id AND s.sha256 = v.sha256
        JOIN approvals_decision d ON d.submission_id = s.id AND d.verdict = 'approved'
        WHERE v.kit_id = kit)
$$;
CREATE FUNCTION pressroom_kit_version_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE said jsonb := NEW.content::jsonb;
BEGIN
    PERFORM 1 FROM pressroom_kit k WHERE k.id = NEW.kit_id FOR UPDATE;
    IF NEW.sha256 <> encode(sha256(convert_to(NEW.content, 'UTF8')), 'hex') THEN
        RAISE EXCEPTION 'kit_hash: the hash is not that of the content' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.title <> said->>'title' OR NEW.why <> said->>'why'
       OR NEW.embargo_at IS DISTINCT FROM nullif(said->>'embargo_at', '')::timestamptz THEN
        RAISE EXCEPTION 'kit_content: title, embargo and reason are those of the content'
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.why !~ '\S' AND pressroom_kit_released(NEW.kit_id) THEN
        RAISE EXCEPTION 'kit_correction: a kit that was released changes only with its reason'
            USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT 1 FROM pressroom_kit k WHERE k.id = NEW.kit_id AND k.withdrawn_at IS NOT NULL) THEN
        RAISE EXCEPTION 'kit_withdrawn: a withdrawn kit has no further version' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER pressroom_kit_version_guard BEFORE INSERT ON pressroom_kitversion
    FOR EACH ROW EXECUTE FUNCTION pressroom_kit_version_guard();

CREATE FUNCTION pressroom_kit_file_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.image_id IS NOT NULL OR to_jsonb(OLD) - 'image_id' IS DISTINCT FROM to_jsonb(NEW) - 'image_id' THEN
        RAISE EXCEPTION 'append_only: a file of a kit never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER pressroom_kit_file_guard BEFORE UPDATE ON pressroom_kitfile
    FOR EACH ROW EXECUTE FUNCTION pressroom_kit_file_guard();

CREATE FUNCTION pressroom_kit_other_hand() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE version pressroom_kitversion%ROWTYPE; hash text;
BEGIN
    SELECT v.* INTO version FROM approvals_submission s
        JOIN pressroom_kitversion v ON s.subject = 'pressroom.kit:' || v.id WHERE s.id = NEW.submission_id;
    IF NOT FOUND OR NEW.verdict <> 'approved' THEN
        RETURN NEW;
    END IF;
    PERFORM 1 FROM pressroom_kit k WHERE k.id = version.kit_id FOR UPDATE;
    SELECT s.sha256 INTO hash FROM approvals_submission s WHERE s.id = NEW.submission_id;
    IF hash <> version.sha256
       OR EXISTS (SELECT 1 FROM pressroom_kitversion v WHERE v.kit_id = version.kit_id AND v.number > version.number)
       OR EXISTS (SELECT 1 FROM pressroom_kit k WHERE k.id = version.kit_id AND k.withdrawn_at IS NOT NULL) THEN
        RAISE EXCEPTION 'kit_not_releasable: only the newest version of a kit that stands is released'
            USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.by_id = version.written_by_id THEN
        RAISE EXCEPTION 'kit_other_hand: nobody releases a kit they wrote' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER pressroom_kit_other_hand BEFORE INSERT ON approvals_decision
    FOR EACH ROW EXECUTE FUNCTION pressroom_kit_other_hand();
"""
BACK = """
DROP TRIGGER pressroom_kit_other_hand ON approvals_decision;
DROP FUNCTION pressroom_kit_other_hand();
DROP TRIGGER pressroom_kit_file_guard ON pressroom_kitfile;
DROP FUNCTION pressroom_kit_file_guard();
DROP TRIGGER pressroom_kit_version_guard ON pressroom_kitversion;
DROP FUNCTION pressroom_kit_version_guard();
DROP FUNCTION pressroom_kit_released(bigint);
DROP TRIGGER pressroom_kit_guard ON pressroom_kit;
DROP FUNCTION pressroom_kit_guard();
"""
KEPT = "".join(
    f"""
CREATE TRIGGER {table}_no_delete BEFORE {events} ON {table} FOR EACH ROW EXECUTE FUNCTION kernel_append_only();
CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_append_only();"""
    for table, events in (
        ("pressroom_kit", "DELETE"),
        ("pressroom_kitversion", "UPDATE OR DELETE"),
        ("pressroom_kitfile", "DELETE"),
    )
)
CHANGEABLE = "".join(
    f"DROP TRIGGER {table}_no_truncate ON {table}; DROP TRIGGER {table}_no_delete ON {table};\n"
    for table in ("pressroom_kit", "pressroom_kitversion", "pressroom_kitfile")
)


class Migration(migrations.Migration):
    dependencies = [("pressroom", "0003_kits"), ("approvals", "0002_guards"), ("kernel", "0002_audit_chain")]
    operations = [migrations.RunSQL(GUARDS, BACK), migrations.RunSQL(KEPT, CHANGEABLE)]
