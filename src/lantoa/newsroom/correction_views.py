"""What was corrected and what was withdrawn, for everybody: `/dinh-chinh/` and its Atom feed."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from wagtail.models import Page

from lantoa.kernel.everybody import EVERYBODYS, for_everybody
from lantoa.newsroom import selectors
from lantoa.newsroom.addresses import address_of
from lantoa.newsroom.enums import SectionKind
from lantoa.newsroom.models import Withdrawal

A_PAGE = 30
MOST = 50


@for_everybody
@require_safe
@cache_control(**EVERYBODYS)
def corrections(request: HttpRequest) -> HttpResponse:
    """Corrections and withdrawals, newest first."""
    language = get_language() or settings.LANGUAGE_CODE
    page = Paginator(selectors.mended(language), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "newsroom/corrections.html", {"page": page, "entries": _entries(page, language)})


@require_safe
@cache_control(**EVERYBODYS)
def feed(request: HttpRequest) -> HttpResponse:
    """The same as a feed to subscribe to."""
    language = get_language() or settings.LANGUAGE_CODE
    base = settings.LANTOA_BASE_URL
    here = base + reverse("newsroom_corrections:list")
    made = Atom1Feed(
        title=_("Corrections and withdrawals"), link=here, description=_("What we got wrong, and how it reads now."),
        language=language, feed_url=base + reverse("newsroom_corrections:feed"),
    )  # fmt: skip
    for entry in _entries(selectors.mended(language)[:MOST], language):
        link = base + entry["url"] if entry["url"] else f"{here}#{entry['id']}"
        made.add_item(
            title=entry["title"], link=link, description=" ".join(filter(None, [entry["what"], entry["why"]])),
            unique_id=f"{here}#{entry['id']}", pubdate=entry["at"], updateddate=entry["at"],
        )  # fmt: skip
    return HttpResponse(made.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


def _entries(keys: Iterable[tuple[bool, int, datetime]], language: str) -> list[dict[str, Any]]:
    """These rows in the readers' words, in the same order. Three queries, however many."""
    listed = list(keys)
    noted = selectors.corrections(language).in_bulk([pk for gone, pk, _moment in listed if not gone])
    gone_by = selectors.withdrawals(language).in_bulk([pk for gone, pk, _moment in listed if gone])
    again = selectors.published_again({row.page_id for row in gone_by.values() if row.page_id})
    found = []
    for gone, pk, moment in listed:
        if gone and (row := gone_by.get(pk)):
            back = again.get(row.page_id or 0)
            told = {"id": f"go-{pk}", "title": _withdrawn_words(row, back), "what": "", "why": row.told,
                    "url": address_of(language, back.url_path) if back else "",
                    "told_in": row.told_in if row.told_in != language else ""}  # fmt: skip
        elif not gone and (one := noted.get(pk)) and one.page:
            url = address_of(language, one.page.url_path)
            told = {"id": f"dc-{pk}", "title": one.page.title, "url": url, "what": one.what, "why": one.why}
        else:
            continue  # gone between the queries
        found.append({**told, "at": moment, "gone": gone})
    return found


def _withdrawn_words(row: Withdrawal, back: Page | None) -> str:
    """Which page it was, if it is published again; else only which section it stood in: its title is withdrawn too."""
    if back is not None:
        return _("“%(title)s” was withdrawn; it is published again") % {"title": back.title}
    if row.section in SectionKind.values:
        return _("A page in “%(section)s” was withdrawn") % {"section": SectionKind(row.section).label}
    return _("A page was withdrawn")
