"""What pages of every kind have in common is kept as one table, by triggers, instead of being gathered each time: a list of
many kinds is planned at once, and what is about a unit, a column or a campaign is found by index."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

KINDS = {
    "columns": "columnpage", "campaigns": "campaignpage", "specials": "specialpage", "events": "eventpage",
    "role_models": "rolemodelpage", "initiatives": "initiativepage", "reportage": "reportagepage",
    "articles": "articlepage", "questions": "questionpage", "guides": "guidepage", "laws": "legaltextpage",
    "videos": "videopage", "audio": "audiopage", "photos": "photostorypage", "policies": "policypage",
    "institutions": "institutionpage",
}  # fmt: skip
IN_COMMON = "lead, audience_groups, unit_id, column_id, campaign_id"
GATHERED = " UNION ALL ".join(
    f"SELECT page_ptr_id AS page_id, '{section}'::text AS section, {IN_COMMON} FROM newsroom_{table}"  # noqa: S608 - names of ours
    for section, table in KINDS.items()
)
TRIGGERS = "".join(
    f"""
CREATE TRIGGER listed_added AFTER INSERT ON newsroom_{table} REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION newsroom_list('{section}');
CREATE TRIGGER listed_changed AFTER UPDATE ON newsroom_{table} REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION newsroom_list('{section}');
CREATE TRIGGER listed_gone AFTER DELETE ON newsroom_{table} REFERENCING OLD TABLE AS erased
    FOR EACH STATEMENT EXECUTE FUNCTION newsroom_unlist();
"""
    for section, table in KINDS.items()
)
FORWARD = f"""
DROP VIEW newsroom_listed;

CREATE TABLE newsroom_listed (
    page_id integer PRIMARY KEY,
    section text NOT NULL,
    lead text NOT NULL,
    audience_groups varchar(40)[] NOT NULL,
    unit_id bigint NOT NULL,
    column_id integer,
    campaign_id integer
);
INSERT INTO newsroom_listed {GATHERED};
CREATE INDEX newsroom_listed_unit ON newsroom_listed (unit_id, section);
CREATE INDEX newsroom_listed_column ON newsroom_listed (column_id) WHERE column_id IS NOT NULL;
CREATE INDEX newsroom_listed_campaign ON newsroom_listed (campaign_id) WHERE campaign_id IS NOT NULL;

CREATE FUNCTION newsroom_list() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO newsroom_listed (page_id, section, {IN_COMMON})
    SELECT page_ptr_id, TG_ARGV[0], {IN_COMMON} FROM written ORDER BY page_ptr_id
    ON CONFLICT (page_id) DO UPDATE SET
        lead = excluded.lead, audience_groups = excluded.audience_groups, unit_id = excluded.unit_id,
        column_id = excluded.column_id, campaign_id = excluded.campaign_id
    WHERE (newsroom_listed.lead, newsroom_listed.audience_groups, newsroom_listed.unit_id, newsroom_listed.column_id,
           newsroom_listed.campaign_id)
        IS DISTINCT FROM
          (excluded.lead, excluded.audience_groups, excluded.unit_id, excluded.column_id, excluded.campaign_id);
    RETURN NULL;
END $$;

CREATE FUNCTION newsroom_unlist() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM newsroom_listed WHERE page_id IN (SELECT page_ptr_id FROM erased);
    RETURN NULL;
END $$;
{TRIGGERS}"""  # noqa: S608 - names of ours
BACK = f"""
{"".join(f"DROP TRIGGER listed_{did} ON newsroom_{table};" for table in KINDS.values() for did in ("added", "changed", "gone"))}
DROP FUNCTION newsroom_list();
DROP FUNCTION newsroom_unlist();
DROP TABLE newsroom_listed;
CREATE VIEW newsroom_listed AS {GATHERED};
"""


def _of(model: str, **options: object) -> models.ForeignKey:
    """Triggers keep the rows in step with the pages, which have the constraints."""
    return models.ForeignKey(
        db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to=model,
        **options,
    )  # fmt: skip


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0033_in_order")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(FORWARD, BACK)],
            state_operations=[
                migrations.DeleteModel("Listed"),
                migrations.CreateModel(
                    name="Listed",
                    fields=[
                        (
                            "page",
                            models.OneToOneField(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                primary_key=True,
                                related_name="listed",
                                serialize=False,
                                to="wagtailcore.page",
                            ),
                        ),
                        ("section", models.TextField()),
                        ("lead", models.TextField()),
                        (
                            "audience_groups",
                            django.contrib.postgres.fields.ArrayField(models.CharField(max_length=40), size=None),
                        ),
                        ("unit", _of("territory.unit")),
                        ("column", _of("newsroom.columnpage", null=True)),
                        ("campaign", _of("newsroom.campaignpage", null=True)),
                    ],
                    options={
                        "indexes": [
                            models.Index(fields=["unit", "section"], name="newsroom_listed_unit"),
                            models.Index(
                                fields=["column"],
                                condition=models.Q(column__isnull=False),
                                name="newsroom_listed_column",
                            ),
                            models.Index(
                                fields=["campaign"],
                                condition=models.Q(campaign__isnull=False),
                                name="newsroom_listed_campaign",
                            ),
                        ],
                    },
                ),
            ],
        ),
    ]
