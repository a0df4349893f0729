"""The exact content of a page's version: everything a reader gets, in the one form that approvals hash."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Field, ForeignKey
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Locale, Page, Revision

from lantoa.newsroom.models.corrections import Correction

WITHOUT = frozenset({
    "pk", "path", "depth", "numchild", "url_path", "draft_title", "live", "has_unpublished_changes", "owner", "locked",
    "locked_at", "locked_by", "first_published_at", "last_published_at", "latest_revision", "live_revision",
    "latest_revision_created_at", "expired", "wagtail_admin_comments", "translation_key", "alias_of", "content_type",
    "locale",
})  # fmt: skip
"""What Wagtail keeps about a page that no reader sees and that changes by itself."""


def exact_content(revision: Revision) -> dict[str, Any]:
    """Every field of this version, its language, and the files and alt texts it shows.

    Shape: `{"kind": "newsroom.policypage", "language": "vi", "fields": {…}, "media": {"image:5": {…}}}`, and with a
    correction `"correction": {"what", "why", "grave"}`.
    """
    page = revision.as_object()
    stored: Mapping[str, Any] = _as_kept(revision)
    return {
        "kind": page._meta.label_lower,
        "language": Locale.objects.get(pk=stored["locale"]).language_code,
        "fields": {name: value for name, value in stored.items() if name not in WITHOUT},
        "media": dict(sorted(_media(page))),
        **_correction(revision),
    }


def _as_kept(revision: Revision) -> Mapping[str, Any]:
    """The version as the database gives it back; one that was saved a moment ago still holds days and hours as such."""
    kept: Mapping[str, Any] = json.loads(json.dumps(revision.content, cls=DjangoJSONEncoder))
    return kept


def _correction(revision: Revision) -> dict[str, Any]:
    """The note that readers will get with this version, when it corrects one that was published."""
    note = Correction.objects.filter(revision=revision).values("what", "why", "grave").first()
    return {"correction": note} if note else {}


def images_shown(page: Page) -> set[int]:
    """The ids of the images a page shows, in fields and in blocks."""
    return {pk for model, pk in _references(page) if model is get_image_model()}


def _references(page: Page) -> Iterator[tuple[type, int]]:
    for field in page._meta.get_fields():
        if isinstance(field, ForeignKey) and field.value_from_object(page):
            yield field.related_model, int(field.value_from_object(page))
        elif isinstance(field, Field) and hasattr(field, "extract_references"):
            for model, pk, _model_path, _content_path in field.extract_references(field.value_from_object(page)):
                yield model, int(pk)


def _media(page: Page) -> Iterator[tuple[str, dict[str, str]]]:
    found: dict[type, set[int]] = {get_image_model(): set(), get_document_model(): set()}
    for model, pk in _references(page):
        if model in found:
            found[model].add(pk)
    for image in get_image_model().objects.filter(pk__in=found[get_image_model()]):
        facts = {"file": image.get_file_hash(), "alt": image.description, "credit": image.credit}
        yield f"image:{image.pk}", facts
    for document in get_document_model().objects.filter(pk__in=found[get_document_model()]):
        yield f"document:{document.pk}", {"file": document.get_file_hash(), "title": document.title}
