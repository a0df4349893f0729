"""How the reviewer sees a page: each of its parts as readers will get it, from the exact content under review."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.apps import apps
from django.db.models import Field
from django.urls import reverse
from django.utils.safestring import mark_safe
from wagtail.fields import RichTextField, StreamField
from wagtail.rich_text import RichText

from lantoa.approvals.subjects import Section

BY_ITSELF = ("title", "lead")
AT_THE_END = ("slug", "seo_title", "search_description", "go_live_at", "expire_at")


def sections(content: Mapping[str, Any]) -> Sequence[Section]:
    """The parts of a page's exact content, empty ones left out, in the order a reader meets them."""
    model = apps.get_model(content["kind"])
    fields = content["fields"]
    parts = [
        _section(field, fields[field.name], content["language"])
        for field in _in_order(model)
        if fields.get(field.name) not in (None, "", [], "[]", False)
    ]
    return parts + [
        Section(
            label=name, text=f"{facts.get('alt') or facts.get('title')}", meta=facts.get("credit", ""), icon="image"
        )
        for name, facts in content["media"].items()
    ]


def _in_order(model: Any) -> Iterator[Field[Any, Any]]:
    by_name = {field.name: field for field in model._meta.get_fields() if isinstance(field, Field)}
    own = [field.name for field in model._meta.local_fields if isinstance(field, StreamField | RichTextField)]
    rest = ["deadline", "ends_on", "content_line", "audience_groups", "programmes", "review_by"]
    for name in (*BY_ITSELF, *own, *rest, *AT_THE_END):
        if name in by_name:
            yield by_name[name]


def _section(field: Field[Any, Any], value: Any, language: str) -> Section:
    label = field.verbose_name
    if isinstance(field, StreamField):
        html = mark_safe(str(field.to_python(value)))  # noqa: S308 (drawn by the blocks' own templates)
        return Section(label=label, html=html, language=language, icon="document")
    if isinstance(field, RichTextField):
        return Section(label=label, html=mark_safe(str(RichText(value))), language=language)  # noqa: S308 (sanitised)
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return Section(label=label, text=text, language=language, icon="edit" if field.name in BY_ITSELF else "list")


def address(subject: str) -> str:
    """Where the page can be opened in the editor."""
    return reverse("wagtailadmin_pages:edit", args=[int(subject.partition(":")[2])])
