"""What a day makes of a legal text: from when to when it binds, whether it was replaced or amended.

What binds is a matter of the text, not of its language: of a text in several languages the original's days and acts
count. An act counts while its text is published, in the language it was first written in. Asked as functions: a list
then looks only at the texts it shows, and is planned at once.
"""

from django.db import migrations

FORWARD = """
CREATE FUNCTION newsroom_law_life(
    key uuid, day date, OUT starts date, OUT ends date, OUT replaced boolean, OUT amended boolean
) LANGUAGE plpgsql STABLE COST 1000 AS $$
DECLARE moved date;
BEGIN
    SELECT coalesce(text.effective_on, text.issued_on), text.ends_on INTO starts, ends
    FROM wagtailcore_page AS page JOIN newsroom_legaltextpage AS text ON text.page_ptr_id = page.id
    WHERE page.translation_key = key ORDER BY page.id LIMIT 1;

    SELECT coalesce(bool_or(kind = 'replaces'), false), coalesce(bool_or(kind = 'amends'), false),
        (array_agg(moves_end_to ORDER BY begins DESC, id DESC) FILTER (WHERE moves_end_to IS NOT NULL))[1]
    INTO replaced, amended, moved
    FROM (
        SELECT act.id, act.kind, act.moves_end_to, coalesce(act.since, text.effective_on, text.issued_on) AS begins
        FROM wagtailcore_page AS target
        JOIN newsroom_legalchange AS act ON act.target_id = target.id
        JOIN wagtailcore_page AS page ON page.id = act.page_id
        JOIN newsroom_legaltextpage AS text ON text.page_ptr_id = page.id
        WHERE target.translation_key = key AND page.live AND NOT EXISTS (
            SELECT FROM wagtailcore_page AS before
            WHERE before.translation_key = page.translation_key AND before.id < page.id
        )
    ) AS acts
    WHERE begins <= day;
    ends := coalesce(moved, ends);
END $$;

CREATE FUNCTION newsroom_law_standing(key uuid, day date) RETURNS text LANGUAGE plpgsql STABLE COST 1000 AS $$
DECLARE life record := newsroom_law_life(key, day);
BEGIN
    RETURN CASE
        WHEN life.starts > day THEN 'not_yet'
        WHEN life.replaced THEN 'replaced'
        WHEN life.ends < day THEN 'ended'
        WHEN life.amended THEN 'amended'
        ELSE 'in_force'
    END;
END $$;

CREATE FUNCTION newsroom_law_binds(key uuid, day date) RETURNS boolean LANGUAGE plpgsql STABLE COST 1000 AS $$
BEGIN
    RETURN newsroom_law_standing(key, day) IN ('in_force', 'amended');
END $$;
"""
BACK = """
DROP FUNCTION newsroom_law_binds(uuid, date);
DROP FUNCTION newsroom_law_standing(uuid, date);
DROP FUNCTION newsroom_law_life(uuid, date);
"""


class Migration(migrations.Migration):
    dependencies = [("newsroom", "0031_newest_of_kind")]
    operations = [migrations.RunSQL(FORWARD, BACK)]
