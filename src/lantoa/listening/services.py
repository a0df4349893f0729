"""What may be done with a case: one verb, one transaction, one event, one audit row."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lantoa.agencies.selectors import agency_in_charge
from lantoa.audience.services import keep_contact
from lantoa.kernel import audit, clock
from lantoa.kernel.access import require
from lantoa.kernel.errors import LantoaError
from lantoa.kernel.events import Event, emit
from lantoa.kernel.models import User
from lantoa.kernel.text import fold
from lantoa.listening import rules
from lantoa.listening.enums import ALLOWED, FEEDBACK, Door, Happening, Matter, Status
from lantoa.listening.models import Case, CaseEvent, CaseReply, PublishedAnswer
from lantoa.listening.privacy import identifying

CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that a reader mistakes for another
TEXT_LIMIT = 5_000


class CaseRefused(LantoaError):
    """The case cannot take this step; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class CaseAnswered(Event):
    """A member of staff answered a citizen."""

    case_id: int
    event_id: int


@dataclass(frozen=True, slots=True)
class ReplyWanted(Event):
    """A reply stands ready to go back on the citizen's channel."""

    reply_id: int


@dataclass(frozen=True, slots=True)
class Contact:
    """How a citizen may be answered; every field may be empty."""

    channel: str = ""
    value: str = ""
    name: str = ""


@transaction.atomic
def open_case(
    *,
    text: str,
    unit_id: int,
    door: Door,
    submission_key: str,
    by: User | None,
    at: datetime,
    matter: Matter = Matter.QUESTION,
    contact: Contact | None = None,
    language: str = "vi",
) -> Case:
    """Take in what a citizen says, route it to the agency in charge of the unit, start its clock.

    The same `submission_key` again returns the case already made. An anonymous case has no contact and is read by its
    receipt code alone.
    """
    text = text.strip()
    if not text:
        raise CaseRefused(_("The message is empty. Write what you want to ask or say."))
    if len(text) > TEXT_LIMIT:
        raise CaseRefused(_("The message is longer than %(n)s characters. Shorten it.") % {"n": TEXT_LIMIT})
    if found := Case.objects.filter(submission_key=submission_key).first():
        return found
    person_id = address_id = None
    if contact and contact.value:
        known = keep_contact(
            channel=contact.channel, value=contact.value, name=contact.name, unit_id=unit_id, language=language, at=at
        )
        person_id, address_id = known.person_id, known.address_id
    try:
        with transaction.atomic():
            case = Case.objects.create(
                number=_next_number(at), code=_receipt(), matter=matter, door=door, language=language, unit_id=unit_id,
                person_id=person_id, address_id=address_id, submission_key=submission_key,
            )  # fmt: skip
    except IntegrityError:
        return Case.objects.get(submission_key=submission_key)
    due = clock.due_at(at, settings.LANTOA_ANSWER_WORKING_DAYS)
    agency_id = agency_in_charge(unit_id, on=timezone.localdate(at))
    CaseEvent.objects.create(
        case=case, happening=Happening.RECEIVED, at=at, by=by, text=text, due_at=due,
        reference=submission_key if door == Door.ZALO else "",
    )  # fmt: skip
    if agency_id is not None:
        CaseEvent.objects.create(case=case, happening=Happening.ROUTED, at=at, agency_id=agency_id)
    audit.record("listening.case_opened", by=by, at=at, subject=_subject(case), facts={"unit": unit_id, "door": door})
    if address_id is not None and door == Door.ZALO:
        _reply(case, case.events.get(happening=Happening.RECEIVED), _receipt_note(case, due), at)
    return case


@transaction.atomic
def add_from_citizen(*, case_id: int, text: str, reference: str, at: datetime) -> CaseEvent:
    """Join a further message to the case that is still waiting; the same reference twice is one event."""
    case = _locked(case_id)
    if found := CaseEvent.objects.filter(reference=reference).first():
        return found
    return _happen(case, Happening.ADDED, by=None, at=at, text=text.strip()[:TEXT_LIMIT], reference=reference)


@transaction.atomic
def route_case(*, case_id: int, agency_id: int, by: User, at: datetime, note: str = "") -> CaseEvent:
    """Pass the case to another agency, with a note that the next reader sees; the clock keeps running."""
    case = _locked(case_id)
    require(by, rules.ROUTE, unit_id=case.unit_id, at=at)
    return _happen(case, Happening.ROUTED, by=by, at=at, agency_id=agency_id, text=note.strip())


@transaction.atomic
def add_note(*, case_id: int, text: str, by: User, at: datetime) -> CaseEvent:
    """Keep a note for colleagues; the citizen does not see it."""
    case = _locked(case_id)
    require(by, rules.ANSWER, unit_id=case.unit_id, at=at)
    return _happen(case, Happening.NOTED, by=by, at=at, text=_needed(text))


@transaction.atomic
def answer_case(*, case_id: int, text: str, by: User, at: datetime) -> CaseEvent:
    """Answer the citizen: readable by receipt code at once, and sent on the channel they used."""
    case = _locked(case_id)
    require(by, rules.ANSWER, unit_id=case.unit_id, at=at)
    if Matter(case.matter) not in FEEDBACK:
        raise CaseRefused(_("A complaint or denunciation is not answered here. Refer it to its legal door."))
    event = _happen(case, Happening.ANSWERED, by=by, at=at, text=_needed(text))
    if case.address_id is not None:
        _reply(case, event, event.text, at)
    emit(CaseAnswered(case_id=case.pk, event_id=event.pk))
    return event


@transaction.atomic
def refer_out(*, case_id: int, matter: Matter, text: str, by: User, at: datetime) -> CaseEvent:
    """Send a complaint or denunciation to its own legal door; `text` tells the citizen where it went."""
    case = _locked(case_id)
    require(by, rules.ANSWER, unit_id=case.unit_id, at=at)
    if matter in FEEDBACK:
        raise CaseRefused(_("Only complaints and denunciations leave by the legal door."))
    Case.objects.filter(pk=case.pk).update(matter=matter)
    event = _happen(case, Happening.REFERRED, by=by, at=at, text=_needed(text))
    if case.address_id is not None:
        _reply(case, event, event.text, at)
    return event


@transaction.atomic
def reopen_case(*, case_id: int, text: str, by: User | None, at: datetime) -> CaseEvent:
    """The answer did not answer: the case waits again under a fresh clock. The citizen may do this by receipt code."""
    case = _locked(case_id)
    due = clock.due_at(at, settings.LANTOA_ANSWER_WORKING_DAYS)
    return _happen(case, Happening.REOPENED, by=by, at=at, text=text.strip()[:TEXT_LIMIT], due_at=due)


@transaction.atomic
def publish_answer(*, case_id: int, question: str, answer: str, by: User, at: datetime) -> PublishedAnswer:
    """Show question and answer to the public; refused while a name or number in them could tell who asked."""
    case = _locked(case_id)
    require(by, rules.PUBLISH, unit_id=case.unit_id, at=at)
    found = identifying(f"{question}\n{answer}", case)
    if found:
        raise CaseRefused(
            _("This could tell who the citizen is: %(what)s. Take it out, then publish.") % {"what": ", ".join(found)}
        )
    _happen(case, Happening.PUBLISHED, by=by, at=at)
    published, _created = PublishedAnswer.objects.update_or_create(
        case=case,
        defaults={
            "question": _needed(question), "answer": _needed(answer), "published_at": at, "published_by": by,
            "folded": fold(f"{question} {answer}"),
        },
    )  # fmt: skip
    return published


def _happen(case: Case, happening: Happening, *, by: User | None, at: datetime, **fields: object) -> CaseEvent:
    state = Case.objects.with_state().get(pk=case.pk).status
    if happening not in ALLOWED[state]:
        raise CaseRefused(
            _("The case is “%(status)s”: this step is not open. Reload the page to see what happened.")
            % {"status": Status(state).label}
        )
    event = CaseEvent.objects.create(case=case, happening=happening, at=at, by=by, **fields)
    audit.record(f"listening.case_{happening}", by=by, at=at, subject=_subject(case), facts={"event": event.pk})
    return event


def _reply(case: Case, event: CaseEvent, text: str, at: datetime) -> None:
    assert case.address is not None
    reply = CaseReply.objects.create(
        case=case, event=event, channel=case.address.channel, address=case.address, text=text, changed_at=at
    )
    emit(ReplyWanted(reply_id=reply.pk))


def _receipt_note(case: Case, due: datetime) -> str:
    return _("We have your message. Receipt code: %(code)s. We answer by %(day)s. Read it at %(url)s") % {
        "code": case.code,
        "day": f"{timezone.localtime(due):%d/%m/%Y}",
        "url": f"{settings.LANTOA_BASE_URL}/tra-loi/{case.code}/",
    }


def _locked(case_id: int) -> Case:
    return Case.objects.select_for_update(of=("self",)).select_related("address").get(pk=case_id)


def _needed(text: str) -> str:
    if not text.strip():
        raise CaseRefused(_("The text is empty. Write it, then send."))
    return text.strip()


def _subject(case: Case) -> str:
    return f"listening.case:{case.pk}"


def _receipt() -> str:
    letters = "".join(secrets.choice(CODE_LETTERS) for _ in range(12))
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"


def _next_number(at: datetime) -> str:
    day = timezone.localdate(at)
    return f"PA-{day:%Y%m%d}-{secrets.token_hex(3).upper()}"
