"""What the gallery page shows: illustrations in the words of the field, no real person, figure or decree."""

import datetime as dt
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from lantoa.ui import charts, sprites

COUNTS = {"delivered": 13574, "accepted": 1515, "pending": 1551, "failed": 1239, "suppressed": 946, "unknown": 124}
MOMENT = dt.datetime(2026, 11, 23, 1, 12, tzinfo=dt.UTC)


class SampleForm(forms.Form):
    """One field of each kind, two of them faulty."""

    subject = forms.ChoiceField(
        label=gettext_lazy("What is it about?"),
        widget=forms.RadioSelect,
        choices=[
            ("ask", gettext_lazy("I have a question about a policy")),
            ("report", gettext_lazy("Something is not as it should be")),
        ],
    )
    story = forms.CharField(
        label=gettext_lazy("Tell what happened"),
        help_text=gettext_lazy("What, where, since when. No identity-card numbers, please."),
        min_length=10,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"min_length": gettext_lazy("Write a few more words, so that the officer understands.")},
    )
    unit = forms.ChoiceField(
        label=gettext_lazy("Commune or ward"),
        choices=[("a", gettext_lazy("Commune A")), ("b", gettext_lazy("Commune B"))],
    )
    phone = forms.RegexField(
        r"^0\d{9}$",
        label=gettext_lazy("Phone number for the answer"),
        error_messages={"invalid": gettext_lazy("A mobile number has 10 digits. Please check it.")},
        widget=forms.TextInput(attrs={"class": "input-short", "inputmode": "tel", "autocomplete": "tel"}),
    )
    photo = forms.FileField(label=gettext_lazy("Photo"), required=False)
    channels = forms.MultipleChoiceField(
        label=gettext_lazy("Send me news by"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("zalo", "Zalo"), ("sms", gettext_lazy("Text message"))],
    )
    tell_me = forms.BooleanField(
        label=gettext_lazy("Tell me when there is an answer"),
        required=False,
        help_text=gettext_lazy("You can stop this at any time."),
    )


def form() -> SampleForm:
    """The sample form as a reader gets it back, with what was typed and what is wrong."""
    typed = {"subject": "report", "story": _("No news."), "unit": "b", "phone": "091 234 567", "channels": ["zalo"]}
    return SampleForm(typed)


def diff() -> list[dict[str, str]]:
    """One changed word, as the seal and the side-by-side block show it."""
    parts = [
        ("same", _("… up to 100 million, interest ")),
        ("del", _("6.6% a year")),
        ("ins", _("from 6.6% a year")),
        ("same", _(", paid back over 10 years …")),
    ]
    return [{"kind": kind, "text": text} for kind, text in parts]


def tiles() -> list[dict[str, Any]]:
    """Twelve made-up units, one without data."""
    places = [(x, y) for y in range(3) for x in range(4)]
    names = "Ao Sen,Bàu Tròn,Cây Me,Đầm Lớn,Gò Dừa,Hòn Ngọc,Kênh Mới,Láng Xanh,Mương Dài,Ngã Ba Sông,Rạch Cầu,Vàm"
    return [
        {"name": name, "x": x, "y": y, "step": (x + 2 * y) % 6, "url": "#" if x else "", "note": ""}
        for name, (x, y) in zip(names.split(","), places, strict=True)
    ]


def outlines() -> list[dict[str, Any]]:
    """Three made-up units with borders, one without data."""
    corners = [(0, 0), (400, 0), (900, 100), (0, 500), (380, 520), (880, 460)]
    west, east = [corners[at] for at in (0, 1, 4, 3, 0)], [corners[at] for at in (1, 2, 5, 4, 1)]
    islet = [(950, 300), (1000, 300), (980, 360), (950, 300)]
    rows = (("Ao Sen", west, 2), ("Bàu Tròn", east, 4), ("Hòn Ngọc", islet, 0))
    return [{"name": name, "rings": [ring], "step": step, "url": "#"} for name, ring, step in rows]


def by_month() -> list[dict[str, Any]]:
    """A year that is not over."""
    values = (12, 30, 0, 8, 41, 22, 19, 33, 27, 40, 18, None)
    fills = {11: "accepted", 12: "pending"}
    return [
        {
            "label": str(month),
            "value": value,
            "fill": fills.get(month, "reached"),
            "words": "–" if value is None else "",
        }
        for month, value in enumerate(values, start=1)
    ]


def jobs() -> list[dict[str, Any]]:
    """Three tasks of a day."""
    return [
        {
            "icon": "reply",
            "title": _("Answer a citizen: the insurance card has not come"),
            "text": _("Hamlet C, case PA-2026-000001"),
            "due": _("1 working day late"),
            "url": "#",
            "action": _("Answer"),
            "other": _("Ask for more time"),
            "other_url": "#",
        },
        {
            "icon": "home",
            "title": _("Visit 41 households that no message reached"),
            "done": 18,
            "total": 41,
            "due": _("Today"),
            "url": "#",
            "action": _("Open the list"),
        },
        {
            "icon": "shield",
            "title": _("Read and approve a text"),
            "due": _("Before 14:00"),
            "url": "#",
            "action": pgettext("button", "Read"),
        },
    ]


def ledger() -> dict[str, Any]:
    """A ledger with a total and a row without figures."""
    columns: list[dict[str, Any]] = [
        {"label": _("Unit")},
        *({"label": word, "right": True} for word in (_("Recipients"), _("Not reached"))),
    ]

    def cells(name: str, *figures: str) -> list[dict[str, Any]]:
        return [
            {"value": name},
            *({"value": f, "label": c["label"], "right": True} for f, c in zip(figures, columns[1:], strict=True)),
        ]

    rows = [
        {"url": "#", "cells": cells(_("Commune A"), "264", "73")},
        {"url": "#", "cells": cells(_("Commune B"), "373", "0")},
        {"cells": [{"value": _("Commune C")}, {"missing": _("Not handed in yet. This is not a zero."), "span": 2}]},
    ]
    return {"columns": columns, "rows": rows, "total": cells(_("Sum of 2 units"), "637", "73")}


def path() -> dict[str, Any]:
    """Timeline, steps, crumbs, tabs and pages."""
    return {
        "timeline": [
            {"state": "done", "title": _("Passed on to the commune"), "text": "16/11/2026, 14:10"},
            {
                "state": "now",
                "title": _("Being looked into"),
                "quote": _("“The loudspeaker has been broken since 3 November. It is being repaired.”"),
                "source": _("Culture officer of the commune, 20/11/2026"),
            },
            {"state": "todo", "title": _("Answer to the citizen")},
        ],
        "steps": [
            {"label": _("Write"), "state": "done"},
            {"label": _("Approve"), "state": "done"},
            {"label": _("Spread"), "state": "now"},
            {"label": pgettext("step", "Listen"), "state": ""},
        ],
        "crumbs": [{"label": _("Home"), "url": "#"}, {"label": _("Policies"), "url": "#"}, {"label": _("Loans")}],
        "tabs": [
            {"label": "Tiếng Việt", "url": "#", "current": True, "count": 4, "lang": "vi"},
            {"label": _("Recipients"), "url": "#", "count": 18949},
            {"label": _("Schedule"), "url": "#"},
        ],
        "pills": [
            {"label": _("All"), "url": "#", "current": True, "count": 64},
            {"label": _("Not handed in"), "url": "#", "count": 3},
            {"label": _("Handed back"), "url": "#", "count": 0},
        ],
        "page": Paginator(range(80), 10).page(3),
    }


def colours() -> list[dict[str, str]]:
    """The colours with what they are for."""
    rows = [
        ("paper", "#faf5ea", "dark", _("Paper"), pgettext("colour", "page")),
        ("sheet", "#fffdf8", "dark", _("Sheet"), _("card, input")),
        ("ink", "#221a13", "light", _("Ink"), _("text 15,8:1")),
        ("ink-2", "#5b4f42", "light", _("Pale ink"), _("lesser text 7,3:1")),
        ("red", "#9a1915", "light", _("Vermilion"), _("identity, error 7,7:1")),
        ("yellow", "#ffcb05", "dark", _("Yellow"), _("focus, button on red")),
        ("green", "#0c4f47", "light", _("Mangrove"), _("press, link 8,7:1")),
        ("green-deep", "#07352f", "light", _("Deep mangrove"), _("footer")),
        ("blue", "#1b577c", "light", _("Water"), _("information")),
        ("lacquer", "#2a1411", "light", _("Lacquer"), _("desk")),
    ]
    return [dict(zip(("name", "hex", "on", "word", "use"), row, strict=True)) for row in rows]


def sample() -> dict[str, Any]:
    """Everything the gallery's template needs."""
    return {
        "colours": colours(),
        "counts": COUNTS,
        "audience": sum(COUNTS.values()),
        "even": dict.fromkeys(charts.STATES, 1),
        "states": list(charts.STATES),
        "form": form(),
        "diff": diff(),
        "jobs": jobs(),
        "ledger": ledger(),
        **path(),
        "tiles": tiles(),
        "outlines": outlines(),
        "by_month": by_month(),
        "map_steps": [(1, "< 55%"), (2, "55–64%"), (3, "65–72%"), (4, "73–74%"), (5, "≥ 75%")],
        "funnel": [
            {"label": _("In the segment"), "count": 20000},
            {"label": _("May be written to"), "count": 18949, "note": _("1,051 have said no or gave no consent")},
            {"label": _("Reached"), "count": 13574},
        ],
        "facts": [
            {"label": _("Up to"), "value": _("100 million"), "unit": _("đồng a household")},
            {"label": _("Interest"), "value": "6,6%", "unit": _("a year")},
            {"label": _("Pay back over"), "value": _("10 years"), "unit": ""},
        ],
        "definitions": [
            {"label": _("Number"), "value": "000/KH-UBND"},
            {"label": _("Agency"), "value": _("Department of agriculture"), "url": "#"},
        ],
        "moment": MOMENT,
        "hash": "9f2c41ab7d03e5516aa0c2f8be07d4139f2c41ab7d03e5516aa0c2f8be07e07d",
        "missed": [
            {"count": 702, "label": _("Zalo did not reach them, a phone number is known")},
            {"count": 331, "label": _("wrong number, ask the hamlet's team leader to call")},
        ],
        "languages": [
            {"label": "Việt", "code": "vi", "url": "#", "current": True},
            {"label": "English", "code": "en", "url": "#"},
        ],
        "tree": [
            {
                "label": _("Province"),
                "text": "64",
                "open": True,
                "children": [
                    {
                        "label": _("Commune A"),
                        "text": _("9 hamlets"),
                        "children": [{"label": _("Hamlet C"), "url": "#"}],
                    },
                    {"label": _("Commune B"), "url": "#", "text": _("until 30/06/2025")},
                ],
            }
        ],
        "row_errors": [
            {
                "row": 7,
                "column": _("Phone"),
                "value": "091 234 567",
                "message": _("A mobile number has 10 digits. Correct it in the file and send the file again."),
            }
        ],
        "icons": sorted(sprites.symbols("icons.svg")),
        "stories": [0, 1, 2],
    }
