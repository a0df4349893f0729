"""Whoever clears the law in a version does not approve it too: two people besides its author, held by the database.

The plan of approvals may say otherwise; what it said is fixed with the sending, so a later word changes nothing that
waits already.
"""

from django.db import migrations, models

LAW_FIRST = """
CREATE OR REPLACE FUNCTION newsroom_law_first() RETURNS trigger LANGUAGE plpgsql AS $$
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
    END IF;[four eyes]
    RETURN NEW;
END $$;
"""
FOUR_EYES = """
    IF EXISTS (
        SELECT 1 FROM newsroom_sending p JOIN newsroom_lawcheck c ON c.sending_id = p.id
        WHERE p.submission_id = NEW.submission_id AND c.by_id = NEW.by_id AND NOT p.law_may_approve
    ) THEN
        RAISE EXCEPTION 'newsroom_law_four_eyes: who cleared the law in submission % does not approve it',
            NEW.submission_id USING ERRCODE = 'restrict_violation';
    END IF;"""


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0020_translations")]
    operations = [
        migrations.AddField("sending", "law_may_approve", models.BooleanField(db_default=False, default=False)),
        migrations.RunSQL(LAW_FIRST.replace("[four eyes]", FOUR_EYES), LAW_FIRST.replace("[four eyes]", "")),
    ]
