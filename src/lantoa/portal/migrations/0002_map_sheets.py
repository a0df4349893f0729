"""Whether communes can be found by a point shows on a page; a sheet of the map makes such pages old."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("portal", "0001_stamps"), ("territory", "0005_map_sheets")]
    operations = [
        migrations.RunSQL(
            "CREATE TRIGGER portal_watched AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON territory_mapsheet"
            " FOR EACH STATEMENT EXECUTE FUNCTION portal_watched('noi-toi-o')",
            "DROP TRIGGER portal_watched ON territory_mapsheet",
        )
    ]
