"""Pages of a bundle go live together or not at all, whatever way is tried."""

from django.db import migrations

GUARDS = r"""
CREATE FUNCTION editorial_bundle_gate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.live AND OLD.live_revision_id IS NOT DISTINCT FROM NEW.live_revision_id THEN
        RETURN NEW;
    END IF;
    IF EXISTS (SELECT 1 FROM editorial_bundlepage i JOIN editorial_bundle b ON b.id = i.bundle_id
               WHERE i.page_id = NEW.id AND b.state = 'open') THEN
        RAISE EXCEPTION 'editorial_bundle: page % goes live only with its bundle', NEW.id
            USING ERRCODE = 'restrict_violation', HINT = 'Use editorial.services.release_bundle.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER editorial_bundle_gate BEFORE INSERT OR UPDATE ON wagtailcore_page
    FOR EACH ROW WHEN (NEW.live) EXECUTE FUNCTION editorial_bundle_gate();

CREATE FUNCTION editorial_bundle_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'append_only: editorial_bundle refuses DELETE' USING ERRCODE = 'restrict_violation';
    END IF;
    IF OLD.state <> 'open' THEN
        RAISE EXCEPTION 'editorial_bundle: bundle % is closed', OLD.id USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER editorial_bundle_guard BEFORE UPDATE OR DELETE ON editorial_bundle
    FOR EACH ROW EXECUTE FUNCTION editorial_bundle_guard();

CREATE FUNCTION editorial_bundle_whole() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE missing bigint;
BEGIN
    SELECT count(*) INTO missing FROM editorial_bundlepage i JOIN wagtailcore_page p ON p.id = i.page_id
     WHERE i.bundle_id = NEW.id
       AND NOT (p.live AND p.live_revision_id IS NOT NULL AND p.live_revision_id = p.latest_revision_id);
    IF missing > 0 OR NOT EXISTS (SELECT 1 FROM editorial_bundlepage WHERE bundle_id = NEW.id) THEN
        RAISE EXCEPTION 'editorial_bundle: bundle % goes live whole or not at all', NEW.id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER editorial_bundle_whole AFTER INSERT OR UPDATE OF state ON editorial_bundle
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.state = 'live') EXECUTE FUNCTION editorial_bundle_whole();

CREATE FUNCTION editorial_bundlepage_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM wagtailcore_page WHERE id = NEW.page_id FOR UPDATE;
    IF (SELECT state FROM editorial_bundle WHERE id = NEW.bundle_id FOR SHARE) <> 'open' THEN
        RAISE EXCEPTION 'editorial_bundle: bundle % is closed', NEW.bundle_id USING ERRCODE = 'restrict_violation';
    END IF;
    IF EXISTS (SELECT 1 FROM editorial_bundlepage i JOIN editorial_bundle b ON b.id = i.bundle_id
               WHERE i.page_id = NEW.page_id AND b.state = 'open' AND i.bundle_id <> NEW.bundle_id) THEN
        RAISE EXCEPTION 'editorial_bundle: page % stands in another open bundle', NEW.page_id
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER editorial_bundlepage_guard BEFORE INSERT OR UPDATE ON editorial_bundlepage
    FOR EACH ROW EXECUTE FUNCTION editorial_bundlepage_guard();
"""
UNGUARDS = """
DROP TRIGGER editorial_bundlepage_guard ON editorial_bundlepage;
DROP FUNCTION editorial_bundlepage_guard();
DROP TRIGGER editorial_bundle_whole ON editorial_bundle;
DROP FUNCTION editorial_bundle_whole();
DROP TRIGGER editorial_bundle_guard ON editorial_bundle;
DROP FUNCTION editorial_bundle_guard();
DROP TRIGGER editorial_bundle_gate ON wagtailcore_page;
DROP FUNCTION editorial_bundle_gate();
"""


class Migration(migrations.Migration):
    dependencies = [("editorial", "0003_bundles")]
    operations = [migrations.RunSQL(GUARDS, UNGUARDS)]
