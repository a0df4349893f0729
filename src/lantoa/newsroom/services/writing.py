"""Writing drafts from code: what the editor does by hand in Wagtail."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from modelcluster.models import get_all_child_relations
from wagtail.blocks import Block
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page

from lantoa.kernel import audit
from lantoa.kernel.access import granted, require
from lantoa.kernel.models import User
from lantoa.kernel.text import slugify
from lantoa.newsroom import care
from lantoa.newsroom.models import ArticlePage, BasePage, PolicyPage
from lantoa.newsroom.rules import WRITE, NotReadyError
from lantoa.newsroom.selectors import fresh

type Story = Sequence[tuple[str, Any]]


@transaction.atomic
def write_page[Written: BasePage](
    model: type[Written], *, parent: Page, title: str, by: User, at: datetime, unit_id: int | None = None,
    further_units: Collection[int] = (), **fields: Any,
) -> Written:  # fmt: skip
    """Save a new page of any kind as a draft, in a section of that kind; NotReadyError elsewhere.

    `fields` are the model's own, with `lead`, `content_line`, `audience_groups`, `programmes`, `review_by`,
    `owner_agency_id`, `column`, `campaign`. A text of pieces (`body`) is a list of (block, value): see `blocks.STORY`.
    A list of one kind of piece (`steps`, `legal`) is a list of its values, and so is what stands in a table of its own
    (`changes` of a legal text, `copies` of an initiative). The unit is the parent's unless given; `owner_agency_id` and
    `review_by`, when not named, are the agency of the writer's post and the day of the kind's term (`care.first`).
    """
    if not model.can_exist_under(parent):
        raise NotReadyError(
            _("A page of the kind “%(kind)s” does not stand here. Write it in the section that gathers its kind.")
            % {"kind": model._meta.verbose_name}
        )
    unit_id = unit_id or parent.specific.unit_id
    require(by, WRITE, unit_id=unit_id, at=at)
    fields = care.first(model.section, unit_id=unit_id, held=granted(by, WRITE, at), on=timezone.localdate(at)) | fields
    rows = {name: fields.pop(name) for name in _tables_of(model).keys() & fields.keys()}
    page = model(title=title, **{name: _pieces(model, name, value) for name, value in fields.items()})
    for name, values in rows.items():
        setattr(page, name, [_tables_of(model)[name](**value) for value in values])
    try:
        page.validate_constraints()
    except ValidationError as problem:
        raise NotReadyError(" ".join(problem.messages)) from problem
    page.unit_id = unit_id
    page.further_units = model._meta.get_field("further_units").related_model.objects.filter(pk__in=further_units)
    page.live, page.owner, page.locale = False, by, parent.locale
    page.slug = page.slug or _free_slug(parent, page.title)
    parent.add_child(instance=page)
    page.save_revision(user=by, log_action=True)
    _record("written", page, by, at)
    return page


def write_article(
    *, parent: Page, title: str, lead: str, body: Story, by: User, at: datetime, **facts: Any
) -> ArticlePage:
    """Save a new article as a draft; see `write_page`."""
    return write_page(ArticlePage, parent=parent, title=title, lead=lead, body=body, by=by, at=at, **facts)


def write_policy(*, parent: Page, title: str, lead: str, by: User, at: datetime, **facts: Any) -> PolicyPage:
    """Save a new policy page as a draft; see `write_page`.

    `facts` {label, value, unit}; `who` {text, yes}; `how` {title, text}; `papers` texts; `places` {title, phone, text};
    `legal` {kind, number, issued_on, issuer, title, url} with `kind` of `LegalKind`. Texts inside are HTML of one or
    two sentences.
    """
    return write_page(PolicyPage, parent=parent, title=title, lead=lead, by=by, at=at, **facts)


def _tables_of(model: type[BasePage]) -> dict[str, type[Orderable]]:
    rows = get_all_child_relations(model)
    return {row.get_accessor_name(): row.related_model for row in rows if issubclass(row.related_model, Orderable)}


def _pieces(model: type[BasePage], name: str, value: Any) -> Any:
    """A value as the field takes it: plain values of a list of one kind of piece get their block's name."""
    field = {one.name: one for one in model._meta.get_fields()}.get(name)
    if not isinstance(field, StreamField):
        return value
    blocks = field.stream_block.child_blocks
    if len(blocks) > 1:
        return list(value)
    ((block, kind),) = blocks.items()
    return [(block, _piece(kind, one)) for one in value]


def _piece(kind: Block, value: Any) -> Any:
    """A struct with what was left out; a text alone is the struct's first piece."""
    if isinstance(value, Mapping):
        return {name: child.get_default() for name, child in kind.child_blocks.items()} | dict(value)
    return {next(iter(kind.child_blocks)): value}


@transaction.atomic
def revise_page(*, page: Page, by: User, at: datetime, **changes: Any) -> Page:
    """Save a new draft version of a page with these fields changed; what is live stays as it is."""
    draft = fresh(page).get_latest_revision_as_object()
    require(by, WRITE, unit_id=draft.unit_id, at=at)
    for name, value in changes.items():
        setattr(draft, name, value)
    draft.save_revision(user=by, log_action=True)
    _record("revised", draft, by, at)
    return draft


def _free_slug(parent: Page, title: str) -> str:
    base = slugify(title)[:200] or "trang"
    taken = set(parent.get_children().values_list("slug", flat=True))
    return next(slug for n in range(1, len(taken) + 2) if (slug := base if n == 1 else f"{base}-{n}") not in taken)


def _record(verb: str, page: Page, by: User, at: datetime) -> None:
    audit.record(
        f"newsroom.page_{verb}", by=by, at=at, subject=f"newsroom.page:{page.pk}",
        facts={"revision": page.latest_revision_id},
    )  # fmt: skip
