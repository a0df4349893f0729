"""Consent adds up inside the database, and `audience_reach` is the one answer to "who may be written to, where"."""

from django.db import migrations

STATE = """
CREATE FUNCTION audience_consent_fold() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO audience_consent AS state (person_id, purpose, channel, given, at, event_id)
    SELECT DISTINCT ON (person_id, purpose, channel) person_id, purpose, channel, kind = 'given', at, id
    FROM said ORDER BY person_id, purpose, channel, at DESC, id DESC
    ON CONFLICT (person_id, purpose, channel) DO UPDATE
        SET given = excluded.given, at = excluded.at, event_id = excluded.event_id
        WHERE (excluded.at, excluded.event_id) > (state.at, state.event_id);
    RETURN NULL;
END $$;
CREATE TRIGGER audience_consent_fold AFTER INSERT ON audience_consentevent
    REFERENCING NEW TABLE AS said FOR EACH STATEMENT EXECUTE FUNCTION audience_consent_fold();

CREATE FUNCTION audience_consent_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'append_only: % follows from events and refuses a direct %', TG_TABLE_NAME, TG_OP
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER audience_consent_guard BEFORE INSERT OR UPDATE OR DELETE OR TRUNCATE ON audience_consent
    FOR EACH STATEMENT EXECUTE FUNCTION audience_consent_guard();
"""
UNSTATE = """
DROP TRIGGER audience_consent_guard ON audience_consent;
DROP FUNCTION audience_consent_guard();
DROP TRIGGER audience_consent_fold ON audience_consentevent;
DROP FUNCTION audience_consent_fold();
"""

APPEND_ONLY = """
CREATE TRIGGER audience_consentevent_append_only BEFORE UPDATE OR DELETE ON audience_consentevent
    FOR EACH ROW EXECUTE FUNCTION kernel_append_only();
CREATE TRIGGER audience_consentevent_no_truncate BEFORE TRUNCATE ON audience_consentevent
    FOR EACH STATEMENT EXECUTE FUNCTION kernel_append_only();
CREATE TRIGGER audience_consentwording_append_only BEFORE UPDATE OR DELETE ON audience_consentwording
    FOR EACH ROW EXECUTE FUNCTION kernel_append_only();
ALTER TABLE audience_consentwording ADD CONSTRAINT wording_hash_is_of_text
    CHECK (sha256 = encode(sha256(convert_to(text, 'UTF8')), 'hex'));
"""
NOT_APPEND_ONLY = """
ALTER TABLE audience_consentwording DROP CONSTRAINT wording_hash_is_of_text;
DROP TRIGGER audience_consentwording_append_only ON audience_consentwording;
DROP TRIGGER audience_consentevent_no_truncate ON audience_consentevent;
DROP TRIGGER audience_consentevent_append_only ON audience_consentevent;
"""

ERASURE = """
CREATE FUNCTION audience_erased_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.erased_at IS NOT NULL AND NEW.erased_at IS DISTINCT FROM OLD.erased_at THEN
        RAISE EXCEPTION 'erased: person % stays erased', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER audience_erased_stays BEFORE UPDATE OF erased_at ON audience_person
    FOR EACH ROW EXECUTE FUNCTION audience_erased_stays();

-- KEY SHARE waits for an erasure under way, so a late import cannot fill a vault that was just emptied.
CREATE FUNCTION audience_vault_of_the_living() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE gone timestamptz;
BEGIN
    SELECT erased_at INTO gone FROM audience_person WHERE id = NEW.person_id FOR KEY SHARE;
    IF gone IS NOT NULL THEN
        RAISE EXCEPTION 'erased: the vault keeps nothing of person %', NEW.person_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER audience_vault_of_the_living BEFORE INSERT OR UPDATE ON audience_vault_name
    FOR EACH ROW WHEN (NEW.name <> '') EXECUTE FUNCTION audience_vault_of_the_living();
CREATE TRIGGER audience_address_of_the_living BEFORE INSERT OR UPDATE ON audience_address
    FOR EACH ROW WHEN (NEW.value <> '') EXECUTE FUNCTION audience_vault_of_the_living();
"""
UNERASURE = """
DROP TRIGGER audience_address_of_the_living ON audience_address;
DROP TRIGGER audience_vault_of_the_living ON audience_vault_name;
DROP FUNCTION audience_vault_of_the_living();
DROP TRIGGER audience_erased_stays ON audience_person;
DROP FUNCTION audience_erased_stays();
"""

# `preference` orders the channels of one person: theirs first, then the ones that reach a phone at least cost.
REACH = """
CREATE VIEW audience_reach AS
SELECT p.id AS person_id, a.id AS address_id, a.channel, a.digest, p.unit_id, p.hamlet_id, p.language, c.purpose,
    CASE a.channel
        WHEN p.preferred_channel THEN 0 WHEN 'zalo' THEN 1 WHEN 'email' THEN 2 WHEN 'sms' THEN 3 WHEN 'portal' THEN 5
        ELSE 4 END AS preference
FROM audience_consent c
JOIN audience_person p ON p.id = c.person_id
JOIN audience_address a ON a.person_id = c.person_id AND a.channel = c.channel
WHERE c.given
    AND p.erased_at IS NULL
    AND a.usable AND a.verified_at IS NOT NULL AND a.erased_at IS NULL
    AND NOT EXISTS (SELECT FROM audience_suppression s
        WHERE s.channel = a.channel AND s.digest = a.digest AND s.lifted_at IS NULL)
    AND NOT EXISTS (SELECT FROM audience_suppression s WHERE s.person_id = p.id AND s.lifted_at IS NULL);
"""
UNREACH = "DROP VIEW audience_reach;"


class Migration(migrations.Migration):
    dependencies = [("audience", "0001_initial"), ("kernel", "0002_audit_chain")]
    operations = [
        migrations.RunSQL(STATE, UNSTATE),
        migrations.RunSQL(APPEND_ONLY, NOT_APPEND_ONLY),
        migrations.RunSQL(ERASURE, UNERASURE),
        migrations.RunSQL(REACH, UNREACH),
    ]
