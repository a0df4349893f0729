"""What the composer shows: each form beside its true preview, its measure, the seal, and what is still missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.conf import settings
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lantoa.approvals.content import Piece, words_changed
from lantoa.approvals.selectors import Approval, Change, approval_of, diff, history, last_approved
from lantoa.channels.contract import AddressKind, Capability
from lantoa.channels.placing import PublicCapability
from lantoa.channels.registry import channels, described, publics, recorded
from lantoa.channels.selectors import accounts_in_use, form_faults
from lantoa.channels.sms.segments import Segments, measure, unaccented
from lantoa.kernel.access import allowed
from lantoa.kernel.models import User
from lantoa.outreach.forms import ChannelForm, DetailsForm, MasterForm
from lantoa.outreach.linking import code_of, swapped, targets_in
from lantoa.outreach.measuring import Measured, measured
from lantoa.outreach.models import Message, MessageForm
from lantoa.outreach.press import PRESS, PressFacts, handed_over, shown
from lantoa.outreach.press_forms import PressForm
from lantoa.outreach.rules import PREPARE, WRITE
from lantoa.outreach.sound import Sound, sound_shown
from lantoa.outreach.texts import (
    CHANNELS,
    MASTER_LANGUAGE,
    PublicText,
    Text,
    content_of,
    derived,
    master_hash,
    public_text,
    text_for,
)

SOUND = ("recording", "unrecorded")
LANGUAGES = {"vi": gettext_lazy("Vietnamese"), "km": gettext_lazy("Khmer"), "en": gettext_lazy("English")}


@dataclass(frozen=True, slots=True)
class Check:
    """One thing to see to before asking for approval."""

    good: bool
    words: str


class Card:
    """One channel's form on the page, addressed or public."""

    def __init__(self, page: "Composer", kind: str) -> None:
        self.page, self.kind = page, kind
        self.public = kind in publics()
        self.capability: Capability | PublicCapability = described(kind)
        self.written: MessageForm | None = page.written.get(kind)

    @cached_property
    def form(self) -> ChannelForm:
        """The fields, as typed last."""
        one = self.written
        initial = {name: getattr(one, name) for name in ("subject", "body", "plain", "send_plain")} if one else {}
        form = ChannelForm(self.page.data, self.page.files, prefix=self.kind, initial=initial)
        if "subject" not in self.capability.fields:
            del form.fields["subject"]
        if self.kind != "sms":
            del form.fields["plain"], form.fields["send_plain"]
        if not self.recorded:
            del form.fields["recording"], form.fields["unrecorded"]
        elif not self.has_recording:
            del form.fields["unrecorded"]
        return form

    @property
    def fields(self) -> list[BoundField]:
        """What is measured while it is typed."""
        return [field for field in self.form if field.name not in SOUND]

    @property
    def sound_fields(self) -> list[BoundField]:
        """Its recording, given or taken away."""
        return [field for field in self.form if field.name in SOUND]

    @property
    def recorded(self) -> bool:
        """Whether a person's recording of the words may be given."""
        return recorded(self.kind)

    @property
    def has_recording(self) -> bool:
        """Whether there is one, of these words or of others."""
        return bool(self.written and self.written.recording)

    @cached_property
    def sound(self) -> Sound | None:
        """The recording that would be approved with these words."""
        text = self.text
        return sound_shown(text.text, text.sound, text.seconds) if isinstance(text, PublicText) else None

    @property
    def outspoken(self) -> bool:
        """Whether the words have changed since they were recorded."""
        return self.has_recording and self.sound is None

    @cached_property
    def text(self) -> Text | PublicText | None:
        """What one person would get, with a made-up name and link; or what an outlet shows."""
        if self.written is None or not self.written.text.strip():
            return None
        if self.public:
            return public_text(self.page.content, self.kind, self.page.language)
        raw = text_for(self.page.content, self.kind, self.page.language)
        return raw.for_person(_("Nguyễn Văn Mẫu"), f"{settings.LANTOA_BASE_URL}/nhan-tin/")

    @property
    def headline(self) -> str:
        """The subject or title as it stands above the text."""
        if isinstance(self.text, PublicText):
            return self.text.title if "subject" in self.capability.fields else ""
        return self.text.subject if self.text else ""

    @cached_property
    def measured(self) -> Measured:
        """How much the text takes."""
        return measured(self.kind, self.text.text if self.text else "")

    @property
    def press(self) -> PressForm | None:
        """What newsrooms get beside the words, where the kind carries it."""
        return self.page.press if handed_over(self.kind) else None

    @cached_property
    def given(self) -> dict[str, Any] | None:
        """The same as it was saved; None where nothing was."""
        return shown(PressFacts.from_json(self.page.message.press)) if self.page.message.press else None

    @property
    def fits(self) -> bool:
        """Whether the channel carries it."""
        return self.measured.fits

    @cached_property
    def faults(self) -> list[str]:
        """Why the text cannot go out, where it must fit what the provider approved beforehand."""
        addressed = self.kind in channels() and self.written and self.text
        return form_faults(self.kind, self.written.text) if addressed and self.written else []

    @property
    def plain_segments(self) -> Segments | None:
        """The same SMS without marks: what it would cost."""
        return measure(self.plain_text) if self.kind == "sms" and self.written else None

    @property
    def plain_text(self) -> str:
        """The variant without marks: the editor's own, or made from the text."""
        return (self.written.plain or unaccented(self.written.body)) if self.written else ""

    @property
    def links(self) -> list[tuple[str, str]]:
        """Code and address of each short link in this form."""
        return list(targets_in([self.written.text]).items()) if self.written else []

    @property
    def own_test(self) -> bool:
        """Whether the editor has an address of their own on this channel."""
        user = self.page.user
        own = {AddressKind.EMAIL: user.email, AddressKind.PHONE: user.phone}
        if isinstance(self.capability, PublicCapability):
            return False
        return bool(own.get(self.capability.address)) and self.text is not None

    # What it was made from

    @property
    def may_make_anew(self) -> bool:
        """Whether there is a master text to make it from."""
        return self.page.may_write and self.page.language == MASTER_LANGUAGE and bool(self.page.message.master)

    @property
    def stale(self) -> bool:
        """Whether the master has moved on since this form was made of it."""
        made_from = self.written.made_from if self.written else ""
        return self.page.language == MASTER_LANGUAGE and bool(made_from) and made_from != self.page.master_hash

    @cached_property
    def moved(self) -> list[Piece]:
        """What making it anew would change, word by word; our short links count as the addresses they lead to."""
        if self.written is None:
            return []
        message, leads = self.page.message, targets_in([self.written.body])
        kept = swapped(self.written.body, lambda address: leads.get(code_of(address) or "", address))
        return words_changed(kept, derived(self.kind, message.title, message.master)["body"])


class Composer:
    """One message in one language on the desk of one person; `query`: what pictures to look for in the library."""

    def __init__(
        self, message: Message, user: User, language: str, data: Any = None, *, files: Any = None, query: str = ""
    ) -> None:
        self.message, self.user, self.language, self.data, self.query = message, user, language, data, query
        self.files = files

    @cached_property
    def forms(self) -> list[MessageForm]:
        """All forms in all languages."""
        return list(self.message.forms.select_related("edited_by"))

    @cached_property
    def written(self) -> dict[str, MessageForm]:
        """The forms of this language."""
        return {form.channel: form for form in self.forms if form.language == self.language}

    @cached_property
    def content(self) -> dict[str, Any]:
        """Everything an approval would cover."""
        return content_of(self.message, self.forms)

    @cached_property
    def addressed(self) -> list[Card]:
        """A card for each channel to persons in use, and for the four that every installation begins with."""
        used = {*CHANNELS, *self.written, *accounts_in_use()}
        shown = [kind for kind in channels() if kind in used]
        order = sorted(shown, key=lambda kind: CHANNELS.index(kind) if kind in CHANNELS else len(CHANNELS))
        return [Card(self, kind) for kind in order]

    @cached_property
    def public(self) -> list[Card]:
        """A card for each public kind, in the decree's order."""
        return [Card(self, kind) for kind in publics()]

    @property
    def groups(self) -> list[dict[str, Any]]:
        """The cards as they stand on the page."""
        return [
            {"key": "persons", "title": _("To each person"), "cards": self.addressed},
            {"key": "outlets", "title": _("Where many people meet it"), "cards": self.public},
        ]

    @property
    def cards(self) -> list[Card]:
        """All of them."""
        return [*self.addressed, *self.public]

    @cached_property
    def master_hash(self) -> str:
        """What a form made of the master as it stands would remember."""
        return master_hash(self.message.title, self.message.master)

    @cached_property
    def master(self) -> MasterForm:
        """The text that all forms are made of."""
        return MasterForm(self.data, initial={"master": self.message.master})

    @cached_property
    def press(self) -> PressForm:
        """Embargo, pictures and contact; the message's, whatever the language."""
        typed = self.data if self.data and "press-embargo_until" in self.data else None
        return PressForm(typed, prefix=PRESS, facts=PressFacts.from_json(self.message.press), query=self.query)

    @property
    def stale(self) -> list[Card]:
        """The forms that the master has left behind."""
        return [card for card in self.cards if card.stale]

    @cached_property
    def details(self) -> DetailsForm:
        """Title and what it rests on."""
        one = self.message
        initial = {"title": one.title, "content_line": one.content_line, "legal_basis": one.legal_basis}
        return DetailsForm(self.data, initial=initial)

    @property
    def tabs(self) -> list[dict[str, Any]]:
        """A tab for each language, with the number of forms written."""
        counts = {code: sum(form.language == code for form in self.forms) for code in LANGUAGES}
        return [
            {
                "label": label,
                "url": f"?nn={code}",
                "current": code == self.language,
                "count": counts[code],
            }
            for code, label in LANGUAGES.items()
        ]

    @cached_property
    def approval(self) -> Approval | None:
        """The approval of exactly this text."""
        return approval_of(self.message.subject, self.message.sha256)

    @cached_property
    def _older(self) -> tuple[Approval, dict[str, Any]] | None:
        return None if self.approval else last_approved(self.message.subject)

    @property
    def void(self) -> Approval | None:
        """An approval of other words than these."""
        return self._older[0] if self._older else None

    @cached_property
    def changes(self) -> Sequence[Change]:
        """What differs from the words approved last."""
        return diff(self._older[1], self.content) if self._older else []

    @property
    def pieces(self) -> list[Any]:
        """The first changes, as one run for the seal."""
        return [piece for change in self.changes[:2] for piece in change.pieces]

    @cached_property
    def open_submission(self) -> Any:
        """The submission of exactly this text that waits for its reader, if any."""
        found = history(self.message.subject).filter(sha256=self.message.sha256, withdrawn_at=None)
        return found.filter(decision=None).first()

    @cached_property
    def returned(self) -> Any:
        """The note with which this text, or the one before, came back."""
        last = history(self.message.subject).exclude(decision=None).first()
        return last.decision if last and last.decision.verdict == "returned" and not self.approval else None

    @property
    def may_write(self) -> bool:
        """Whether this person may change it."""
        return allowed(self.user, WRITE, unit_id=self.message.unit_id)

    @property
    def may_prepare(self) -> bool:
        """Whether this person may prepare a broadcast of it."""
        return allowed(self.user, PREPARE, unit_id=self.message.unit_id)

    @property
    def next_number(self) -> int:
        """The number the present text has or would get as a version."""
        known = self.message.versions.filter(sha256=self.message.sha256).first()
        return known.number if known else self.message.versions.count() + 1

    @property
    def checks(self) -> list[Check]:
        """What to see to before asking."""
        unfit = [str(card.capability.label) for card in self.cards if not card.fits]
        faulty = [f"{card.capability.label}: {fault}" for card in self.addressed for fault in card.faults]
        empty = [str(card.capability.label) for card in self.addressed if card.text is None]
        found = [
            Check(bool(self.message.legal_basis), _("Legal basis named") if self.message.legal_basis
                  else _("No legal basis named")),
            Check(not unfit, _("Too long: %(channels)s") % {"channels": ", ".join(unfit)} if unfit
                  else _("Every form fits its channel")),
        ]  # fmt: skip
        found += [Check(False, words) for words in faulty]
        if any(card.outspoken for card in self.public):
            found.append(Check(False, _("The recording speaks other words than these: record them anew")))
        if behind := [str(card.capability.label) for card in self.stale]:
            words = _("The master text has moved on since: %(channels)s") % {"channels": ", ".join(behind)}
            found.append(Check(False, words))
        if empty:
            found.append(Check(False, _("Nothing written for: %(channels)s") % {"channels": ", ".join(empty)}))
        return found
