"""The judgement: our ledger beside the other side's, person by person."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field

from chaos.lies import GENUINE

MAX_ATTEMPTS = 5
KEYED = frozenset({"sms", "portal"})
"""Ways on which a repeat is recognised: of the gateways for texts, only the eSMS-style one."""
REPEATING = frozenset({"webpush"})
"""Ways without a key on which ordinary messages are repeated too: a repeat takes the place of what was shown."""
NAMED_BY_KEY = frozenset({"sms", "zbs", "portal"})
"""Ways whose receipts name our own key, so that no answer need be known to tell whose they are."""
REACHED = frozenset({"accepted", "delivered", "read"})
OPEN = frozenset({"pending", "sending"})
RANK = {"failed": 2, "delivered": 3, "read": 4}
PROVIDERS_WORD = "not_delivered"
"""The reason of a failure that the provider reported after it had accepted."""
BROKEN_IF = (
    "lost", "doubles_idempotent", "doubles_unexplained", "unknown_unexplained", "forged_accepted", "receipts_lost",
    "strangers", "workers_died",
)  # fmt: skip
"""Figures that must be zero."""


@dataclass(frozen=True, slots=True)
class Forgery:
    """One lie told: its kind, whom it is about, which states it would bring, and how the door answered (0: no answer
    came, or none is given there)."""

    kind: str
    channel: str
    address: str
    says: frozenset[str]
    status: int


@dataclass(frozen=True, slots=True)
class Row:
    """One delivery of ours and what its history says: attempts begun, and doubts that another may have followed.

    `carrier` is the kind of the account that carried it: of one channel there may be several.
    """

    id: int
    person_id: int
    channel: str
    urgency: str
    state: str
    reason: str
    attempts: int
    provider_id: str
    again_in_doubt: int
    carrier: str = ""
    key: str = ""

    @property
    def way(self) -> str:
        """What decides how a repeat is told from a first."""
        return self.carrier or self.channel


@dataclass(slots=True)
class Taken:
    """What providers did for one address: messages delivered, receipts they gave us that we answered with success.

    `replaced` counts repeats that took the place of what was shown before.
    """

    times: int = 0
    replaced: int = 0
    refused: bool = False
    words: dict[str, str] = field(default_factory=dict)  # provider id: the highest word we took


def judge(
    rows: Sequence[Row],
    addresses: Mapping[int, tuple[str, str]],
    taken: Mapping[tuple[str, str], Taken],
    forgeries: Iterable[Forgery],
    stored_forgeries: int,
) -> dict[str, object]:
    """Return every figure of the verdict that comes from comparing; `addresses` maps person to (channel, address)."""
    lost: Counter[str] = Counter()
    count: Counter[str] = Counter()
    examples: dict[str, list[Row]] = {}
    for row in rows:
        other = taken.get(addresses.get(row.person_id, ("", "")), Taken())
        if kind := loss(row, other):
            lost[kind] += 1
            examples.setdefault(kind, []).append(row)
        for kind in (*doubles(row, other), *doubts(row, other), *unheard(row, other)):
            count[kind] += 1
            examples.setdefault(kind, []).append(row)
    ours = {key for key in addresses.values() if key[0]}
    count["strangers"] = sum(one.times for key, one in taken.items() if key not in ours)
    believed = applied(rows, addresses, forgeries)
    names = ("doubles_idempotent", "doubles_by_policy", "doubles_unexplained", "unknown_by_policy",
             "unknown_unexplained", "receipts_lost", "strangers")  # fmt: skip
    return {
        "lost": sum(lost.values()), "lost_by_kind": dict(lost), **{name: count[name] for name in names},
        "replaced": sum(one.replaced for one in taken.values()), "by_way": ways(rows),
        "forged_accepted": stored_forgeries + len(believed), "forged_stored": stored_forgeries,
        "forged_believed": dict(Counter(f"{one.channel} {one.kind}" for one in believed)),
        "examples": {
            kind: [asdict(row) for row in met[:20]] for kind, met in examples.items() if not kind.endswith("by_policy")
        },
    }  # fmt: skip


def ways(rows: Iterable[Row]) -> dict[str, int]:
    """How many deliveries went each way, of those that some provider was asked for."""
    return dict(sorted(Counter(row.carrier for row in rows if row.carrier).items()))


def restless(row: Row) -> bool:
    """Whether time alone should still move it: open, or in doubt with an order to repeat and attempts left."""
    repeats = row.way in KEYED | REPEATING or row.urgency == "urgent"
    return row.state in OPEN or (row.state == "unknown" and repeats and row.attempts < MAX_ATTEMPTS)


def loss(row: Row, other: Taken) -> str:
    """How this person was lost, or an empty text."""
    if row.state in OPEN:
        return f"{row.state}_for_ever" + ("_though_taken" if other.times else "")
    if row.channel in ("portal", "none"):
        return ""
    if row.state in REACHED and not other.times:
        return "reached_though_never_taken"
    if other.times and (
        row.state in ("suppressed", "expired") or (row.state == "failed" and row.reason != PROVIDERS_WORD)
    ):
        return f"{row.state}_though_taken"
    return ""


def doubles(row: Row, other: Taken) -> list[str]:
    """One word for each message too many that reached this person."""
    many = max(other.times - 1, 0)
    if row.way in KEYED:
        return ["doubles_idempotent"] * many
    by_policy = min(many, row.again_in_doubt) if row.urgency == "urgent" else 0
    return ["doubles_by_policy"] * by_policy + ["doubles_unexplained"] * (many - by_policy)


def doubts(row: Row, other: Taken) -> list[str]:
    """Whether a delivery may stay in doubt: no order to repeat, five attempts, or refused after a doubt."""
    if row.state != "unknown":
        return []
    once = row.way not in REPEATING and row.urgency == "ordinary"
    left = row.way not in KEYED and (once or other.refused)
    return ["unknown_by_policy" if left or row.attempts >= MAX_ATTEMPTS else "unknown_unexplained"]


def unheard(row: Row, other: Taken) -> list[str]:
    """A receipt that we took and that the ledger does not show; without a key, one that names the id we know."""
    words = other.words if row.way in NAMED_BY_KEY else {row.provider_id: other.words.get(row.provider_id, "")}
    highest = max((RANK.get(word, 0) for word in words.values()), default=0)
    return ["receipts_lost"] if highest > RANK.get(row.state, 0) else []


def applied(
    rows: Iterable[Row], addresses: Mapping[int, tuple[str, str]], forgeries: Iterable[Forgery]
) -> list[Forgery]:
    """The forgeries that were let in and moved a delivery: its state is one that only the forger ever told."""
    states = {addresses[row.person_id]: row.state for row in rows if row.person_id in addresses}
    answered = [one for one in forgeries if 200 <= one.status < 300]
    return [one for one in answered if states.get((one.channel, one.address)) in one.says]


def let_in(forgeries: Iterable[Forgery]) -> list[Forgery]:
    """Forgeries without proof of origin that the door answered with success."""
    return [one for one in forgeries if one.kind not in GENUINE and 200 <= one.status < 300]


def broken(verdict: Mapping[str, object], also: Sequence[str] = ()) -> list[str]:
    """The promises that were broken; `also` names further figures that must be zero."""
    wrong = [name for name in (*BROKEN_IF, *also) if verdict[name]]
    if verdict["sum_states"] != verdict["audience"] or not verdict["balanced"]:
        wrong.append("sum_states")
    return wrong
