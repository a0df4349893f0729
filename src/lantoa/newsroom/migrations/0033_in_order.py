"""Lists are read by index, whatever they are ordered by: what stands in a section by the day of publishing or by name,
campaigns by the day they begin; and what was published last is one look."""

from django.db import migrations, models

FORWARD = """
CREATE INDEX newsroom_children_by_name ON wagtailcore_page (left(path, length(path) - 4), title, id) WHERE live;
CREATE INDEX newsroom_children_newest
    ON wagtailcore_page (left(path, length(path) - 4), first_published_at DESC, id DESC) WHERE live;
CREATE INDEX newsroom_published_last ON wagtailcore_page (last_published_at) WHERE live;
"""
BACK = """
DROP INDEX newsroom_published_last;
DROP INDEX newsroom_children_newest;
DROP INDEX newsroom_children_by_name;
"""


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0032_life_of_a_law")]
    operations = [
        migrations.RunSQL(FORWARD, BACK),
        migrations.AddIndex(
            model_name="campaignpage",
            index=models.Index(
                models.F("starts_on").desc(), models.F("page_ptr").desc(), name="newsroom_campaigns_begun"
            ),
        ),
    ]
