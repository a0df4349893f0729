"""The copy a person takes of everything kept of them: this room's part, then what the rooms above keep."""

from datetime import datetime

from django.utils.translation import gettext as _

from lantoa.audience import holdings
from lantoa.audience.holdings import Holding
from lantoa.audience.selectors import Kept, Standing, consent_events_of
from lantoa.channels import registry
from lantoa.kernel.clock import local
from lantoa.kernel.text import date_text


def basis_words(basis: str) -> str:
    """On what basis a person is kept; what a list states is shown as it stands."""
    known = {"consent": _("Your own consent"), "own request": _("You asked us, and we answer")}
    return known.get(basis, basis)


def source_words(source: str) -> str:
    """Where a person's data came from."""
    if source.startswith("import:"):
        return _("A list brought in by your commune or agency")
    known = {"portal": _("You subscribed on this site"), "sample": _("Sample data")}
    return known.get(source, channel_words(source))


def channel_words(kind: str) -> str:
    """A channel as people call it."""
    return registry.label(kind)


def moment_words(moment: datetime) -> str:
    """A moment as people read it."""
    here = local(moment)
    return f"{date_text(here.date())} {here:%H:%M}"


def copy_of(kept: Kept) -> dict[str, Holding]:
    """Everything the house keeps of a person, by name; addresses as `kept` has them."""
    own = {
        "person": _person(kept),
        "addresses": _addresses(kept),
        "groups": _groups(kept),
        "consents": _consents(kept),
        "requests": _requests(kept),
    }
    return own | holdings.of_person(kept.person.pk)


def _person(kept: Kept) -> Holding:
    facts = [
        (_("Name"), kept.name),
        (_("Commune"), kept.unit),
        (_("Hamlet"), kept.hamlet),
        (_("Language"), str(kept.person.get_language_display())),
        (_("Preferred channel"), channel_words(kept.person.preferred_channel or "")),
        (_("Source"), source_words(kept.person.source)),
        (_("Legal basis"), basis_words(kept.person.legal_basis)),
        (_("Known since"), moment_words(kept.person.created_at)),
    ]
    return Holding(
        title=_("You"),
        why=_("So that what concerns your commune reaches you, in your language."),
        columns={"what": _("What"), "kept": _("What is kept")},
        rows=[{"what": what, "kept": value} for what, value in facts if value],
    )


def _addresses(kept: Kept) -> Holding:
    return Holding(
        title=_("Addresses"),
        why=_("So that messages reach you."),
        columns={"channel": _("Channel"), "address": _("Address")},
        rows=[{"channel": channel_words(row.channel), "address": row.text} for row in kept.addresses],
    )


def _groups(kept: Kept) -> Holding:
    return Holding(
        title=_("Groups"),
        why=_("So that you get news of the support meant for you. Nobody is shown who is in a group."),
        columns={"group": _("Group")},
        rows=[{"group": name} for name in kept.groups],
    )


def _consents(kept: Kept) -> Holding:
    columns = {
        "about": _("About"), "channel": _("Channel"), "said": _("You said"), "at": _("When"), "how": _("By what means"),
        "words": _("The words"),
    }  # fmt: skip
    rows = [
        {
            "about": said.about, "channel": said.where, "said": _("yes") if said.given else _("no"),
            "at": moment_words(said.at), "how": said.how, "words": said.wording,
        }
        for said in consent_events_of(kept.person)
    ]  # fmt: skip
    return Holding(_("What you said yes and no to"), _("It is the proof that we may write to you."), columns, rows)


def _requests(kept: Kept) -> Holding:
    return Holding(
        title=_("What you asked about your data"),
        why=_("So that every request is answered in its time."),
        columns={"kind": _("Request"), "at": _("When"), "state": _("State"), "text": _("What was said")},
        rows=[_request(one) for one in kept.requests],
    )


def _request(one: Standing) -> dict[str, str]:
    said = [one.request.description, *(event.text for event in one.request.events.all() if event.by_id)]
    return {
        "kind": str(one.request.get_kind_display()),
        "at": moment_words(one.request.received_at),
        "state": str(one.request.get_state_display()),
        "text": " · ".join(text for text in said if text),
    }
