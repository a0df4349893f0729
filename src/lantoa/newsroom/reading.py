"""How the reviewer sees a page: as readers will get it, drawn from the exact content under review and nothing else."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.fields import StreamField
from wagtail.models import Page

from lantoa.agencies import selectors as agencies
from lantoa.agencies.models import Agency
from lantoa.approvals.subjects import Section
from lantoa.kernel.models import User
from lantoa.newsroom.checks import CHECKS
from lantoa.newsroom.models import LawCheck, awaits_law, types_by_section
from lantoa.newsroom.selectors import accepted_warnings
from lantoa.territory import selectors as territory
from lantoa.ui import writing

CONTENT = {model._meta.label_lower: model.content_template for model in types_by_section().values()}
BEHIND = (
    "slug", "seo_title", "search_description", "content_line", "audience_groups", "programmes", "column", "campaign",
    "sources", "further_units", "owner_agency", "review_by", "go_live_at", "expire_at",
)  # fmt: skip
"""Fields that are approved with the text though readers do not see them as text."""


def sections(content: Mapping[str, Any]) -> Sequence[Section]:
    """The title, the lead, the page itself, where to ask, and what stands behind it."""
    fields, language = content["fields"], content["language"]
    parts = [
        Section(label=_("Title"), text=fields["title"], language=language, icon="edit"),
        Section(label=_("Lead"), text=fields.get("lead", ""), language=language, icon="edit"),
        *_drawn(content),
        Section(label=_("Correction, for readers"), text=_correction(content.get("correction")), icon="edit"),
        Section(label=_("Pictures and files"), text="\n".join(_media(content["media"])), icon="image"),
        Section(label=_("Behind the page"), text="\n".join(_behind(content)), icon="list"),
    ]
    return [part for part in parts if part.text or part.html]


def _correction(note: Mapping[str, Any] | None) -> str:
    if not note:
        return ""
    grave = _("Shown at the page's head too.") if note["grave"] else ""
    return "\n".join(filter(None, [note["what"], note["why"], grave]))


def beside(submission_id: int) -> Sequence[Section]:
    """What was let stand and why, and what the legal check said, for whoever decides."""
    stood = [f"{CHECKS[row.code].label if row.code in CHECKS else row.code}: {row.why} ({row.by})"
             for row in accepted_warnings(submission_id)]  # fmt: skip
    check = LawCheck.objects.filter(sending__submission=submission_id).select_related("by").first()
    law = "" if check is None else "\n".join(filter(None, [
        check.get_verdict_display(), f"{check.by}, {check.post_title}, {writing.date_time(check.at)}", check.note,
    ]))  # fmt: skip
    parts = [
        Section(label=_("Warnings that stand, and why"), text="\n".join(stood), icon="warning"),
        Section(label=_("Legal check"), text=law, icon="shield"),
    ]
    return [part for part in parts if part.text]


def _drawn(content: Mapping[str, Any]) -> Iterator[Section]:
    template = CONTENT.get(content["kind"])
    if template is None:
        return
    page = apps.get_model(content["kind"]).from_serializable_data({"pk": None, **content["fields"]}, check_fks=False)
    html = render_to_string(template, {"page": page})
    yield Section(label=_("The page as readers get it"), html=html, language=content["language"])
    if places := getattr(page, "places", None):
        yield Section(label=_("Where to go, whom to ask?"), html=places.render_as_block(), language=content["language"])


def _media(media: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    for name, facts in media.items():
        yield ". ".join(filter(None, [facts.get("alt") or facts.get("title"), facts.get("credit"), name]))


def _behind(content: Mapping[str, Any]) -> Iterator[str]:
    model = apps.get_model(content["kind"])
    for name in (*getattr(model, "behind", ()), *BEHIND):
        field, value = model._meta.get_field(name), content["fields"].get(name)
        if value not in (None, "", "[]", []):
            label = str(field.verbose_name)
            yield f"{label[:1].upper()}{label[1:]}: {_words(field, value)}"


def _words(field: Any, value: Any) -> str:
    """The value as people write it: days as 03/12/2026, codes by their names, chosen pages by their titles in order."""
    if field.is_relation:
        return ", ".join(_names(field.related_model, value if isinstance(value, list) else [value]))
    kept = field.to_python(value)
    if isinstance(field, StreamField):
        return "; ".join(_names(Page, [int(pk) for _model, pk, *_path in field.extract_references(kept)]))
    if field.choices:
        return str(dict(field.flatchoices).get(kept, kept))
    if isinstance(kept, datetime):
        return writing.date_time(kept)
    if isinstance(kept, date):
        return writing.date(kept)
    if isinstance(kept, list):
        names = dict(field.base_field.choices)
        return ", ".join(str(names.get(code, code)) for code in kept)
    return str(kept)


def _names(model: type[Model], ids: Sequence[int]) -> list[str]:
    if issubclass(model, Page):
        pages = Page.objects.in_bulk(ids)
        return [str(pages[pk]) for pk in ids if pk in pages]
    names_on = agencies.names_on if issubclass(model, Agency) else territory.names_on
    return sorted(names_on(ids, timezone.localdate()).values())


def address(subject: str) -> str:
    """Where the page can be opened in the editor."""
    return reverse("wagtailadmin_pages:edit", args=[int(subject.partition(":")[2])])


def held(submission_id: int, reader: User) -> str:
    """Why this person cannot approve it yet."""
    return awaits_law(submission_id, reader)
