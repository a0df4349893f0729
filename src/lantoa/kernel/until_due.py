"""What is remembered for a while, above all how often somebody tried: nothing goes before its time."""

from datetime import datetime
from typing import Any

from django.core.cache.backends.db import DatabaseCache
from django.db import connections, router
from django.utils import timezone

_SWEEP = """
DELETE FROM {table} WHERE cache_key IN (
    SELECT cache_key FROM {table} WHERE expires < %s ORDER BY expires LIMIT %s FOR UPDATE SKIP LOCKED)
"""
AT_ONCE = 1000


class UntilDue(DatabaseCache):
    """Django's cache in a table, from which only what has run out is swept.

    Django's own makes room by dropping a third of all keys in their order: whoever posts much would wipe out the
    counters that limit signing in. Here the table is as large as what still counts, and that is an hour's at most for
    whatever strangers can cause.
    """

    _table: str

    def _cull(self, db: str, cursor: Any, now: datetime, num: int) -> None:
        """Drop what has run out, never what has not; two that sweep do not wait for each other."""
        cursor.execute(_SWEEP.format(table=connections[db].ops.quote_name(self._table)), [now, AT_ONCE])

    def sweep(self) -> int:
        """Drop all that has run out; returns how many entries still count."""
        db = router.db_for_write(self.cache_model_class)
        table = connections[db].ops.quote_name(self._table)
        with connections[db].cursor() as cursor:
            cursor.execute(f"DELETE FROM {table} WHERE expires < %s", [timezone.now()])  # noqa: S608
            cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608
            return int(cursor.fetchone()[0])
