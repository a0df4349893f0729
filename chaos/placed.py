"""The judgement of placements: what we say of a message at an outlet, beside what the provider or the device has."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass

from chaos.verdict import MAX_ATTEMPTS

SURE = frozenset({"loudspeaker", "facebook"})
"""Kinds on which a doubt is settled: a device drops what it knows, a Page is asked before anything is posted again."""
REPEATED_WHEN_URGENT = frozenset({"press"})
"""Kinds without a key where a double is the lesser harm, if it is urgent; on the others a person must look."""
WITHOUT_RECEIPT = frozenset({"zalo_broadcast", "press"})
"""Kinds whose provider says no more than that it took it: people say the rest."""
SHOWS_KEY = frozenset({"loudspeaker", "press"})
"""Kinds whose books name our own key; in the others' only the words tell."""
MET = frozenset({"accepted", "done"})
OPEN = frozenset({"planned", "sending"})
BROKEN_IF = ("placed_lost", "placed_doubles_unexplained", "placed_unknown_unexplained", "placed_strangers")
"""Figures that must be zero."""


@dataclass(frozen=True, slots=True)
class Placed:
    """One placement of ours, the words by which the other side's book shows it, and the doubts in its history."""

    id: int
    kind: str
    urgency: str
    state: str
    reason: str
    attempts: int
    due: bool
    key: str
    mark: str
    doubts: int
    address: str = ""
    history: str = ""  # its steps with their words


@dataclass(frozen=True, slots=True)
class Post:
    """One message in the book of a stand-in for a public channel."""

    kind: str
    key: str
    text: str
    times: int


def judge(rows: Sequence[Placed], posts: Iterable[Post], refused: Iterable[int] = ()) -> dict[str, object]:
    """Return every figure of the verdict that is about outlets; `refused`: what its provider takes for ever never."""
    times, strangers = matched(rows, posts)
    lost: Counter[str] = Counter()
    count: Counter[str] = Counter(placed_strangers=strangers)
    examples: dict[str, list[Placed]] = {}
    never = frozenset(refused)
    for row in rows:
        if kind := loss(row, times[row.id]):
            lost[f"{row.kind} {kind}"] += 1
            examples.setdefault(f"placed {kind}", []).append(row)
        for kind in (*doubles(row, times[row.id]), *doubts(row, refused=row.id in never)):
            count[kind] += 1
            examples.setdefault(kind, []).append(row)
    names = ("placed_doubles_by_policy", "placed_doubles_unexplained", "placed_unknown_by_policy",
             "placed_unknown_unexplained", "placed_strangers")  # fmt: skip
    return {
        "placed": tally(rows), "placed_lost": sum(lost.values()), "placed_lost_by_kind": dict(lost),
        **{name: count[name] for name in names},
        "placed_examples": {
            kind: [asdict(row) for row in met[:20]] for kind, met in examples.items() if not kind.endswith("by_policy")
        },
    }  # fmt: skip


def tally(rows: Iterable[Placed]) -> dict[str, dict[str, int]]:
    """Placements by kind and state."""
    found: dict[str, dict[str, int]] = {}
    for (kind, state), count in sorted(Counter((row.kind, row.state) for row in rows).items()):
        found.setdefault(kind, {})[state] = count
    return found


def matched(rows: Iterable[Placed], posts: Iterable[Post]) -> tuple[Counter[int], int]:
    """How often each placement is in the other side's book, by its key or by its mark; and what is nobody's."""
    times: Counter[int] = Counter()
    strangers = 0
    by_kind: dict[str, list[Placed]] = {}
    for row in rows:
        by_kind.setdefault(row.kind, []).append(row)
    for post in posts:
        mine, shows_key = by_kind.get(post.kind, []), post.kind in SHOWS_KEY
        found = next((row for row in mine if (row.key in post.key if shows_key else row.mark in post.text)), None)
        if found is None:
            strangers += post.times
        else:
            times[found.id] += post.times
    return times, strangers


def restless(row: Placed) -> bool:
    """Whether time alone should still move it."""
    return row.state in OPEN or row.due or (row.state == "accepted" and row.kind not in WITHOUT_RECEIPT)


def loss(row: Placed, times: int) -> str:
    """How this placement was lost, or an empty text."""
    if row.state in OPEN:
        return f"{row.state}_for_ever" + ("_though_taken" if times else "")
    if row.state in MET and not times:
        return "met_though_never_taken"
    if row.state == "accepted" and row.kind not in WITHOUT_RECEIPT:
        return "receipt_never_heard"
    return f"{row.state}_though_taken" if times and row.state in ("missed", "cancelled", "failed") else ""


def doubles(row: Placed, times: int) -> list[str]:
    """One word for each time too many that it was there."""
    many = max(times - 1, 0)
    by_policy = min(many, row.doubts) if row.kind in REPEATED_WHEN_URGENT and row.urgency == "urgent" else 0
    return ["placed_doubles_by_policy"] * by_policy + ["placed_doubles_unexplained"] * (many - by_policy)


def doubts(row: Placed, *, refused: bool) -> list[str]:
    """Whether a placement may stay in doubt: no order to repeat, five attempts, or refused after a doubt."""
    if row.state != "unknown":
        return []
    repeats = row.kind in SURE or (row.kind in REPEATED_WHEN_URGENT and row.urgency == "urgent")
    left = not repeats or row.attempts >= MAX_ATTEMPTS or (refused and row.kind not in SURE)
    return ["placed_unknown_by_policy" if left else "placed_unknown_unexplained"]
