"""Requests from the press: ask, assign, answer, decline, take back; each step one line of history."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lantoa.kernel import audit
from lantoa.kernel.access import AccessDenied
from lantoa.kernel.events import emit
from lantoa.kernel.models import User
from lantoa.kernel.pictures import cleaned
from lantoa.kernel.private_files import keep
from lantoa.kernel.text import slugify
from lantoa.pressroom.enums import REQUEST_MOVES, RequestHappening, RequestState, Wish
from lantoa.pressroom.events import PressLetterWanted
from lantoa.pressroom.kit_files import FOLDER, Taken, document
from lantoa.pressroom.models import AnswerFile, Journalist, PressLetter, PressRequest, RequestEvent
from lantoa.pressroom.rules import PressRefused
from lantoa.pressroom.selectors.requests import answerers, may_answer

SOONEST, LATEST = timedelta(minutes=30), timedelta(days=365)
PICTURES = ("jpg", "jpeg", "png", "webp")
MOST_FILES = 10
TOLD = frozenset({RequestHappening.ANSWERED, RequestHappening.DECLINED})
"""What the journalist gets a letter about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A request as the form gives it."""

    unit_id: int
    wish: Wish
    subject: str
    question: str
    due_at: datetime


@transaction.atomic
def ask(*, journalist_id: int, asked: Asked, submission_key: str, at: datetime) -> PressRequest:
    """Put a question before a unit; the same form sent twice is one request. Only while access lasts."""
    if not Journalist.objects.with_access(at).filter(pk=journalist_id).exists():
        raise PressRefused(_("Your access to the press room has ended."))
    if not at + SOONEST <= asked.due_at <= at + LATEST:
        raise PressRefused(_("Choose a deadline at least half an hour from now, and within a year."))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [submission_key])
        known: PressRequest | None = PressRequest.objects.filter(submission_key=submission_key).first()
        if known is not None:
            return known
        cursor.execute("SELECT nextval(pg_get_serial_sequence('pressroom_pressrequest', 'id'))")
        (number,) = cursor.fetchone()
    made = PressRequest.objects.create(
        pk=number, number=f"BC-{timezone.localdate(at).year}-{number:06}", journalist_id=journalist_id,
        unit_id=asked.unit_id, wish=asked.wish, subject=asked.subject.strip()[:200], question=asked.question.strip(),
        asked_at=at, due_at=asked.due_at, submission_key=submission_key,
    )  # fmt: skip
    _happen(made, RequestHappening.RECEIVED, by=None, at=at)
    return made


@transaction.atomic
def assign(*, request_id: int, post_id: int, by: User, at: datetime) -> RequestEvent:
    """Give it to a post that answers the press, held today."""
    row = _locked(request_id, by, at)
    if post_id not in {post.pk for post in answerers(by, row, at=at)}:
        raise PressRefused(_("This person holds no post today that answers the press. Choose someone else."))
    return _happen(row, RequestHappening.ASSIGNED, by=by, at=at, post_id=post_id)


@transaction.atomic
def note(*, request_id: int, text: str, by: User, at: datetime) -> RequestEvent:
    """A word for colleagues; the journalist does not see it."""
    return _happen(_locked(request_id, by, at), RequestHappening.NOTED, by=by, at=at, text=_said(text))


@transaction.atomic
def answer(
    *, request_id: int, text: str, by: User, at: datetime, files: Sequence[tuple[str, bytes]] = ()
) -> RequestEvent:
    """Answer in words, with files as (name, bytes); the journalist is told by mail. A further answer adds to it."""
    row = _locked(request_id, by, at)
    if len(files) > MOST_FILES:
        raise PressRefused(_("%(n)s files are the most. Leave one out first.") % {"n": MOST_FILES})
    taken = [attached(content, name) for name, content in files]
    event = _happen(row, RequestHappening.ANSWERED, by=by, at=at, text=_said(text))
    AnswerFile.objects.bulk_create(
        AnswerFile(
            event=event, name=one.name, content_type=one.content_type, size=len(one.content),
            path=keep(one.content, folder=FOLDER, suffix=f".{one.name.rpartition('.')[2]}"),
            sha256=sha256(one.content).hexdigest(),
        )
        for one in taken
    )  # fmt: skip
    return event


@transaction.atomic
def decline(*, request_id: int, text: str, by: User, at: datetime) -> RequestEvent:
    """Not this; the journalist reads exactly these words."""
    return _happen(_locked(request_id, by, at), RequestHappening.DECLINED, by=by, at=at, text=_said(text))


@transaction.atomic
def recall(*, request_id: int, journalist_id: int, at: datetime) -> RequestEvent:
    """The journalist needs it no more."""
    row = PressRequest.objects.select_for_update(of=("self",)).get(pk=request_id, journalist=journalist_id)
    return _happen(row, RequestHappening.RECALLED, by=None, at=at)


def attached(content: bytes, filename: str) -> Taken:
    """A file for an answer: a document, or a picture drawn anew without what its camera told. Raises `LantoaError`."""
    stem, _dot, ending = filename.rpartition(".")
    if ending.lower() not in PICTURES:
        return document(content, filename)
    return Taken(cleaned(content, longest_side=4000, quality=90), f"{slugify(stem, 80) or 'anh'}.jpg", "image/jpeg")


def _happen(
    row: PressRequest, happening: RequestHappening, *, by: User | None, at: datetime, text: str = "",
    post_id: int | None = None,
) -> RequestEvent:  # fmt: skip
    """Write what happened to a locked request, if its state allows."""
    if happening != RequestHappening.RECEIVED and happening not in REQUEST_MOVES[RequestState(row.state)]:
        raise PressRefused(
            _("The request is “%(state)s”: this step is not open. Reload the page to see what happened.")
            % {"state": RequestState(row.state).label}
        )
    event = RequestEvent.objects.create(request=row, happening=happening, at=at, by=by, text=text, post_id=post_id)
    row.refresh_from_db(fields=["state", "post", "settled_at"])
    facts = {"state": row.state}
    audit.record(f"pressroom.request_{happening}", by=by, at=at, subject=f"pressroom.request:{row.pk}", facts=facts)
    if happening in TOLD and row.journalist.address_id is not None:
        letter = PressLetter.objects.create(request_event=event, changed_at=at)
        emit(PressLetterWanted(letter.pk))
    return event


def _locked(request_id: int, by: User, at: datetime) -> PressRequest:
    rows = PressRequest.objects.select_for_update(of=("self",)).select_related("journalist")
    row = rows.get(pk=request_id)
    if not may_answer(by, row, at=at):
        raise AccessDenied(_("Your post does not include this: %(right)s.") % {"right": _("answer the press")})
    return row


def _said(text: str) -> str:
    if not text.strip():
        raise PressRefused(_("Write a few words first."))
    return text.strip()
