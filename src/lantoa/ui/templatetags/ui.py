"""Template tags and filters of the design system; `docs/modules/ui.md` lists them with examples."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.core.paginator import Page
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, FileInput, RadioSelect, Widget
from django.template import Context
from django.template.loader import render_to_string
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.templatetags.static import static
from django.urls import translate_url
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lantoa.ui import charts, sprites, writing

register = template.Library()
Counts = Mapping[str, int]


# Numbers, dates, words


@register.filter
def vn_number(value: float | Decimal | None, decimals: int | None = None) -> str:
    """`{{ 1234.5|vn_number }}` → "1.234,5"; nothing for None."""
    return "" if value is None or value == "" else writing.number(value, decimals)


@register.filter
def vn_percent(ratio: float | Decimal | None, decimals: int = 1) -> str:
    """`{{ 0.716|vn_percent }}` → "71,6%"; nothing for None."""
    return "" if ratio is None or ratio == "" else writing.percent(ratio, decimals)


@register.filter
def percent_of(part: float | Decimal | None, whole: float | Decimal | None) -> str:
    """`{{ answered|percent_of:received }}`; says "not applicable" when there is nothing to divide by."""
    if part is None:
        return ""
    return writing.percent(Decimal(str(part)) / Decimal(str(whole))) if whole else _("not applicable")


@register.filter
def vn_date(moment: dt.date | None) -> str:
    """`{{ plan.issued_on|vn_date }}` → "15/09/2022"; nothing for None."""
    return writing.date(moment) if moment else ""


@register.filter
def vn_datetime(moment: dt.datetime | None) -> str:
    """`{{ entry.at|vn_datetime }}` → "15/09/2022, 8:05" in the site's time zone; nothing for None."""
    return writing.date_time(moment) if moment else ""


@register.filter
def bind_compounds(text: object) -> str:
    """`<h1>{{ title|bind_compounds }}</h1>`: a heading that never splits "giảm nghèo" over two lines."""
    return writing.bind_compounds(str(text))


# Pictures


@register.simple_tag(takes_context=True)
def said_in(context: Context, block: str) -> SafeString:
    """What a block of this page says, to say it once more elsewhere on it."""
    said: SafeString = context.render_context[BLOCK_CONTEXT_KEY].get_block(block).render(context)
    return said


@register.simple_tag
def icon(name: str, size: str = "", label: str = "") -> SafeString:
    """`{% icon "phone" %}`; `size="small"` is 18 px; a `label` is only for an icon that stands without a word."""
    return _icon(name, size, str(label))


@lru_cache(maxsize=1024)
def _icon(name: str, size: str, label: str) -> SafeString:
    sprites.view_box(name, "icons.svg")
    return format_html(
        '<svg class="icon{}" {}focusable="false"><use href="{}#{}"/></svg>',
        " icon-small" if size == "small" else "",
        format_html('role="img" aria-label="{}" ', label) if label else SafeString('aria-hidden="true" '),
        _file("ui/icons.svg"),
        name,
    )


@cache
def _file(name: str) -> str:
    """Where a file of ours is served, with the fingerprint in its name; a page shows dozens of icons from one."""
    return static(name)


@register.simple_tag
def data_uri(file: str) -> SafeString:
    """`<link rel="icon" href="{% data_uri "favicon.svg" %}">`: one request less on every page."""
    return SafeString(sprites.data_uri(file))


@register.simple_tag
def drawing(name: str, css: str = "", width: int = 0, height: int = 0, fit: str = "xMidYMid slice") -> SafeString:
    """`{% drawing "shore" %}`: a decorative drawing; `css` is its class, `fit` SVG's preserveAspectRatio."""
    size = format_html('width="{}" height="{}" ', width, height) if width else ""
    return format_html(
        '<svg class="{}" {}viewBox="{}" preserveAspectRatio="{}" aria-hidden="true" focusable="false">'
        '<use href="{}#{}"/></svg>',
        css or name,
        size,
        sprites.own_box(name),
        fit,
        _file("ui/drawings.svg"),
        name,
    )


@register.simple_tag
def rings() -> SafeString:
    """The rings that start from a button: put it first inside `<span class="ripple">`."""
    return drawing("rings", width=1200, height=440)


VIGNETTES = ("tree-farm", "house", "loudspeaker")


@register.simple_tag
def vignette(seed: int | str = 0, css: str = "vignette") -> SafeString:
    """A flat drawing for a story without a photo, always the same one for the same `seed` (its id)."""
    place = seed if isinstance(seed, int) else sum(seed.encode())
    return drawing(VIGNETTES[place % len(VIGNETTES)], css=css)


# Charts


@register.inclusion_tag("ui/components/state_bar.html")
def state_bar(counts: Counts, size: str = "", label: str = "") -> dict[str, Any]:
    """`{% state_bar counts %}`: one bar of the six states; `size` "tall" or "thin"."""
    bar = charts.slices(counts)
    words = ", ".join(f"{part.look.word}: {writing.number(part.count)}" for part in bar)
    return {"slices": bar, "size": size, "words": words or _("no data"), "label": label}


@register.inclusion_tag("ui/components/state_legend.html")
def state_legend(counts: Counts | None = None) -> dict[str, Any]:
    """`{% state_legend %}`: keys of the six states, with their counts when given."""
    sums = charts.folded(counts) if counts is not None else dict.fromkeys(charts.STATES)
    return {"states": [(state, look, sums[state]) for state, look in charts.STATES.items()]}


@register.inclusion_tag("ui/components/chip.html")
def state_chip(state: str) -> dict[str, Any]:
    """`{% state_chip "delivered" %}`: icon and word of a delivery state."""
    look = charts.STATES[charts.FOLDS.get(state, state)]
    return {"label": look.word, "icon": look.icon, "tone": look.tone}


@register.inclusion_tag("ui/components/equation.html")
def equation(counts: Counts, audience: int, bar: bool = True, proof: bool = True, note: str = "") -> dict[str, Any]:
    """`{% equation counts audience %}`: audience = Σ states; the green strip says so only when it is true. `note`
    stands between the bar and the strip."""
    sums = charts.folded(counts)
    total = sum(sums.values())
    terms = [(state, look, sums[state]) for state, look in charts.STATES.items()]
    facts = {"audience": audience, "total": total, "balanced": total == audience, "difference": audience - total}
    return {**facts, "terms": terms, "counts": counts, "bar": bar, "proof": proof, "note": note}


@register.inclusion_tag("ui/components/plan_bar.html")
def plan_bar(fact: float | None, plan: float | None, figures: bool = True, label: str = "") -> dict[str, Any]:
    """`{% plan_bar 298 320 %}`: what was done against what was planned; the black tick is the plan."""
    width = charts.plan_width(float(fact or 0), float(plan or 0))
    reached = fact is not None and bool(plan) and fact >= (plan or 0)
    place = {"tick": charts.PLAN_AT, "gap": charts.PLAN_AT - 0.4}
    return {"fact": fact, "plan": plan, "width": width, "reached": reached, "figures": figures, "label": label, **place}


@register.inclusion_tag("ui/components/progress.html")
def progress(done: int, total: int, label: str = "", cells: bool = False, size: str = "") -> dict[str, Any]:
    """`{% progress 9 11 "Nine of eleven" cells=True %}`: a bar, or one cell for each when `cells`."""
    step = 100 / total if total else 100.0
    each = [(round(place * step, 3), place < done) for place in range(total)] if cells else []
    width = round(min(100.0, 100 * done / total), 2) if total else 0.0
    return {
        "cells": each,
        "cell": round(step - 0.9, 3),
        "width": width,
        "label": label or f"{done}/{total}",
        "size": size,
    }


@register.inclusion_tag("ui/components/tile_map.html")
def tile_map(rows: Iterable[Mapping[str, object]], label: str = "") -> dict[str, Any]:
    """`{% tile_map rows %}` with rows of `name, x, y` and perhaps `step` (1 to 5, None is no data), `url`, `note`,
    `mark`."""
    drawn, width, height = charts.tiles(rows)
    return {"tiles": drawn, "width": width, "height": height, "size": charts.TILE, "label": label}


@register.inclusion_tag("ui/components/shape_map.html")
def shape_map(rows: Iterable[Mapping[str, Any]], label: str = "") -> dict[str, Any]:
    """`{% shape_map rows %}` with rows of `name, rings` and perhaps `step`, `url`, `note`: real boundaries."""
    drawn, width, height = charts.shapes(rows)
    return {"shapes": drawn, "width": width, "height": height, "label": label}


@register.inclusion_tag("ui/components/column_chart.html")
def column_chart(
    rows: Sequence[Mapping[str, Any]], title: str, about: str = "", name: str = "columns"
) -> dict[str, Any]:
    """`{% column_chart rows "Pieces by month" about=… %}` with rows of `label, value` and perhaps `fill`, `words`. A
    table with the same figures stands beside it. `name` is its own on the page."""
    drawn = charts.columns(rows)
    told = all(len(writing.number(one.value)) <= 3 for one in drawn if one.value is not None)
    return {"columns": drawn, "title": title, "about": about, "name": name, "told": told}


@register.inclusion_tag("ui/components/funnel.html")
def funnel(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """`{% funnel rows %}` with rows of `label, count` and perhaps `note`; bars are parts of the first row."""
    whole = max((int(row["count"]) for row in rows), default=0)
    return {"rows": [{**row, "width": round(100 * row["count"] / whole, 2) if whole else 0} for row in rows]}


# Containers: block tags


@register.simple_block_tag
def panel(content: str, title: str = "", icon: str = "", tone: str = "", **more: Any) -> SafeString:
    """`{% panel "By channel" icon="send" url=… link=… %}…{% endpanel %}`: a card with a head.
    `flush=True` leaves out the inner space (for a ledger); `tone="strong"` is the green frame; `level=3` an h3."""
    return render_to_string(
        "ui/components/panel.html", {"content": content, "title": title, "icon": icon, "tone": tone, "level": 2, **more}
    )


@register.simple_block_tag
def notice(content: str, title: str = "", tone: str = "info", icon: str = "", role: str = "") -> SafeString:
    """`{% notice "Two communes are missing" tone="warn" %}…{% endnotice %}`; tones: info, good, warn, bad."""
    usual = {"info": "info", "good": "check", "warn": "warning", "bad": "warning"}[tone]
    facts = {"content": content, "title": title, "tone": tone, "icon": icon or usual, "role": role}
    return render_to_string("ui/components/notice.html", facts)


# Fields

PLAIN_INPUTS = (CheckboxInput, RadioSelect, CheckboxSelectMultiple)


@register.filter
def kind(field: BoundField) -> str:
    """How a form field is drawn: "check" (one box), "options" (radio or boxes), "file" or "input"."""
    widget = field.field.widget
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        return "options"
    if isinstance(widget, CheckboxInput):
        return "check"
    return "file" if isinstance(widget, FileInput) else "input"


@register.filter
def widget(field: BoundField) -> SafeString:
    """The field's own input, dressed as ours."""
    own: Widget = field.field.widget
    css = own.attrs.get("class", "") if isinstance(own, PLAIN_INPUTS) else f"input {own.attrs.get('class', '')}"
    attrs: dict[str, str | bool] = {"class": css.strip()} if css.strip() else {}
    if own.attrs.get("placeholder") == field.label:
        attrs["placeholder"] = False  # the label already says it
    return field.as_widget(attrs=attrs)


# Places on the page


@register.simple_tag(takes_context=True)
def in_language(context: Context, code: str) -> str:
    """This page's address in another language; the home page there when this one is not written in it."""
    request, addresses = context.get("request"), context.get("spoken_at")
    if request is None:
        return "/"
    if addresses is not None:
        return addresses.get(code) or str(translate_url("/", code))
    here: str = request.get_full_path()
    return here if code == get_language() else translate_url(here, code)


@register.simple_tag(takes_context=True)
def languages(context: Context) -> list[dict[str, object]]:
    """The languages of the site by their own names, with this page's address in each."""
    here = get_language()
    return [
        {"code": code, "name": name, "url": in_language(context, code), "current": code == here}
        for code, name in settings.LANGUAGES
    ]


@register.simple_tag
def phone_tabs(rail: Sequence[Mapping[str, Any]] | None) -> list[Mapping[str, Any]]:
    """The four tabs at the foot of a phone: the rail's entries marked `tab`, else its first four."""
    entries = list(rail or [])
    return ([entry for entry in entries if entry.get("tab")] or entries)[:4]


@register.simple_tag(takes_context=True)
def page_url(context: Context, page: int) -> str:
    """This page's address with another page number, its filters kept."""
    request = context.get("request")
    query = request.GET.copy() if request else None
    if query is None:
        return f"?page={page}"
    query["page"] = str(page)
    return f"?{query.urlencode()}"


@register.filter
def page_numbers(page: Page[Any]) -> list[Any]:
    """Page numbers around this one; an ellipsis stands for those left out, a last one for those nobody counted."""
    numbers = list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))
    return [*numbers, page.paginator.ELLIPSIS] if getattr(page.paginator, "more", False) else numbers
