"""Found by day as well: the ranking, narrowed to what was published from one day to another."""

from importlib import import_module

from django.db import migrations

RANKING = import_module("lantoa.search.migrations.0002_ranking").SQL
WITHOUT = RANKING[RANKING.index("CREATE FUNCTION search_find") :].split("END $$;")[0] + "END $$;"
WITHOUT = WITHOUT.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)
PLACE = "    IF inside IS NOT NULL THEN"
DAYS = """\
    IF narrowed ? 'since' THEN
        narrow := narrow || format(' AND published_at >= %L::timestamptz', narrowed ->> 'since');
    END IF;
    IF narrowed ? 'before' THEN
        narrow := narrow || format(' AND published_at < %L::timestamptz', narrowed ->> 'before');
    END IF;
"""


class Migration(migrations.Migration):
    dependencies = [("search", "0002_ranking")]
    operations = [migrations.RunSQL(WITHOUT.replace(PLACE, DAYS + PLACE, 1), WITHOUT)]
