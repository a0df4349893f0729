"""What was corrected and what was withdrawn, for everybody: `/dinh-chinh/` and its Atom feed."""

from operator import itemgetter
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

from lantoa.kernel.everybody import EVERYBODYS, for_everybody
from lantoa.newsroom import selectors
from lantoa.newsroom.enums import SectionKind

A_PAGE = 30
MOST = 50


@for_everybody
@require_safe
@cache_control(**EVERYBODYS)
def corrections(request: HttpRequest) -> HttpResponse:
    """Corrections and withdrawals, newest first."""
    page = Paginator(_entries(get_language() or "vi"), A_PAGE).get_page(request.GET.get("page"))
    return render(request, "newsroom/corrections.html", {"page": page})


@require_safe
@cache_control(**EVERYBODYS)
def feed(request: HttpRequest) -> HttpResponse:
    """The same as a feed to subscribe to."""
    language = get_language() or "vi"
    base = settings.LANTOA_BASE_URL
    here = base + reverse("newsroom_corrections:list")
    made = Atom1Feed(
        title=_("Corrections and withdrawals"), link=here, description=_("What we got wrong, and how it reads now."),
        language=language, feed_url=base + reverse("newsroom_corrections:feed"),
    )  # fmt: skip
    for entry in _entries(language)[:MOST]:
        link = base + entry["url"] if entry["url"] else f"{here}#{entry['id']}"
        made.add_item(
            title=entry["title"], link=link, description=" ".join(filter(None, [entry["what"], entry["why"]])),
            unique_id=f"{here}#{entry['id']}", pubdate=entry["at"], updateddate=entry["at"],
        )  # fmt: skip
    return HttpResponse(made.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


def _entries(language: str) -> list[dict[str, Any]]:
    rows = [
        {"id": f"dc-{one.pk}", "at": vars(one)["out_at"], "title": one.page.title, "url": one.page.url,
         "what": one.what, "why": one.why, "grave": one.grave, "gone": False}
        for one in selectors.corrections(language)
        if one.page is not None
    ] + [
        {"id": f"go-{one.pk}", "at": one.at, "title": _withdrawn_words(one.section), "url": "", "what": "",
         "why": one.told, "grave": False, "gone": True}
        for one in selectors.withdrawals(language)
    ]  # fmt: skip
    return sorted(rows, key=itemgetter("at"), reverse=True)


def _withdrawn_words(section: str) -> str:
    """Which section the page stood in: its title is withdrawn with it."""
    if section in SectionKind.values:
        return _("A page in “%(section)s” was withdrawn") % {"section": SectionKind(section).label}
    return _("A page was withdrawn")
