"""Every place a page is about, the further ones too, stands in the table of what pages have in common: what is about a
unit is one condition with an index, where it was two parts of a statement."""

import django.contrib.postgres.fields
import django.contrib.postgres.indexes
from django.db import migrations, models

KINDS = {
    "columns": "columnpage", "campaigns": "campaignpage", "specials": "specialpage", "events": "eventpage",
    "role_models": "rolemodelpage", "initiatives": "initiativepage", "reportage": "reportagepage",
    "articles": "articlepage", "questions": "questionpage", "guides": "guidepage", "laws": "legaltextpage",
    "videos": "videopage", "audio": "audiopage", "photos": "photostorypage", "policies": "policypage",
    "institutions": "institutionpage",
}  # fmt: skip
NAMING = " UNION ALL ".join(
    f"SELECT {table}_id FROM newsroom_{table}_further_units WHERE unit_id = ANY(units)"  # noqa: S608 - names of ours
    for table in KINDS.values()
)
NO_TRIGGERS = "".join(
    f"DROP TRIGGER listed_added ON newsroom_{table}; DROP TRIGGER listed_changed ON newsroom_{table};"
    for table in KINDS.values()
)
NO_PLACE_TRIGGERS = "".join(
    f"DROP TRIGGER places_{did} ON newsroom_{table}_further_units;"
    for table in KINDS.values()
    for did in ("added", "changed", "gone")
)


def _trigger(name: str, event: str, rows: str, table: str, called: str) -> str:
    return f"""
CREATE TRIGGER {name} AFTER {event} ON newsroom_{table} REFERENCING {rows} TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION newsroom_list({called});"""


def _triggers(section: str, table: str) -> str:
    page = f"'{section}', '{table}', 'page_ptr_id'"
    places, place = f"{table}_further_units", f"'{section}', '{table}', '{table}_id'"
    return (
        _trigger("listed_added", "INSERT", "NEW", table, page)
        + _trigger("listed_changed", "UPDATE", "NEW", table, page)
        + _trigger("places_added", "INSERT", "NEW", places, place)
        + _trigger("places_changed", "UPDATE", "NEW", places, place)
        + _trigger("places_gone", "DELETE", "OLD", places, place)
    )


TRIGGERS = "".join(_triggers(section, table) for section, table in KINDS.items())
FURTHER = "".join(
    f"""
UPDATE newsroom_listed SET unit_ids = ARRAY(
    SELECT unnest(unit_ids) UNION SELECT unit_id FROM newsroom_{table}_further_units WHERE {table}_id = page_id ORDER BY 1
) WHERE page_id IN (SELECT {table}_id FROM newsroom_{table}_further_units);"""  # noqa: S608 - names of ours
    for table in KINDS.values()
)
FORWARD = f"""
{NO_TRIGGERS}
ALTER TABLE newsroom_listed ADD COLUMN unit_ids bigint[];
UPDATE newsroom_listed SET unit_ids = ARRAY[unit_id];
ALTER TABLE newsroom_listed ALTER COLUMN unit_ids SET NOT NULL, DROP COLUMN unit_id;  -- and the index on it
CREATE INDEX newsroom_listed_units ON newsroom_listed USING gin (unit_ids);

-- called for a section, the table of its kind, and how the written table names the page
CREATE OR REPLACE FUNCTION newsroom_list() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format($statement$
        INSERT INTO newsroom_listed (page_id, section, lead, audience_groups, unit_ids, column_id, campaign_id)
        SELECT page_ptr_id, %1$L, lead, audience_groups,
            ARRAY(SELECT page.unit_id UNION
                  SELECT unit_id FROM %3$I WHERE %4$I = page.page_ptr_id ORDER BY 1),
            column_id, campaign_id
        FROM %2$I AS page WHERE page_ptr_id IN (SELECT %5$I FROM written) ORDER BY page_ptr_id
        ON CONFLICT (page_id) DO UPDATE SET
            lead = excluded.lead, audience_groups = excluded.audience_groups, unit_ids = excluded.unit_ids,
            column_id = excluded.column_id, campaign_id = excluded.campaign_id
        WHERE (newsroom_listed.lead, newsroom_listed.audience_groups, newsroom_listed.unit_ids,
               newsroom_listed.column_id, newsroom_listed.campaign_id)
            IS DISTINCT FROM
              (excluded.lead, excluded.audience_groups, excluded.unit_ids, excluded.column_id, excluded.campaign_id)
        $statement$, TG_ARGV[0], 'newsroom_' || TG_ARGV[1], 'newsroom_' || TG_ARGV[1] || '_further_units',
        TG_ARGV[1] || '_id', TG_ARGV[2]);
    RETURN NULL;
END $$;
{TRIGGERS}
{FURTHER}

DROP FUNCTION newsroom_naming(bigint[]);
"""  # noqa: S608 - names of ours
OWN = " UNION ALL ".join(f"SELECT page_ptr_id, unit_id FROM newsroom_{table}" for table in KINDS.values())  # noqa: S608
BEFORE = "".join(
    _trigger("listed_added", "INSERT", "NEW", table, f"'{section}'")
    + _trigger("listed_changed", "UPDATE", "NEW", table, f"'{section}'")
    for section, table in KINDS.items()
)
BACK = f"""
{NO_TRIGGERS}
{NO_PLACE_TRIGGERS}
ALTER TABLE newsroom_listed ADD COLUMN unit_id bigint;
UPDATE newsroom_listed SET unit_id = own.unit_id FROM ({OWN}) AS own WHERE own.page_ptr_id = page_id;
ALTER TABLE newsroom_listed ALTER COLUMN unit_id SET NOT NULL, DROP COLUMN unit_ids;
CREATE INDEX newsroom_listed_unit ON newsroom_listed (unit_id, section);

CREATE OR REPLACE FUNCTION newsroom_list() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO newsroom_listed (page_id, section, lead, audience_groups, unit_id, column_id, campaign_id)
    SELECT page_ptr_id, TG_ARGV[0], lead, audience_groups, unit_id, column_id, campaign_id
    FROM written ORDER BY page_ptr_id
    ON CONFLICT (page_id) DO UPDATE SET
        lead = excluded.lead, audience_groups = excluded.audience_groups, unit_id = excluded.unit_id,
        column_id = excluded.column_id, campaign_id = excluded.campaign_id;
    RETURN NULL;
END $$;
{BEFORE}

CREATE FUNCTION newsroom_naming(units bigint[]) RETURNS SETOF int LANGUAGE plpgsql STABLE ROWS 20 AS $$
BEGIN
    RETURN QUERY {NAMING};
END $$;
"""  # noqa: S608 - names of ours


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0034_listed_kept")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(FORWARD, BACK)],
            state_operations=[
                migrations.RemoveIndex(model_name="listed", name="newsroom_listed_unit"),
                migrations.RemoveField(model_name="listed", name="unit"),
                migrations.AddField(
                    model_name="listed",
                    name="unit_ids",
                    field=django.contrib.postgres.fields.ArrayField(models.BigIntegerField(), size=None),
                    preserve_default=False,
                ),
                migrations.AddIndex(
                    model_name="listed",
                    index=django.contrib.postgres.indexes.GinIndex(fields=["unit_ids"], name="newsroom_listed_units"),
                ),
            ],
        ),
    ]
