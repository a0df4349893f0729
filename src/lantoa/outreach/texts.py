"""A message's text in every form: what is frozen and approved, and what one person gets of it."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from html import escape
from typing import Any

from django.template.loader import render_to_string
from django.utils import translation

from lantoa.channels import registry
from lantoa.channels.loudspeaker.recordings import sha256_of, speaks
from lantoa.channels.sms.segments import unaccented
from lantoa.outreach.linking import targets_in
from lantoa.outreach.models import Message, MessageForm
from lantoa.outreach.press import PRESS, handed_over

type Content = Mapping[str, Any]

NAME = "{name}"
"""Where the person's name goes; only in forms, filled in at the last moment."""

STRANGER = {"vi": "bà con", "en": "friend", "km": "បងប្អូន"}
"""How someone is called whose name we do not hold."""

CHANNELS = ("portal", "email", "zalo", "sms")
"""The order of forms on the page; further kinds follow as installed."""


def content_of(message: Message, forms: Iterable[MessageForm]) -> dict[str, Any]:
    """Everything an approval covers: title, purpose, every form by language and channel, in NFC, where each short link
    in them leads, what newsrooms get beside the words, and the recording of a form by its SHA-256 with its seconds."""
    written: dict[str, dict[str, dict[str, Any]]] = {}
    for form in sorted(forms, key=lambda one: (one.language, one.channel)):
        if form.text.strip():
            parts = {"subject": form.subject, "text": form.text} if form.subject else {"text": form.text}
            parts = {key: nfc(value) for key, value in parts.items()}
            written.setdefault(form.language, {})[form.channel] = parts | recorded_in(form)
    content: dict[str, Any] = {
        "title": nfc(message.title),
        "purpose": message.purpose,
        "legal_basis": nfc(message.legal_basis),
        "forms": written,
    }
    links = targets_in(form["text"] for channels in written.values() for form in channels.values())
    given = message.press if any(handed_over(kind) for channels in written.values() for kind in channels) else {}
    return content | ({"links": links} if links else {}) | ({PRESS: given} if given else {})


def heard(text: str, language: str) -> str:
    """The words as everybody hears them: a name's place is filled with the word for a stranger."""
    return text.replace(NAME, STRANGER.get(language, ""))


def sound_of(form: MessageForm) -> str:
    """The SHA-256 of the recording of exactly this form's words; empty without one, and when they have changed."""
    return sha256_of(form.recording) if speaks(form.recording, heard(nfc(form.text), form.language)) else ""


def recorded_in(form: MessageForm) -> dict[str, Any]:
    """What an approval covers of this form's recording: which one, and how long it plays where that was measured."""
    sound = sound_of(form)
    long = {"seconds": form.recording_seconds} if form.recording_seconds else {}
    return {"sound": sound, **long} if sound else {}


def nfc(text: str) -> str:
    """The text with line ends as \\n, composed letters, and no NUL."""
    return unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", ""))


def channels_of(content: Content) -> list[str]:
    """The channels for which some language has a text, in the order people see them."""
    written = {channel for forms in content["forms"].values() for channel in forms}
    return [kind for kind in registry.channels() if kind in written]


def publics_of(content: Content) -> list[str]:
    """The public kinds for which some language has a text, in the decree's order."""
    written = {channel for forms in content["forms"].values() for channel in forms}
    return [kind for kind in registry.publics() if kind in written]


@dataclass(frozen=True, slots=True)
class PublicText:
    """What one outlet gets to show or say."""

    title: str
    text: str
    language: str
    sound: str = ""  # SHA-256 of the recording of it
    seconds: int = 0  # how long that plays; 0: not known


def public_text(content: Content, kind: str, language: str) -> PublicText:
    """The form of a public kind in a language, else in Vietnamese, else in any; raises KeyError when none is written.

    A name's place is filled with the word for a stranger: the message speaks to everybody.
    """
    forms = content["forms"]
    for code in (language, "vi", *languages_of(content)):
        if kind in forms.get(code, {}):
            form = forms[code][kind]
            title, sound = form.get("subject", "") or content["title"], form.get("sound", "")
            return PublicText(heard(title, code), heard(form["text"], code), code, sound, form.get("seconds", 0))
    raise KeyError(kind)


def languages_of(content: Content) -> list[str]:
    """The languages written, Vietnamese first."""
    return sorted(content["forms"], key=lambda code: (code != "vi", code))


@dataclass(frozen=True, slots=True)
class Text:
    """One form ready for the wire but for the name and the unsubscribe address."""

    subject: str
    text: str
    html: str
    language: str
    units: int
    personal: bool
    channel: str

    def for_person(self, name: str, unsubscribe_url: str) -> "Text":
        """The form with the person's name and link; cost counted again where the name changes it."""
        if not self.personal:
            return self
        called = name or STRANGER.get(self.language, "")
        fill = {NAME: called, UNSUBSCRIBE: unsubscribe_url}
        subject, text = _filled(self.subject, fill), _filled(self.text, fill)
        html = _filled(self.html, {key: escape(value) for key, value in fill.items()}) if self.html else ""
        units = registry.channel(self.channel).units(text)
        return Text(subject, text, html, self.language, units, True, self.channel)


UNSUBSCRIBE = "{unsubscribe_url}"


def _filled(text: str, values: Mapping[str, str]) -> str:
    for key, value in values.items():
        text = text.replace(key, value)
    return text


def text_for(content: Content, channel: str, language: str) -> Text:
    """The form for a channel in a language, else in Vietnamese, else in any; raises KeyError when none is written."""
    forms = content["forms"]
    order = [language, "vi", *languages_of(content)]
    chosen = next((code for code in order if channel in forms.get(code, {})), "")
    if not chosen:
        raise KeyError(channel)
    form = forms[chosen][channel]
    return _dressed(channel, chosen, content["title"], form.get("subject", ""), form["text"])


def spoken(content: Content) -> list[tuple[str, str]]:
    """Language and shortest text in it, for somebody who tells it in person; one without marks only when there is no
    other."""
    found = []
    for code in languages_of(content):
        texts = [form["text"] for form in content["forms"][code].values()]
        said = min(texts, key=lambda text: (code == "vi" and unaccented(text) == text, len(text)))
        found.append((code, said.replace(NAME, STRANGER.get(code, ""))))
    return found


@lru_cache(maxsize=512)
def _dressed(channel: str, language: str, title: str, subject: str, text: str) -> Text:
    found = registry.channel(channel)
    carried = found.capability.fields
    shown = (subject or title) if "subject" in carried else ""
    html = ""
    if channel == "email":
        text, html = _mail(language, shown, text)
    personal = NAME in text or NAME in shown or UNSUBSCRIBE in text
    return Text(shown, text, html, language, found.units(text), personal, channel)


def _mail(language: str, subject: str, text: str) -> tuple[str, str]:
    """The mail's plain and HTML sides, each with the way out at its foot."""
    paragraphs = [part.strip() for part in text.split("\n\n") if part.strip()]
    words = {"subject": subject, "paragraphs": paragraphs, "text": text, "language": language, "link": UNSUBSCRIBE}
    with translation.override(language):
        return (
            render_to_string("outreach/mail.txt", words).strip() + "\n",
            render_to_string("outreach/mail.html", words).strip() + "\n",
        )


def first_forms(title: str, body: str) -> dict[str, dict[str, str]]:
    """Forms for every channel of one text: what an editor starts from. SMS gets the title and the first sentences
    that fit two messages with marks, a notification what a screen shows; approved templates are filled by hand."""
    lead = " ".join(body.split())
    zalo = f"{title}\n\n{body}".strip()[:2000]
    stop = "" if title.endswith((".", "!", "?", "…")) else "."
    sms = _fitting(f"{title}{stop} {lead}" if lead else title, 134)
    return {
        "portal": {"subject": title, "body": body},
        "email": {"subject": title[:160], "body": body},
        "zalo": {"subject": "", "body": zalo},
        "sms": {"subject": "", "body": sms},
        "telegram": {"subject": "", "body": f"{title}\n\n{body}".strip()[:4096]},
        "webpush": {"subject": title[:160], "body": _fitting(lead or title, 200)},
    }


MASTER_LANGUAGE = "vi"
"""What the master text is written in; forms in other languages are written by hand."""


def master_hash(title: str, master: str) -> str:
    """What a form remembers of the title and the master text that it was made from; empty without a master."""
    return sha256(f"{nfc(title)}\x1f{nfc(master)}".encode()).hexdigest() if master.strip() else ""


def derived(kind: str, title: str, body: str) -> dict[str, str]:
    """The first form of one kind, addressed or public: subject and body. A kind that nobody taught gets the text."""
    if kind in registry.publics():
        subject, text = registry.public(kind).derive(title, body)
        return {"subject": subject if "subject" in registry.described(kind).fields else "", "body": text}
    return first_forms(title, body).get(kind, {"subject": title, "body": body})


def _fitting(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    cut = text[:limit]
    end = max(cut.rfind(". "), cut.rfind("! "), cut.rfind("? "))
    return cut[: end + 1] if end > limit // 3 else cut[: cut.rfind(" ")]
