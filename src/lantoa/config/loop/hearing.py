"""Somebody writes on every channel that hears: each question becomes a case and is answered, one refusal holds."""

import json
import urllib.request
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from lantoa.audience.enums import SuppressionReason
from lantoa.audience.models import Suppression
from lantoa.channels.models import ChannelAccount
from lantoa.config.loop import story
from lantoa.config.loop.standins import SLUG
from lantoa.config.loop.steps import Figures, World
from lantoa.kernel import clock
from lantoa.listening.enums import Happening
from lantoa.listening.models import Case, CaseEvent
from lantoa.listening.services import answer_case
from lantoa.outreach.models import Placement

NUMBER = "8409900{:04d}"
"""Numbers nobody has, like those of `joining`: they are no telephone numbers, so nothing can be sent there."""
STRANGER_BY_TEXT, STRANGER_BY_CENTRE = NUMBER.format(900), NUMBER.format(901)
REFUSER = "84900000000"
"""Written as a telephone number is, for only such a one can be silenced; no more than its digest is kept."""


@dataclass(frozen=True)
class Said:
    """What one person does at a stand-in's control page."""

    text: str
    at: str
    wish: dict[str, Any]


def _sayings(world: World) -> Iterator[Said]:
    facebook, telegram = (world.simulators[kind][0]["api_url"] for kind in ("facebook", "telegram"))
    words = story.QUESTIONS
    short_code = {"phone": STRANGER_BY_TEXT, "url": _short_code(world)}
    yield Said(words["sms"], f"{_sms(world)}/_user_says", short_code)
    yield Said(words["telegram"], f"{telegram}/_user_says", {"chat_id": 171_000_001})
    yield Said(words["comment"], f"{facebook}/_comment", {"user_id": "mau-1", **_post(world)})
    yield Said(words["message"], f"{facebook}/_message", {"user_id": "mau-2"})
    mail = {"from": "ba-con-mau@nguoi-dan.example", "subject": "Tin mẫu"}
    yield Said(words["email"], f"{world.mailbox_url}/_mail", mail)


def _sms(world: World) -> str:
    return str(world.simulators["sms"][0]["url"]).partition("/MainService")[0]


def _short_code(world: World) -> str:
    return f"{world.base_url}/webhook/sms/{SLUG}-sms/"


def _post(world: World) -> dict[str, str]:
    """The post under which somebody comments: ours, where it stands."""
    known = Placement.objects.filter(broadcast=world.placed, kind="facebook").exclude(provider_id="")
    number = known.values_list("provider_id", flat=True).first()
    return {"post_id": number} if number else {}


def centre_listens(world: World) -> bool:
    """Whether we are connected to the text centre as one that takes texts, or have nothing more to hear from it."""
    if _asked(story.QUESTIONS["smpp"]).exists():
        return True
    with urllib.request.urlopen(f"{world.centre_url}/_state", timeout=20) as answer:  # noqa: S310  (our own loopback)
        return bool(json.load(answer)["listening"])


def write_by_centre(world: World) -> None:
    """A citizen's text comes in over the connection to the text centre, while its gateway is in use."""
    if not _asked(story.QUESTIONS["smpp"]).exists():
        wish = {"phone": STRANGER_BY_CENTRE, "text": story.QUESTIONS["smpp"]}
        _act(f"{world.centre_url}/_user_says", wish)


def write_everywhere(world: World) -> None:
    """One question a channel, and one refusal by text; what an earlier run heard is not said again."""
    for said in _sayings(world):
        if not _asked(said.text).exists():
            _act(said.at, {**said.wish, "text": said.text})
    if not _refused():
        _act(f"{_sms(world)}/_user_says", {"phone": REFUSER, "text": story.REFUSAL, "url": _short_code(world)})


def _act(url: str, wish: dict[str, Any]) -> None:
    body = json.dumps(wish).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})  # noqa: S310  (our own loopback)
    urllib.request.urlopen(request, timeout=20).close()  # noqa: S310


def _asked(*texts: str) -> QuerySet[CaseEvent]:
    """How each question came in; a mail's subject stands before its words."""
    wanted = Q(pk=None)
    for text in texts:
        wanted |= Q(text__endswith=text)
    return CaseEvent.objects.filter(wanted, happening=Happening.RECEIVED)


def _refused() -> int:
    return Suppression.objects.filter(channel="sms", reason=SuppressionReason.KEYWORD, lifted_at=None).count()


def all_heard(_world: World) -> bool:
    """Whether every question has become a case of its own and the refusal holds."""
    heard = _asked(*story.QUESTIONS.values()).values("case").distinct().count()
    return heard >= len(story.QUESTIONS) and bool(_refused())


def heard_step(world: World) -> Figures:
    """What came in by each way and the cases it made; an officer answers each where it was asked."""
    came, officer = _asked(*story.QUESTIONS.values()), world.who("tiep-nhan")
    waiting = Case.objects.waiting().filter(answered_at=None, pk__in=came.values("case")).order_by("pk")
    for case_id in waiting.values_list("pk", flat=True):
        answer_case(case_id=case_id, text=story.HEARD_ANSWER, by=officer, at=clock.now())
    kinds = {str(pk): kind for pk, kind in ChannelAccount.objects.values_list("pk", "kind")}
    ways = Counter(kinds.get(reference.split(":")[1], "") for reference in came.values_list("reference", flat=True))
    return {
        "came_in": dict(sorted(ways.items())),
        "cases": came.values("case").distinct().count(),
        "refusals_by_text": _refused(),
        "see": "/ban-lam-viec/lang-nghe/",
    }


def answers_arrived(_world: World) -> bool:
    """Whether the answers have left on the channels they were asked on."""
    cases = _asked(*story.QUESTIONS.values()).values("case")
    return not Case.objects.filter(pk__in=cases, replies__state__in=["pending", "sending"]).exists()
