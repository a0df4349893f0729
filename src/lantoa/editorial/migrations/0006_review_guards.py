"""Reminders of reviews are append-only but for the mail; absences but for their calling off."""

from django.db import migrations

GUARDS = """
CREATE TRIGGER editorial_reviewreminder_guard BEFORE UPDATE OR DELETE ON editorial_reviewreminder
    FOR EACH ROW EXECUTE FUNCTION editorial_reminder_guard();
CREATE FUNCTION editorial_absence_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' OR OLD.cancelled_at IS NOT NULL
       OR (to_jsonb(NEW) - 'cancelled_at') IS DISTINCT FROM (to_jsonb(OLD) - 'cancelled_at') THEN
        RAISE EXCEPTION 'append_only: editorial_absence refuses %', TG_OP USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER editorial_absence_guard BEFORE UPDATE OR DELETE ON editorial_absence
    FOR EACH ROW EXECUTE FUNCTION editorial_absence_guard();
"""
UNGUARDS = """
DROP TRIGGER editorial_absence_guard ON editorial_absence;
DROP FUNCTION editorial_absence_guard();
DROP TRIGGER editorial_reviewreminder_guard ON editorial_reviewreminder;
"""


class Migration(migrations.Migration):
    dependencies = [("editorial", "0005_reviews")]
    operations = [migrations.RunSQL(GUARDS, UNGUARDS)]
