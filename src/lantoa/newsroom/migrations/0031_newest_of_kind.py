"""What lists of many kinds ask for, read by index and planned at once: the newest of a kind in a language, every kind as
one relation, and the pages that name a unit among further places."""

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
LISTED = " UNION ALL ".join(
    f"SELECT page_ptr_id AS page_id, '{section}'::text AS section, lead, audience_groups, unit_id, column_id, campaign_id"  # noqa: S608 - names of ours
    f" FROM newsroom_{table}"
    for section, table in KINDS.items()
)
NAMING = " UNION ALL ".join(
    f"SELECT {table}_id FROM newsroom_{table}_further_units WHERE unit_id = ANY(units)"  # noqa: S608 - the same
    for table in KINDS.values()
)
FORWARD = f"""
CREATE INDEX newsroom_newest_of_kind
    ON wagtailcore_page (content_type_id, locale_id, first_published_at DESC, id DESC) WHERE live;

CREATE INDEX newsroom_newest_in_language
    ON wagtailcore_page (locale_id, first_published_at DESC, id DESC) WHERE live;

CREATE VIEW newsroom_listed AS {LISTED};

-- as a function of few rows, so that its pages are looked up one by one
CREATE FUNCTION newsroom_naming(units bigint[]) RETURNS SETOF int LANGUAGE plpgsql STABLE ROWS 20 AS $$
BEGIN
    RETURN QUERY {NAMING};
END $$;
"""
BACK = """
DROP FUNCTION newsroom_naming(bigint[]);
DROP VIEW newsroom_listed;
DROP INDEX newsroom_newest_in_language;
DROP INDEX newsroom_newest_of_kind;
"""


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0030_audiences_apart")]
    operations = [
        migrations.RunSQL(FORWARD, BACK),
        migrations.CreateModel(
            name="Listed",
            fields=[
                (
                    "page",
                    models.OneToOneField(
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
                (
                    "unit",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="territory.unit",
                    ),
                ),
                (
                    "column",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="newsroom.columnpage",
                    ),
                ),
                (
                    "campaign",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="newsroom.campaignpage",
                    ),
                ),
            ],
            options={"db_table": "newsroom_listed", "managed": False},
        ),
    ]
