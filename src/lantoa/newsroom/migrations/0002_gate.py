"""The database's own lock on the editorial gate: a page of ours is live only on a clearance whose approval is in force.

Whatever way leads there (publish, schedule, copy, alias, a shell, SQL), the row itself is refused. The one exception is
the scaffold of home and sections, which the product makes itself, in a transaction that says so.
"""

from django.db import migrations

GATE = """
CREATE FUNCTION newsroom_gate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.live AND OLD.title = NEW.title
       AND OLD.live_revision_id IS NOT DISTINCT FROM NEW.live_revision_id THEN
        RETURN NEW;
    END IF;
    IF NOT EXISTS (SELECT 1 FROM django_content_type t WHERE t.id = NEW.content_type_id AND t.app_label = 'newsroom') THEN
        RETURN NEW;
    END IF;
    IF NEW.live_revision_id IS NULL AND current_setting('lantoa.newsroom_scaffold', true) = 'on' THEN
        RETURN NEW;
    END IF;
    IF NOT EXISTS (
        SELECT 1 FROM newsroom_clearance c
        JOIN approvals_in_force f ON f.decision_id = c.decision_id
        JOIN wagtailcore_revision r ON r.id = c.revision_id AND r.content ->> 'title' = NEW.title
        WHERE c.page_id = NEW.id AND c.revision_id = NEW.live_revision_id AND f.subject = 'newsroom.page:' || NEW.id
    ) THEN
        RAISE EXCEPTION 'newsroom_gate: page % goes live only in a version that a second person approved', NEW.id
            USING ERRCODE = 'restrict_violation', HINT = 'Use newsroom.services.submit_page and approve_page.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER newsroom_gate BEFORE INSERT OR UPDATE ON wagtailcore_page
    FOR EACH ROW WHEN (NEW.live) EXECUTE FUNCTION newsroom_gate();
"""
UNGATE = """
DROP TRIGGER newsroom_gate ON wagtailcore_page;
DROP FUNCTION newsroom_gate();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("newsroom", "0001_initial"),
        ("approvals", "0002_guards"),
        ("wagtailcore", "0001_squashed_0016_change_page_url_path_to_text_field"),
    ]
    operations = [migrations.RunSQL(GATE, UNGATE)]
