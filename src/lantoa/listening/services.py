"""What may be done with a case: one verb, one transaction, one event, one audit row."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lantoa.agencies.selectors import agency_in_charge
from lantoa.audience.services import keep_contact
from lantoa.channels import registry
from lantoa.kernel import audit, clock
from lantoa.kernel.errors import LantoaError
from lantoa.kernel.events import Event, emit
from lantoa.kernel.models import User
from lantoa.kernel.text import fold, says_who_is_poor
from lantoa.listening import finding, rules
from lantoa.listening.enums import ALLOWED, FEEDBACK, WRITTEN, Door, Happening, Matter, ReplyState, Status
from lantoa.listening.models import Case, CaseEvent, CaseReply, PublishedAnswer
from lantoa.listening.privacy import identifying
from lantoa.listening.selectors import agencies_within_reach, answered_in_public

CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that a reader mistakes for another
TEXT_LIMIT = 5_000
RECEIPTS_A_DAY = 3
"""Receipts that one address is sent in 24 hours by `SPARING` doors; what comes later opens its case without one."""
SPARING = frozenset({Door.EMAIL, Door.SMS, Door.OTHER})
"""Doors whose sender can be forged, or whose every receipt costs money, or of which nobody can tell."""
A_DAY = timedelta(days=1)


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


# Citizens


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
    agency_id: int | None = None,
) -> Case:
    """Take in what a citizen says, route it to the agency named or the one in charge of the unit, start its clock.

    The same `submission_key` again returns the case already made. An anonymous case has no contact and is read by its
    receipt code alone.
    """
    text = _said(text)
    if found := Case.objects.filter(submission_key=submission_key).first():
        return found
    person_id = address_id = None
    if contact and contact.value:
        known = keep_contact(
            channel=contact.channel, value=contact.value, name=contact.name, unit_id=unit_id, language=language, at=at
        )
        person_id, address_id = known.person_id, known.address_id
    case_id = _next_id()
    try:
        with transaction.atomic():
            case = Case.objects.create(
                pk=case_id, number=f"PA-{timezone.localdate(at).year}-{case_id:06}", code=_receipt(), matter=matter,
                door=door, language=language, unit_id=unit_id, person_id=person_id, address_id=address_id,
                submission_key=submission_key,
            )  # fmt: skip
    except IntegrityError:  # the same submission, at this very moment, by another process
        return Case.objects.get(submission_key=submission_key)
    _begin(case, text, agency_id, by=by, at=at)
    return case


def _begin(case: Case, text: str, agency_id: int | None, *, by: User | None, at: datetime) -> None:
    due = clock.due_at(at, settings.LANTOA_ANSWER_WORKING_DAYS)
    received = CaseEvent.objects.create(
        case=case, happening=Happening.RECEIVED, at=at, by=by, text=text, due_at=due,
        reference=case.submission_key if case.door in WRITTEN else "",
    )  # fmt: skip
    agency_id = agency_id or agency_in_charge(case.unit_id, on=timezone.localdate(at))
    if agency_id is not None:
        CaseEvent.objects.create(case=case, happening=Happening.ROUTED, at=at, agency_id=agency_id)
    facts = {"unit": case.unit_id, "door": case.door}
    audit.record("listening.case_opened", by=by, at=at, subject=_subject(case), facts=facts)
    if case.address_id is not None and case.door in WRITTEN and _few_receipts(case, at):
        _reply(case, received, _receipt_note(case, due), at)


def _few_receipts(case: Case, at: datetime) -> bool:
    """Whether a receipt may go out: who forges a sender's address must not make us flood it."""
    day = Case.objects.filter(
        address=case.address_id, door=case.door, events__happening=Happening.RECEIVED, events__at__gt=at - A_DAY
    )
    return case.door not in SPARING or day.count() <= RECEIPTS_A_DAY


@transaction.atomic
def add_from_citizen(*, case_id: int, text: str, reference: str, at: datetime) -> CaseEvent:
    """Join a further message to the case that is still waiting; the same reference twice is one event."""
    case = _locked(case_id)
    if found := CaseEvent.objects.filter(reference=reference).first():
        return found
    return _happen(case, Happening.ADDED, by=None, at=at, text=_said(text), reference=reference)


@transaction.atomic
def join_waiting(*, address_id: int, text: str, reference: str, at: datetime) -> CaseEvent | None:
    """Join a message to the newest case of this address that waits; None when none does.

    An officer may be answering at this moment: only the locked case tells whether it still waits.
    """
    found = Case.objects.waiting().filter(address_id=address_id).order_by("-pk").first()
    if found is None or _status(_locked(found.pk)) != Status.WAITING:
        return None
    return add_from_citizen(case_id=found.pk, text=text, reference=reference, at=at)


@transaction.atomic
def join_answered(*, reply_id: int, text: str, reference: str, at: datetime) -> CaseEvent | None:
    """Join a message that provably answers a reply of ours to that reply's case; None when the case waits no more."""
    found = CaseReply.objects.filter(pk=reply_id).values_list("case_id", flat=True).first()
    if found is None or _status(_locked(found)) != Status.WAITING:
        return None
    return add_from_citizen(case_id=found, text=text, reference=reference, at=at)


@transaction.atomic
def reopen_case(*, case_id: int, text: str, by: User | None, at: datetime) -> CaseEvent:
    """The answer did not answer: the case waits again under a fresh clock. The citizen may do this by receipt code."""
    case = _locked(case_id)
    if by is not None:
        rules.require_for(by, rules.ANSWER, case, at=at)
    due = clock.due_at(at, settings.LANTOA_ANSWER_WORKING_DAYS)
    words = _said(text) if text.strip() else ""
    return _happen(case, Happening.REOPENED, by=by, at=at, text=words, due_at=due)


# Staff


@transaction.atomic
def route_case(*, case_id: int, agency_id: int, by: User, at: datetime, note: str = "") -> CaseEvent:
    """Pass the case to another agency, with a note that the next reader sees; the clock keeps running.

    That agency's officers may then read and answer it, whatever their unit.
    """
    case = _locked(case_id)
    rules.require_for(by, rules.ROUTE, case, at=at)
    if agency_id not in {row.id for row in agencies_within_reach(by, case, at=at)}:
        raise CaseRefused(_("This agency is not within reach. Choose one from the list."))
    return _happen(case, Happening.ROUTED, by=by, at=at, agency_id=agency_id, text=note.strip()[:TEXT_LIMIT])


@transaction.atomic
def add_note(*, case_id: int, text: str, by: User, at: datetime) -> CaseEvent:
    """Keep a note for colleagues; the citizen does not see it."""
    case = _locked(case_id)
    rules.require_for(by, rules.ANSWER, case, at=at)
    return _happen(case, Happening.NOTED, by=by, at=at, text=_needed(text))


@transaction.atomic
def answer_case(*, case_id: int, text: str, by: User, at: datetime) -> CaseEvent:
    """Answer the citizen: readable by receipt code at once, and sent on the channel they used.

    Pressing twice answers once.
    """
    case = _locked(case_id)
    rules.require_for(by, rules.ANSWER, case, at=at)
    if Matter(case.matter) not in FEEDBACK:
        raise CaseRefused(_("A complaint or denunciation is not answered here. Refer it to its legal door."))
    event = _happen(case, Happening.ANSWERED, by=by, at=at, text=_needed(text))
    if not CaseReply.objects.filter(event=event).exists():
        _reply(case, event, event.text, at)
    emit(CaseAnswered(case_id=case.pk, event_id=event.pk))
    return event


@transaction.atomic
def refer_out(*, case_id: int, matter: Matter, text: str, by: User, at: datetime) -> CaseEvent:
    """Send a complaint or denunciation to its own legal door; `text` tells the citizen where it went."""
    case = _locked(case_id)
    rules.require_for(by, rules.ANSWER, case, at=at)
    if matter in FEEDBACK:
        raise CaseRefused(_("Only complaints and denunciations leave by the legal door."))
    event = _happen(case, Happening.REFERRED, by=by, at=at, text=_needed(text))
    Case.objects.filter(pk=case.pk).update(matter=matter)
    if not CaseReply.objects.filter(event=event).exists():
        _reply(case, event, event.text, at)
    return event


@transaction.atomic
def publish_answer(*, case_id: int, question: str, answer: str, by: User, at: datetime) -> PublishedAnswer:
    """Show question and answer to the public; refused while a name or number in them could tell who asked."""
    case = _locked(case_id)
    rules.require_for(by, rules.PUBLISH, case, at=at)
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
    finding.show([published])
    return published


@transaction.atomic
def send_again(*, reply_id: int, by: User, at: datetime) -> CaseReply:
    """Send a reply once more that did not go, or of which nobody knows; a person takes the risk of a double."""
    reply = CaseReply.objects.select_for_update(of=("self",)).select_related("case").get(pk=reply_id)
    rules.require_for(by, rules.ANSWER, reply.case, at=at)
    if not reply.needs_person:
        raise CaseRefused(_("This reply is on its way or has arrived. Reload the page."))
    reply.state, reply.reason = ReplyState.PENDING, ""
    reply.wanted_at = reply.changed_at = reply.due_at = at
    reply.save()
    facts = {"reply": reply.pk}
    audit.record("listening.reply_sent_again", by=by, at=at, subject=_subject(reply.case), facts=facts)
    emit(ReplyWanted(reply_id=reply.pk))
    return reply


# Inside


def _happen(case: Case, happening: Happening, *, by: User | None, at: datetime, **fields: object) -> CaseEvent:
    """Write what happened to a locked case, if its status allows; the same twice in a row is once."""
    last = case.events.last()
    if last is not None and fields and _same(last, happening, by, fields):
        return last
    state = _status(case)
    if happening not in ALLOWED[state]:
        raise CaseRefused(
            _("The case is “%(status)s”: this step is not open. Reload the page to see what happened.")
            % {"status": state.label}
        )
    event = CaseEvent.objects.create(case=case, happening=happening, at=at, by=by, **fields)
    audit.record(f"listening.case_{happening}", by=by, at=at, subject=_subject(case), facts={"event": event.pk})
    return event


def _same(last: CaseEvent, happening: Happening, by: User | None, fields: dict[str, object]) -> bool:
    said = {name: value for name, value in fields.items() if name != "due_at"}
    return (last.happening, last.by_id) == (happening, by.pk if by else None) and all(
        getattr(last, name) == value for name, value in said.items()
    )


def _reply(case: Case, event: CaseEvent, text: str, at: datetime) -> None:
    """Have the text sent back on the channel the citizen used; a citizen without one reads it by receipt code.

    Where everybody would read it, no receipt goes: whoever has its code may read and reopen the case.
    """
    if case.address is None:
        return
    if answered_in_public(case):
        if event.happening == Happening.RECEIVED:
            return
        _fit_for_everybody(case, case.address.channel, text)
    reply = CaseReply.objects.create(
        case=case, event=event, channel=case.address.channel, address=case.address, text=text, wanted_at=at,
        changed_at=at, due_at=at,
    )  # fmt: skip
    emit(ReplyWanted(reply_id=reply.pk))


def _fit_for_everybody(case: Case, channel: str, text: str) -> None:
    """Refuse an answer that stands where everybody reads it and tells who asked, or could not go out whole."""
    limit = registry.answering(channel).capability.max_length
    if found := identifying(text, case):
        raise CaseRefused(
            _("Everybody reads this answer, and it could tell who the citizen is: %(what)s. Take it out, then send.")
            % {"what": ", ".join(found)}
        )
    if poor := says_who_is_poor(text):
        raise CaseRefused(
            _(
                "Everybody reads this answer, and it says of somebody whether they are poor: “%(what)s”. Say it in "
                "general, as in “poor households are supported”, or ask the citizen to write to the Page in private "
                "and answer there."
            )
            % {"what": "”, “".join(poor)}
        )
    if limit is not None and len(text) > limit:
        raise CaseRefused(_("This answer is longer than %(n)s characters. Shorten it, then send.") % {"n": limit})


def _receipt_note(case: Case, due: datetime) -> str:
    return _("We have your message. Receipt code: %(code)s. We answer by %(day)s. Read it at %(url)s") % {
        "code": case.code,
        "day": f"{timezone.localtime(due):%d/%m/%Y}",
        "url": case.public_url,
    }


def _status(case: Case) -> Status:
    read: Case = Case.objects.with_state().get(pk=case.pk)
    return read.status


def _locked(case_id: int) -> Case:
    return Case.objects.select_for_update(of=("self",)).select_related("address").get(pk=case_id)


def _said(text: str) -> str:
    text = text.strip()
    if not text:
        raise CaseRefused(_("The message is empty. Write what you want to ask or say."))
    if len(text) > TEXT_LIMIT:
        raise CaseRefused(_("The message is longer than %(n)s characters. Shorten it.") % {"n": TEXT_LIMIT})
    return text


def _needed(text: str) -> str:
    if not text.strip():
        raise CaseRefused(_("The text is empty. Write it, then send."))
    return text.strip()


def _subject(case: Case) -> str:
    return f"listening.case:{case.pk}"


def _receipt() -> str:
    letters = "".join(secrets.choice(CODE_LETTERS) for _ in range(12))
    return f"{letters[:4]}-{letters[4:8]}-{letters[8:]}"


def _next_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence(%s, 'id'))", [Case._meta.db_table])
        return int(cursor.fetchone()[0])
