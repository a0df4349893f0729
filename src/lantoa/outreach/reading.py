"""How a reviewer reads a message: every form in every language, as its reader will get it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lantoa.approvals.subjects import Section, register_subject
from lantoa.channels.registry import channels, described, public, publics
from lantoa.channels.sms.segments import measure
from lantoa.outreach.press import PRESS, facts_of, shown
from lantoa.outreach.sound import sound_shown
from lantoa.outreach.texts import heard, languages_of


def sections(content: Mapping[str, Any]) -> Sequence[Section]:
    """The forms in the order people see channels, Vietnamese first."""
    found: list[Section] = []
    if content.get("legal_basis"):
        found.append(Section(label=_("Legal basis"), text=content["legal_basis"], icon="document"))
    for language in languages_of(content):
        forms = content["forms"][language]
        for kind in (*channels(), *publics()):
            if kind in forms:
                found += [_section(kind, language, forms[kind]), *_sound(kind, language, forms[kind])]
    if content.get(PRESS):
        html = render_to_string("outreach/press_read.html", shown(facts_of(content)))
        found.append(Section(label=_("What newsrooms get beside the words"), html=html, icon="mail"))
    if links := content.get("links"):
        lines = [f"/l/{code} → {target}" for code, target in sorted(links.items())]
        found.append(Section(label=_("Where its links lead"), text="\n".join(lines), icon="link"))
    return found


def _section(kind: str, language: str, form: Mapping[str, str]) -> Section:
    capability = described(kind)
    subject = form.get("subject", "")
    text = f"{subject}\n\n{form['text']}" if subject and "subject" in capability.fields else form["text"]
    return Section(
        label=capability.label, text=text, language=language, icon=capability.icon, meta=meta_of(kind, form["text"])
    )


def _sound(kind: str, language: str, form: Mapping[str, Any]) -> Sequence[Section]:
    """The recording of a form, to be listened to."""
    sound = sound_shown(heard(form["text"], language), form.get("sound", ""), form.get("seconds", 0))
    if sound is None:
        return ()
    html = render_to_string("outreach/sound.html", {"sound": sound})
    return (Section(label=_("Recording of these words"), html=html, language=language, icon=described(kind).icon),)


def meta_of(kind: str, text: str) -> str:
    """What a form costs, in one short line."""
    if kind in publics() and (found := public(kind).measure) is not None:
        return str(found(text).words)
    if kind != "sms":
        return ngettext("%(n)s character", "%(n)s characters", len(text)) % {"n": len(text)}
    size = measure(text)
    words = ngettext("%(n)s SMS", "%(n)s SMS", size.count) % {"n": size.count}
    return f"{words}, " + ngettext("%(n)s character", "%(n)s characters", len(text)) % {"n": len(text)}


def address(subject: str) -> str | None:
    """Where the message is written."""
    try:
        return reverse("messages:compose", args=[int(subject.rpartition(":")[2])])
    except NoReverseMatch:
        return None


def register() -> None:
    """Make messages known to approvals."""
    register_subject("outreach.message", sections, label=gettext_lazy("Message"), link=address)
