"""The walk back through changes goes from unit to unit by index, whatever the planner believes about the tables.

Without the fences it joined all events with all spans first, which on stale statistics took minutes for a country.
"""

from django.db import migrations

FENCED = """
CREATE OR REPLACE FUNCTION territory_reach(root bigint, day date) RETURNS SETOF bigint LANGUAGE sql STABLE ROWS 300
    SET enable_seqscan = off SET jit = off AS $$
    WITH RECURSIVE reach(unit_id) AS (
        SELECT c.descendant_id FROM territory_unitclosure c WHERE c.ancestor_id = root AND c.valid @> day
        UNION
        SELECT before.unit_id FROM reach CROSS JOIN LATERAL (
            SELECT inside.unit_id FROM territory_unitlineage l JOIN territory_unitevent e ON e.id = l.event_id
            CROSS JOIN LATERAL (
                SELECT c.descendant_id AS unit_id FROM territory_unitclosure c
                 WHERE c.ancestor_id = l.from_unit_id AND c.valid @> (e."on" - 1) OFFSET 0
            ) inside
            WHERE l.to_unit_id = reach.unit_id AND l.from_unit_id <> l.to_unit_id AND e."on" <= day OFFSET 0
        ) before
    ) SELECT unit_id FROM reach
$$;
"""
AS_BEFORE = """
CREATE OR REPLACE FUNCTION territory_reach(root bigint, day date) RETURNS SETOF bigint LANGUAGE sql STABLE ROWS 300
    SET enable_seqscan = off AS $$
    WITH RECURSIVE reach(unit_id) AS (
        SELECT c.descendant_id FROM territory_unitclosure c WHERE c.ancestor_id = root AND c.valid @> day
        UNION
        SELECT c.descendant_id FROM reach
          JOIN territory_unitlineage l ON l.to_unit_id = reach.unit_id AND l.from_unit_id <> l.to_unit_id
          JOIN territory_unitevent e ON e.id = l.event_id AND e."on" <= day
          JOIN territory_unitclosure c ON c.ancestor_id = l.from_unit_id AND c.valid @> (e."on" - 1)
    ) SELECT unit_id FROM reach
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("territory", "0003_listdraft")]
    operations = [migrations.RunSQL(FENCED, AS_BEFORE)]
