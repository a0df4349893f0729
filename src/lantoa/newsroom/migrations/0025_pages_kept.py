"""The database's own lock on the history: a page of ours that readers once had is taken down, never deleted."""

from django.db import migrations

KEPT = """
CREATE FUNCTION newsroom_page_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM django_content_type t WHERE t.id = OLD.content_type_id AND t.app_label = 'newsroom') THEN
        RAISE EXCEPTION 'append_only: page % was published and stays on record', OLD.id
            USING ERRCODE = 'restrict_violation', HINT = 'Use newsroom.services.withdraw_page.';
    END IF;
    RETURN OLD;
END $$;
CREATE TRIGGER newsroom_page_kept BEFORE DELETE ON wagtailcore_page
    FOR EACH ROW WHEN (OLD.first_published_at IS NOT NULL) EXECUTE FUNCTION newsroom_page_kept();
"""
LOOSE = """
DROP TRIGGER newsroom_page_kept ON wagtailcore_page;
DROP FUNCTION newsroom_page_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0024_event_kinds")]
    operations = [migrations.RunSQL(KEPT, LOOSE)]
