"""Release at public outlets: every outlet in reach becomes a placement, in one statement of the release."""

from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone

from lantoa.channels.registry import carried
from lantoa.outlets.enums import Language
from lantoa.outlets.selectors import in_reach
from lantoa.outreach.keys import placement_stem
from lantoa.outreach.models import Broadcast
from lantoa.outreach.placement_loading import starts_of
from lantoa.outreach.selectors.fanout import named
from lantoa.outreach.spread import Spread
from lantoa.outreach.texts import public_text, publics_of

# The language is the outlet's own where the wording has it, else the one `texts.public_text` falls back to.
_PLACE = """
INSERT INTO outreach_placement (broadcast_id, outlet_id, kind, unit_id, language, state, reason, key, generation,
    link_serial, attempts, provider_id, quantity, not_before)
SELECT %(broadcast)s, o.id, o.kind, o.unit_id, t.written, 'planned', '', %(stem)s || o.id || '-0', 0, 0, 0, '',
    o.quantity, t.due
FROM ({outlets}) AS o(id, kind, unit_id, language, quantity)
JOIN unnest(%(kinds)s::text[], %(languages)s::text[], %(written)s::text[], %(due)s::timestamptz[])
    AS t(kind, language, written, due)
    ON t.kind = o.kind AND t.language = o.language
WHERE EXISTS (
    SELECT 1 FROM outreach_messageversion v
    JOIN outreach_message m ON m.id = v.message_id AND m.sha256 = v.sha256
    JOIN approvals_in_force a ON a.subject = 'outreach.message:' || m.id AND a.sha256 = v.sha256
    WHERE v.id = %(version)s)
ORDER BY o.id
"""


def make_placements(row: Broadcast, *, at: datetime) -> int:
    """One INSERT … SELECT, each outlet once, only while exactly this content is approved; returns the rows."""
    spread = Spread.from_json(row.placing)
    kinds = [kind for kind in spread.kinds if kind in publics_of(row.version.content)]
    if not kinds:
        return 0
    outlets = in_reach(kinds, spread.unit_id or row.unit_id, on=timezone.localdate(at))
    sql, params = outlets.values_list("pk", "kind", "unit_id", "language", "quantity").query.sql_with_params()
    names = {f"outlet_{number}": value for number, value in enumerate(params)}
    values: dict[str, Any] = {
        "broadcast": row.pk,
        "version": row.version_id,
        "stem": placement_stem(row.key),
        **_languages(row, kinds),
        "due": [_due(row, kind, spread, at) for kind in kinds for _code in Language.values],
    }
    with connection.cursor() as cursor:
        cursor.execute(_PLACE.replace("{outlets}", named(sql, list(names))), names | values)
        return int(cursor.rowcount)


def _due(row: Broadcast, kind: str, spread: Spread, at: datetime) -> datetime | None:
    """When a worker may take it; none where people carry it."""
    return max(at, starts_of(kind, row, spread) or at) if kind in carried() else None


def _languages(row: Broadcast, kinds: list[str]) -> dict[str, list[str]]:
    pairs = [(kind, code) for kind in kinds for code in Language.values]
    return {
        "kinds": [kind for kind, _code in pairs],
        "languages": [code for _kind, code in pairs],
        "written": [public_text(row.version.content, kind, code).language for kind, code in pairs],
    }
