"""Indexes without which a page among 100,000 waits for all of them: by its address, by its day, by where it stands."""

from django.db import migrations

INDEXES = """
CREATE INDEX newsroom_by_address ON wagtailcore_page USING hash (url_path);
CREATE INDEX newsroom_newest ON wagtailcore_page (first_published_at DESC, id DESC) WHERE live;
CREATE INDEX newsroom_live_below ON wagtailcore_page (path text_pattern_ops, depth) WHERE live;
"""
UNDO = """
DROP INDEX newsroom_by_address;
DROP INDEX newsroom_newest;
DROP INDEX newsroom_live_below;
"""


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0021_four_eyes")]
    operations = [migrations.RunSQL(INDEXES, UNDO)]
