"""The order in which things are found, and how pages leave: in the database, so that no door is forgotten."""

from pathlib import Path

from django.db import migrations

SQL = (Path(__file__).parent / "0002_ranking.sql").read_text()
UNDO = """
DROP TRIGGER search_page_leaves ON wagtailcore_page;
DROP TRIGGER search_page_hides ON wagtailcore_pageviewrestriction;
DROP FUNCTION search_page_leaves();
DROP FUNCTION search_page_hides();
DROP FUNCTION search_find(tsquery, tsquery, text, jsonb, bigint[], bigint[], tsquery, int);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("search", "0001_initial"),
        ("wagtailcore", "0001_squashed_0016_change_page_url_path_to_text_field"),
    ]
    operations = [migrations.RunSQL(SQL, UNDO)]
