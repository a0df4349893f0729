"""The ledger keeps the language of the form that goes out, not of its reader; empty where no form does."""

from django.db import migrations, models

# The form a reader of a language gets on a channel: in that language, else in Vietnamese, else in any.
TURN = """
ALTER TABLE outreach_delivery DISABLE TRIGGER USER;
WITH kept AS MATERIALIZED (SELECT DISTINCT version_id, channel, language FROM outreach_delivery),
form AS MATERIALIZED (
    SELECT k.version_id, k.channel, k.language, coalesce((
        SELECT l.code FROM jsonb_each(v.content -> 'forms') AS l(code, forms) WHERE l.forms ? k.channel
        ORDER BY l.code <> k.language, l.code <> 'vi', l.code LIMIT 1), '') AS written
    FROM kept k JOIN outreach_messageversion v ON v.id = k.version_id
)
UPDATE outreach_delivery d SET language = f.written
FROM form f WHERE f.version_id = d.version_id AND f.channel = d.channel AND f.language = d.language
    AND f.written <> d.language AND (f.written <> '' OR d.channel IN ('none', 'visit'));
ALTER TABLE outreach_delivery ENABLE TRIGGER USER;
"""

FIXED = """
CREATE OR REPLACE FUNCTION outreach_delivery_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.id, OLD.month, OLD.broadcast_id, OLD.version_id, OLD.person_id, OLD.address_id, OLD.unit_id, OLD.channel,
        OLD.step{old})
       IS DISTINCT FROM
       (NEW.id, NEW.month, NEW.broadcast_id, NEW.version_id, NEW.person_id, NEW.address_id, NEW.unit_id, NEW.channel,
        NEW.step{new}) THEN
        RAISE EXCEPTION 'outreach_fixed: whom a delivery is for never changes' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.generation <> NEW.generation AND NOT (OLD.state = 'failed' AND NEW.state = 'pending') THEN
        RAISE EXCEPTION 'outreach_fixed: a generation begins only with a retry' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
DROP TRIGGER outreach_delivery_fixed ON outreach_delivery;
CREATE TRIGGER outreach_delivery_fixed BEFORE UPDATE OF id, month, broadcast_id, version_id, person_id, address_id,
    unit_id, channel, step, generation{of} ON outreach_delivery FOR EACH ROW
    EXECUTE FUNCTION outreach_delivery_fixed();
"""
WITH_LANGUAGE = FIXED.format(old=", OLD.language", new=", NEW.language", of=", language")
WITHOUT = FIXED.format(old="", new="", of="")


class Migration(migrations.Migration):
    dependencies = [("outreach", "0013_recording")]
    operations = [
        migrations.RunSQL(TURN, migrations.RunSQL.noop),
        migrations.RunSQL(WITH_LANGUAGE, WITHOUT),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.CheckConstraint(
                condition=~models.Q(language="") | models.Q(channel__in=["none", "visit"]),
                name="outreach_delivery_has_language",
            ),
        ),
    ]
