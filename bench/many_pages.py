"""A hundred thousand published pages, copied from one of each kind: quick to make, and as wide as real ones."""

from typing import Any

from django.db import connection
from wagtail.models import Page

DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def copies(page: Any, count: int) -> None:
    """So many published pages more beside this one, each a minute older and for an audience in turn, legal texts each
    with its own number and day, and with everything else this one holds."""
    parent, first = page.get_parent(), page.get_parent().numchild + 1
    steps = [(number, _step(number)) for number in range(first, first + count)]
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # no gate, no stamps: nobody publishes these
        cursor.execute("CREATE TEMP TABLE IF NOT EXISTS bench_steps (n int, step text, id int)")
        cursor.execute("TRUNCATE bench_steps")
        with cursor.copy("COPY bench_steps (n, step) FROM STDIN") as rows:
            for row in steps:
                rows.write_row(row)
        cursor.execute("UPDATE bench_steps SET id = nextval(pg_get_serial_sequence('wagtailcore_page', 'id'))")
        own: dict[str, str | None] = {
            "id": "b.id", "path": f"'{parent.path}' || b.step", "slug": "t.slug || '-' || b.n",
            "url_path": f"'{parent.url_path}' || t.slug || '-' || b.n || '/'", "translation_key": "gen_random_uuid()",
            "live_revision_id": "-b.id",  # a number of its own, so that each stands on an approval of its own
            "title": "t.title || ' ' || b.n", "draft_title": "t.title || ' ' || b.n",
            "first_published_at": "t.first_published_at - b.n * interval '1 minute'",
        }  # fmt: skip
        kinds_own: dict[str, str | None] = {
            "page_ptr_id": "b.id",
            "audience_groups": "(CASE b.n % 6 WHEN 0 THEN t.audience_groups WHEN 1 THEN '{poor}' WHEN 2 THEN '{people}'"
            " WHEN 3 THEN '{near_poor,newly_escaped}' WHEN 4 THEN '{poverty_officers}' ELSE '{business}' END)",
            # of a legal text
            "number": "b.n || '/' || t.number", "folded": "b.n || '/' || t.folded", "issued_on": "t.issued_on - b.n",
        }  # fmt: skip
        _copy(cursor, "wagtailcore_page", own, f"t.id = {page.pk}")
        _copy(cursor, page._meta.db_table, kinds_own, f"t.page_ptr_id = {page.pk}")
        listed: dict[str, str | None] = {"page_id": "b.id", "audience_groups": kinds_own["audience_groups"]}
        _copy(cursor, "newsroom_listed", listed, f"t.page_id = {page.pk}")
        cleared: dict[str, str | None] = {"id": None, "page_id": "b.id", "revision_id": "-b.id"}
        _copy(cursor, "newsroom_clearance", cleared, f"t.page_id = {page.pk}")
        cursor.execute("UPDATE wagtailcore_page SET numchild = numchild + %s WHERE id = %s", [count, parent.pk])
        cursor.execute("SET session_replication_role = origin")


def _copy(cursor: Any, table: str, own: dict[str, str | None], where: str) -> None:
    cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_generated = 'NEVER'", [table]
    )
    names = [name for (name,) in cursor.fetchall() if own.get(name, "") is not None]
    chosen = ", ".join(own.get(name) or f't."{name}"' for name in names)
    columns = ", ".join(f'"{name}"' for name in names)
    cursor.execute(f"INSERT INTO {table} ({columns}) SELECT {chosen} FROM {table} t, bench_steps b WHERE {where}")


def _step(number: int) -> str:
    """A place under a parent as Wagtail's tree writes it: four digits to the base 36."""
    found = ""
    for _place in range(Page.steplen):
        number, digit = divmod(number, len(DIGITS))
        found = DIGITS[digit] + found
    return found
