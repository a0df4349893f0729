"""What an editor does with a message: write its forms, try them on themself, freeze them, ask for approval."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from asgiref.sync import async_to_sync
from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _

from lantoa.approvals.content import content_hash
from lantoa.approvals.models import Submission
from lantoa.approvals.services import submit
from lantoa.channels.contract import (
    Accepted,
    AccountProblem,
    AddressKind,
    Outcome,
    Outgoing,
    SendProblem,
    Transport,
    outcome_of,
)
from lantoa.channels.loudspeaker.recordings import keep_recording, seconds_of
from lantoa.channels.registry import capability, described, recorded
from lantoa.channels.selectors import accounts_in_use, form_faults, ready_with, transport_for
from lantoa.channels.services import record_health
from lantoa.kernel import audit
from lantoa.kernel.access import require
from lantoa.kernel.errors import LantoaError
from lantoa.kernel.models import User
from lantoa.outreach.models import Message, MessageForm, MessageVersion, TrialSend
from lantoa.outreach.press import PressFacts
from lantoa.outreach.rules import WRITE
from lantoa.outreach.services.links import shorten
from lantoa.outreach.texts import (
    CHANNELS,
    MASTER_LANGUAGE,
    content_of,
    derived,
    first_forms,
    heard,
    master_hash,
    nfc,
    text_for,
)


class CannotWriteError(LantoaError):
    """The message cannot be saved, tried or submitted as it is; the message says what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a new message starts from; `body` becomes the master text and gives every channel its first form."""

    title: str
    purpose: str
    agency_id: int
    unit_id: int
    body: str = ""
    content_line: str = ""
    legal_basis: str = ""
    page_id: int | None = None
    language: str = "vi"
    publics: Sequence[str] = ()  # the public kinds that get a first form too


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """One channel form as typed."""

    channel: str
    language: str = "vi"
    subject: str = ""
    body: str = ""
    plain: str = ""
    send_plain: bool = False
    recording: bytes | None = None  # a sound file of exactly these words; None keeps what is there
    unrecorded: bool = False  # take the recording away


@transaction.atomic
def create_message(*, draft: Draft, by: User, at: datetime) -> Message:
    """Begin a message; with a body, every channel gets a first form of it."""
    require(by, WRITE, unit_id=draft.unit_id, at=at)
    message = Message.objects.create(
        title=nfc(draft.title)[:160], purpose=draft.purpose, agency_id=draft.agency_id, unit_id=draft.unit_id,
        content_line=draft.content_line, legal_basis=nfc(draft.legal_basis)[:300], page_id=draft.page_id,
        master=nfc(draft.body).strip(), created_by=by, created_at=at, edited_at=at,
    )  # fmt: skip
    if draft.body.strip():
        addressed = {*CHANNELS, *accounts_in_use()} & first_forms(message.title, "").keys()
        for channel in (*sorted(addressed), *draft.publics):
            _make_anew(message, channel, draft.language, by=by, at=at)
    _touched(message, by=by, at=at)
    audit.record("outreach.message_created", by=by, at=at, subject=message.subject)
    return message


@transaction.atomic
def save_message(
    *, message: Message, forms: Sequence[Form], by: User, at: datetime, title: str | None = None,
    legal_basis: str | None = None, content_line: str | None = None, master: str | None = None,
    press: PressFacts | None = None,
) -> Message:  # fmt: skip
    """Save forms (an empty text removes its form), the master text and details. A new master changes no form.

    What was approved stays approved and stays what it was; this text is another one as soon as a comma differs.
    """
    row = Message.objects.select_for_update().get(pk=message.pk)
    require(by, WRITE, unit_id=row.unit_id, at=at)
    row.title = nfc(title)[:160] if title is not None else row.title
    row.legal_basis = nfc(legal_basis)[:300] if legal_basis is not None else row.legal_basis
    row.content_line = content_line if content_line is not None else row.content_line
    row.master = nfc(master).strip() if master is not None else row.master
    row.press = press.as_json() if press is not None else row.press
    for form in forms:
        _write(row, form, by=by, at=at)
    before = row.sha256
    _touched(row, by=by, at=at)
    if row.sha256 != before:
        audit.record("outreach.message_edited", by=by, at=at, subject=row.subject, facts={"sha256": row.sha256})
    return row


@transaction.atomic
def make_anew(*, message: Message, channels: Sequence[str], by: User, at: datetime) -> Message:
    """Write these forms anew from the master text; what was written in them by hand is gone."""
    row = Message.objects.select_for_update().get(pk=message.pk)
    require(by, WRITE, unit_id=row.unit_id, at=at)
    if not row.master.strip():
        raise CannotWriteError(_("There is no master text yet. Write it first."))
    for channel in channels:
        _make_anew(row, channel, MASTER_LANGUAGE, by=by, at=at)
    before = row.sha256
    _touched(row, by=by, at=at)
    if row.sha256 != before:
        facts = {"sha256": row.sha256, "channels": list(channels)}
        audit.record("outreach.message_made_anew", by=by, at=at, subject=row.subject, facts=facts)
    return row


def _make_anew(message: Message, channel: str, language: str, *, by: User, at: datetime) -> None:
    body = shorten(message=message, channel=channel, text=message.master, at=at)  # first: so more of it fits
    parts = derived(channel, message.title, body)
    form = Form(channel=channel, language=language, subject=parts["subject"], body=parts["body"])
    _write(message, form, by=by, at=at)
    made_from = master_hash(message.title, message.master)
    message.forms.filter(channel=channel, language=language).update(made_from=made_from)


def _write(message: Message, form: Form, *, by: User, at: datetime) -> None:
    if not form.body.strip():
        message.forms.filter(channel=form.channel, language=form.language).delete()
        return
    values = {
        "subject": nfc(form.subject)[:160],
        "body": shorten(message=message, channel=form.channel, text=nfc(form.body), at=at),
        "plain": shorten(message=message, channel=form.channel, text=nfc(form.plain).strip(), at=at),
        "send_plain": form.send_plain,
    }
    known = message.forms.filter(channel=form.channel, language=form.language).first()
    values |= _recording(form, known, str(values["body"]), by=by, at=at)
    if known is not None and all(getattr(known, name) == value for name, value in values.items()):
        return
    MessageForm.objects.update_or_create(
        message=message,
        channel=form.channel,
        language=form.language,
        defaults=values | {"edited_by": by, "edited_at": at},
    )


def _recording(form: Form, known: MessageForm | None, body: str, *, by: User, at: datetime) -> dict[str, Any]:
    """The recording's name and its seconds."""
    if form.recording is not None and recorded(form.channel):
        name = keep_recording(by=by, at=at, text=heard(body, form.language), content=form.recording)
        return {"recording": name, "recording_seconds": seconds_of(form.recording)}
    kept = known if known and not form.unrecorded else MessageForm()
    return {"recording": kept.recording, "recording_seconds": kept.recording_seconds}


def _touched(message: Message, *, by: User, at: datetime) -> None:
    content = content_of(message, message.forms.all())
    fresh = content_hash(content)
    if fresh != message.sha256:
        message.sha256, message.edited_at = fresh, at
        message.authors.add(by)
    message.save()


@transaction.atomic
def freeze(*, message: Message, by: User, at: datetime) -> MessageVersion:
    """Keep the message's content as it stands as a version; the same text gives the same version."""
    row = Message.objects.select_for_update().get(pk=message.pk)
    require(by, WRITE, unit_id=row.unit_id, at=at)
    content = content_of(row, row.forms.all())
    if not content["forms"]:
        raise CannotWriteError(_("There is no text yet. Write at least one form."))
    _check_lengths(row)
    _check_templates(row)
    digest = content_hash(content)
    if (known := row.versions.filter(sha256=digest).first()) is not None:
        return known
    number = (row.versions.aggregate(last=Max("number"))["last"] or 0) + 1
    return MessageVersion.objects.create(
        message=row, number=number, content=content, sha256=digest, frozen_by=by, frozen_at=at
    )


def _check_lengths(message: Message) -> None:
    for form in message.forms.all():
        found = described(form.channel)
        limit = found.max_length
        if limit is not None and len(form.text) > limit:
            words = {"channel": found.label, "limit": limit, "length": len(form.text)}
            raise CannotWriteError(
                _("The text for %(channel)s has %(length)s characters; at most %(limit)s fit. Shorten it.") % words
            )


def _check_templates(message: Message) -> None:
    """A form that must fit what a provider approved beforehand fits some account in use of its channel."""
    for form in message.forms.all():
        if found := form_faults(form.channel, form.text):
            words = {"channel": capability(form.channel).label, "faults": "; ".join(found)}
            raise CannotWriteError(_("The text for %(channel)s cannot go out: %(faults)s.") % words)


@transaction.atomic
def ask_approval(*, message: Message, by: User, at: datetime) -> Submission:
    """Freeze the message and put exactly that version before a second person, naming everybody who wrote in it."""
    version = freeze(message=message, by=by, at=at)
    row = version.message
    return submit(
        subject=row.subject,
        label=row.title,
        content=version.content,
        authors=list(row.authors.all()),
        unit_id=row.unit_id,
        by=by,
        at=at,
    )


def send_trial(*, message: Message, channel: str, language: str, by: User, at: datetime) -> TrialSend:
    """Send one form as it stands to the editor's own e-mail or phone, through the account everybody gets it from.

    Never through the ledger. The outcome is kept; a failed test is an outcome, not an error.
    """
    require(by, WRITE, unit_id=message.unit_id, at=at)
    address = own_address(by, channel)
    content = content_of(message, message.forms.all())
    text = text_for(content, channel, language).for_person(str(by), settings.LANTOA_BASE_URL)
    account = ready_with(channel, text.text, at=at)
    if account is None:
        raise CannotWriteError(_("No account of this channel can send now. Ask the channel officer."))
    key = f"trial-{message.pk}-{get_random_string(16)}"
    outgoing = Outgoing(
        key=key, address=address, text=text.text, subject=text.subject, html=text.html, language=text.language
    )
    try:
        outcome: Outcome = async_to_sync(_send_once)(transport_for(account), outgoing)
    except AccountProblem as problem:
        outcome = problem
    record_health(account_id=account.pk, outcome=outcome, at=at)
    kept = TrialSend.objects.create(
        message=message, channel=channel, language=text.language, sha256=message.sha256, by=by, at=at,
        outcome="accepted" if isinstance(outcome, Accepted) else type(outcome).__name__.lower(),
        reason=outcome.reason[:300] if isinstance(outcome, SendProblem) else "",
    )  # fmt: skip
    audit.record("outreach.trial_sent", by=by, at=at, subject=message.subject, facts={"channel": channel})
    return kept


def own_address(user: User, channel: str) -> str:
    """The editor's own address on a channel; raises CannotWriteError when their account has none."""
    kind = capability(channel).address
    own = {AddressKind.EMAIL: user.email, AddressKind.PHONE: user.phone}.get(kind)
    if not own:
        raise CannotWriteError(_("Your account has no address on this channel. See the preview instead."))
    return own


async def _send_once(transport: Transport, message: Outgoing) -> Outcome:
    async with transport:
        return await outcome_of(transport, message)
