"""What a person's own page shows, and the copy they take of it."""

import json
from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from lantoa.audience import holdings, selectors
from lantoa.audience.addresses import is_typed
from lantoa.audience.own_copy import basis_words, channel_words, copy_of, moment_words, source_words
from lantoa.audience.selectors import Kept, Standing
from lantoa.audience.services import OwnPage, own_page_token
from lantoa.portal.context import in_sentence
from lantoa.ui.templatetags.ui import vn_date


def choices(page: OwnPage) -> list[dict[str, str]]:
    """The people who share an address, each by the first syllable of their name and a number where two sound alike."""
    syllables, seen = selectors.first_syllables(page.sharing), dict[str, int]()
    found = []
    for person in page.sharing:
        name = syllables[person.pk] or _("Without a name")
        seen[name] = seen.get(name, 0) + 1
        label = name if seen[name] == 1 else _("%(name)s, the %(n)s. of this name") % {"name": name, "n": seen[name]}
        found.append({"label": label, "token": own_page_token(page.link, person)})
    return found


def shown(page: OwnPage, *, done: str) -> dict[str, Any]:
    """Everything on the page of one person."""
    assert page.person is not None
    kept = selectors.kept_of(page.person)
    return {
        "page": page,
        "kept": kept,
        "facts": _facts(kept),
        "addresses": [
            {"row": row, "channel": channel_words(row.channel), "typed": is_typed(row.channel)}
            for row in kept.addresses
        ],
        "consents": [{"said": said, "at": moment_words(said.at)} for said in kept.consents],
        "requests": [_request(one) for one in kept.requests if one.request.description or one.request.opened_by_id],
        "others": list(holdings.of_person(page.person.pk).values()),
        "notice": _notices().get(done),
    }


def copy_file(page: OwnPage, form: str, *, at: datetime) -> HttpResponse:
    """The copy as a download. Where others read this address too, only that address is written out in full."""
    assert page.person is not None
    kept = selectors.kept_of(page.person, open_digest=page.link.digest, whole=not page.shared)
    found = copy_of(kept)
    if form == "json":
        rows = {name: [dict(row) for row in holding.rows] for name, holding in found.items()}
        text = json.dumps({"made_at": at.isoformat(), **rows}, ensure_ascii=False, indent=2)
        response = HttpResponse(text, content_type="application/json; charset=utf-8")
    else:
        text = render_to_string("portal/mine_copy.html", {"found": found.values(), "at": at})
        response = HttpResponse(text, content_type="text/html; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="du-lieu-cua-toi.{form}"'
    return response


def _facts(kept: Kept) -> list[dict[str, str]]:
    parts = [
        (_("Name"), kept.name or _("no name kept")),
        (_("Commune"), kept.unit),
        (_("Hamlet"), kept.hamlet),
        (_("Language"), str(kept.person.get_language_display())),
        (_("Where your data came from"), source_words(kept.person.source)),
        (_("On what basis"), basis_words(kept.person.legal_basis)),
        (_("Kept since"), moment_words(kept.person.created_at)),
    ]
    return [{"label": label, "value": value} for label, value in parts if value]


def _request(one: Standing) -> dict[str, Any]:
    steps = [
        {
            "state": "done",
            "title": _("You asked: %(what)s") % {"what": in_sentence(one.request.get_kind_display())},
            "text": moment_words(one.request.received_at),
            "quote": one.request.description,
        }
    ]
    steps += [
        {
            "state": "done",
            "title": event.get_state_display(),
            "text": moment_words(event.at),
            "quote": event.text if event.by_id else "",
        }
        for event in one.request.events.all()
    ]
    if one.due:
        steps.append({"state": "now", "title": _("In hand"), "text": _("Until %(day)s") % {"day": vn_date(one.due)}})
    return {"steps": steps}


def _notices() -> dict[str, str]:
    return {
        "sua": _("Put right. Thank you."),
        "rut": _("Taken back. From this moment nothing of it is sent any more."),
        "hoi": _("An officer has it now. The answer stands on this page."),
        "dia-chi": _("Look there: we sent a link to the new address. Until you press it nothing changes."),
    }
