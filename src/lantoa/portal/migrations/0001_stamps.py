"""Stamps of baked pages: whatever a public page shows moves the stamp of its area, in the transaction that changes it.

A page of the newsroom has its section's slug as its area; every other table has the one named below. `portal_touch`
writes a slot that no other running transaction writes, so that none waits for another and none can lock another out. To
watch one table more: `watch(table, area)` in a migration of this room.
"""

import django.db.models
from django.db import migrations

TOUCH = """
CREATE FUNCTION portal_slot() RETURNS smallint LANGUAGE plpgsql AS $$
DECLARE slot int;
BEGIN
    FOR step IN 0..63 LOOP
        slot := (pg_backend_pid() + step) % 64;
        IF pg_try_advisory_xact_lock('portal_stamp'::regclass::oid::int, slot) THEN
            RETURN slot;
        END IF;
    END LOOP;
    RETURN pg_backend_pid() % 64;
END $$;

CREATE FUNCTION portal_touch(VARIADIC areas text[]) RETURNS void LANGUAGE sql AS $$
    INSERT INTO portal_stamp AS s (area, slot, number)
    SELECT a, slot, 1 FROM portal_slot() AS slot, (SELECT DISTINCT unnest(areas) AS a) AS touched WHERE a IS NOT NULL ORDER BY a
    ON CONFLICT (area, slot) DO UPDATE SET number = s.number + 1
$$;

CREATE FUNCTION portal_watched() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM portal_touch(TG_ARGV[0]);
    RETURN NULL;
END $$;

-- '/home-vi/tin/abc/' stands in the area 'tin'; the homes and what is above them in 'site'
CREATE FUNCTION portal_area_of(url_path text) RETURNS text LANGUAGE sql IMMUTABLE AS
    $$ SELECT coalesce(nullif(split_part(url_path, '/', 3), ''), 'site') $$;

-- a row that belongs to one page concerns that page's section
CREATE FUNCTION portal_watched_by_page() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM portal_touch(portal_area_of(url_path)) FROM wagtailcore_page WHERE id IN (NEW.page_id, OLD.page_id);
    RETURN NULL;
END $$;

CREATE FUNCTION portal_pages_came() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM portal_touch(VARIADIC array(SELECT DISTINCT portal_area_of(url_path) FROM came WHERE live));
    RETURN NULL;
END $$;

-- a link to a page may stand in any text, so a page that goes or moves concerns the whole site
CREATE FUNCTION portal_pages_went() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM portal_touch('site') FROM went WHERE live LIMIT 1;
    RETURN NULL;
END $$;

CREATE FUNCTION portal_pages_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE touched text[];
BEGIN
    SELECT array_agg(DISTINCT area) INTO touched FROM (
        SELECT was.id, was.url_path AS old_path, now.url_path AS new_path, (was.url_path, was.path, was.locale_id)
            IS DISTINCT FROM (now.url_path, now.path, now.locale_id) AS moved
        FROM was JOIN now USING (id)
        WHERE (was.live OR now.live) AND (
            was.live, was.title, was.url_path, was.path, was.locale_id, was.live_revision_id, was.first_published_at,
            was.last_published_at, was.seo_title, was.search_description, was.show_in_menus, was.owner_id
        ) IS DISTINCT FROM (
            now.live, now.title, now.url_path, now.path, now.locale_id, now.live_revision_id, now.first_published_at,
            now.last_published_at, now.seo_title, now.search_description, now.show_in_menus, now.owner_id
        )) AS changed,
        LATERAL (VALUES (portal_area_of(old_path)), (portal_area_of(new_path)), (CASE WHEN moved THEN 'site' END)) AS areas (area)
    WHERE area IS NOT NULL;
    IF touched IS NOT NULL THEN
        PERFORM portal_touch(VARIADIC touched);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER portal_came AFTER INSERT ON wagtailcore_page REFERENCING NEW TABLE AS came
    FOR EACH STATEMENT EXECUTE FUNCTION portal_pages_came();
CREATE TRIGGER portal_went AFTER DELETE ON wagtailcore_page REFERENCING OLD TABLE AS went
    FOR EACH STATEMENT EXECUTE FUNCTION portal_pages_went();
CREATE TRIGGER portal_changed AFTER UPDATE ON wagtailcore_page REFERENCING OLD TABLE AS was NEW TABLE AS now
    FOR EACH STATEMENT EXECUTE FUNCTION portal_pages_changed();
"""
UNTOUCH = """
DROP TRIGGER portal_came ON wagtailcore_page;
DROP TRIGGER portal_went ON wagtailcore_page;
DROP TRIGGER portal_changed ON wagtailcore_page;
DROP FUNCTION portal_pages_came();
DROP FUNCTION portal_pages_went();
DROP FUNCTION portal_pages_changed();
DROP FUNCTION portal_watched_by_page();
DROP FUNCTION portal_area_of(text);
DROP FUNCTION portal_watched();
DROP FUNCTION portal_touch(text[]);
DROP FUNCTION portal_slot();
"""

PAGES = {
    "newsroom_policypage": "chinh-sach",
    "newsroom_articlepage": "tin",
    "newsroom_legaltextpage": "van-ban",
    "newsroom_legalchange": "van-ban",
    "newsroom_rolemodelpage": "guong-dien-hinh",
    "newsroom_initiativepage": "mo-hinh",
    "newsroom_initiativecopy": "mo-hinh",
    "newsroom_reportagepage": "phong-su",
    "newsroom_photostorypage": "anh",
    "newsroom_videopage": "video",
    "newsroom_audiopage": "am-thanh",
    "newsroom_eventpage": "su-kien",
    "newsroom_questionpage": "hoi-nhieu",
    "newsroom_guidepage": "huong-dan",
    "newsroom_campaignpage": "chien-dich",
    "newsroom_columnpage": "chuyen-muc",
    "newsroom_specialpage": "chuyen-trang",
    "newsroom_institutionpage": "danh-ba",
    "newsroom_homepage": "site",
    "newsroom_sectionpage": "site",
}
"""What a type of page adds to the row of every page. It comes with that row, so only its changes are watched."""
TABLES = {
    "wagtailcore_site": "site",
    "wagtailcore_locale": "site",
    "wagtailcore_pageviewrestriction": "site",
    "wagtailredirects_redirect": "site",
    "newsroom_newsimage": "site",
    "newsroom_interfacereading": "site",
    "wagtaildocs_document": "site",
    "territory_unitversion": "site",
    "territory_unitevent": "noi-toi-o",
    "territory_unitlineage": "noi-toi-o",
    "territory_designation": "noi-toi-o",
    "agencies_agencyversion": "site",
    "listening_publishedanswer": "hoi-dap",
    "announcements_announcement": "thong-bao",
    "announcements_announcementpage": "thong-bao",
}
BY_PAGE = ("newsroom_correction", "newsroom_withdrawal", "newsroom_rereading", "newsroom_translationstep")
"""What is said of a page beside its content; each row names its page."""


def watch(table: str, area: str, happenings: str = "INSERT OR UPDATE OR DELETE OR TRUNCATE") -> migrations.RunSQL:
    """Have every statement on a table move an area's stamp."""
    return migrations.RunSQL(
        f"CREATE TRIGGER portal_watched AFTER {happenings} ON {table} FOR EACH STATEMENT"
        f" EXECUTE FUNCTION portal_watched('{area}')",
        f"DROP TRIGGER portal_watched ON {table}",
    )


def watch_by_page(table: str) -> migrations.RunSQL:
    """Have every row of a table with a `page_id` move the stamp of the section that its page stands in."""
    return migrations.RunSQL(
        f"CREATE TRIGGER portal_watched_by_page AFTER INSERT OR UPDATE OR DELETE ON {table} FOR EACH ROW"
        " EXECUTE FUNCTION portal_watched_by_page()",
        f"DROP TRIGGER portal_watched_by_page ON {table}",
    )


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ("agencies", "0002_invariants"),
        ("announcements", "0001_initial"),
        ("listening", "0001_initial"),
        ("newsroom", "0020_translations"),
        ("territory", "0002_invariants"),
        ("wagtailcore", "0098_apitoken"),
        ("wagtaildocs", "0014_alter_document_file_size"),
        ("wagtailredirects", "0008_add_verbose_name_plural"),
    ]
    operations = [
        migrations.CreateModel(
            name="Stamp",
            fields=[
                (
                    "pk",
                    django.db.models.CompositePrimaryKey(
                        "area", "slot", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                ("area", django.db.models.TextField()),
                ("slot", django.db.models.SmallIntegerField()),
                ("number", django.db.models.BigIntegerField()),
            ],
            options={"verbose_name": "stamp of baked pages", "verbose_name_plural": "stamps of baked pages"},
        ),
        migrations.RunSQL(TOUCH, UNTOUCH),
        *(watch(table, area, "UPDATE OR DELETE") for table, area in PAGES.items()),
        *(watch(table, area) for table, area in TABLES.items()),
        *(watch_by_page(table) for table in BY_PAGE),
    ]
