"""Writing drafts from code: what the editor does by hand in Wagtail."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from wagtail.models import Page

from lantoa.kernel import audit
from lantoa.kernel.access import require
from lantoa.kernel.models import User
from lantoa.kernel.text import slugify
from lantoa.newsroom.models import ArticlePage, BasePage, PolicyPage
from lantoa.newsroom.rules import WRITE
from lantoa.newsroom.selectors import fresh

type Items = Sequence[Mapping[str, Any]]
type Story = Sequence[tuple[str, Any]]


def write_article(
    *, parent: Page, title: str, lead: str, body: Story, by: User, at: datetime, unit_id: int | None = None,
    **facts: Any,
) -> ArticlePage:  # fmt: skip
    """Save a new article as a draft.

    `body` is a list of (block, value): `("paragraph", "<p>…</p>")`, `("heading", "…")`, `("quote", {…})`; see
    `blocks.STORY`. `facts` are other fields: `content_line`, `audience_groups`, `programmes`, `review_by`,
    `owner_agency_id`, `cover`. The unit is the parent's unless given.
    """
    page = ArticlePage(title=title, lead=lead, body=list(body), **facts)
    _first_draft(page, parent, unit_id, by, at)
    return page


def write_policy(
    *, parent: Page, title: str, lead: str, by: User, at: datetime, unit_id: int | None = None, facts: Items = (),
    who: Items = (), what: str = "", how: Items = (), papers: Sequence[str] = (), places: Items = (),
    deadline: str = "", ends_on: date | None = None, legal: Items = (), body: Story = (), **fields: Any,
) -> PolicyPage:  # fmt: skip
    """Save a new policy page as a draft.

    `facts` {label, value, unit}; `who` {text, yes}; `how` {title, text}; `papers` texts; `places` {title, phone, text};
    `legal` {kind, number, issued_on, issuer, title, url} with `kind` of `LegalKind`. Texts inside are HTML of one or
    two sentences. Other `fields` as in `write_article`.
    """
    page = PolicyPage(
        title=title, lead=lead, what=what, deadline=deadline, ends_on=ends_on, body=list(body),
        facts=_stream("fact", facts, unit=""),
        who=_stream("condition", who, yes=True),
        how=_stream("step", how, text=""),
        papers=_stream("paper", [{"text": paper} for paper in papers]),
        places=_stream("contact", places, phone="", text=""),
        legal=_stream("reference", legal, issued_on=None, issuer="", title="", url=""),
        **fields,
    )  # fmt: skip
    _first_draft(page, parent, unit_id, by, at)
    return page


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


@transaction.atomic
def _first_draft(page: BasePage, parent: Page, unit_id: int | None, by: User, at: datetime) -> None:
    page.unit_id = unit_id or parent.specific.unit_id
    require(by, WRITE, unit_id=page.unit_id, at=at)
    page.live, page.owner, page.locale = False, by, parent.locale
    page.slug = page.slug or _free_slug(parent, page.title)
    parent.add_child(instance=page)
    page.save_revision(user=by, log_action=True)
    _record("written", page, by, at)


def _free_slug(parent: Page, title: str) -> str:
    base = slugify(title)[:200] or "trang"
    taken = set(parent.get_children().values_list("slug", flat=True))
    return next(slug for n in range(1, len(taken) + 2) if (slug := base if n == 1 else f"{base}-{n}") not in taken)


def _stream(name: str, values: Items, **usual: Any) -> list[tuple[str, Any]]:
    return [(name, {**usual, **value}) for value in values]


def _record(verb: str, page: Page, by: User, at: datetime) -> None:
    audit.record(
        f"newsroom.page_{verb}", by=by, at=at, subject=f"newsroom.page:{page.pk}",
        facts={"revision": page.latest_revision_id},
    )  # fmt: skip
