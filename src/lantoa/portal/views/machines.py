"""For machines: the sitemap, feeds of what is new, preview pictures, and the short way to a page with its QR."""

from collections.abc import Mapping, Sequence
from functools import partial
from hashlib import sha256
from io import BytesIO

import segno
from django.conf import settings
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import quote_etag
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from wagtail.models import Page

from lantoa.kernel.clock import now, today
from lantoa.kernel.everybody import EVERYBODYS
from lantoa.kernel.pace import unhurried
from lantoa.listening.usefulness import count_visit
from lantoa.newsroom import selectors as newsroom
from lantoa.newsroom.addresses import address_of
from lantoa.newsroom.public import in_public
from lantoa.newsroom.schema import absolute
from lantoa.portal import feeds, previews, short, sitemap
from lantoa.portal.context import province_name
from lantoa.portal.places import once_coded
from lantoa.portal.views.links import is_machine
from lantoa.portal.views.reading import public
from lantoa.territory import selectors as territory


@public
def sitemap_index(request: HttpRequest) -> HttpResponse:
    """Where the parts of the sitemap are."""
    return HttpResponse("".join(sitemap.index()), content_type="application/xml; charset=utf-8")


@public
def sitemap_part(request: HttpRequest, number: int) -> HttpResponse:
    """One part of the sitemap."""
    if number >= sitemap.parts():
        raise Http404
    return HttpResponse("".join(sitemap.part(number)), content_type="application/xml; charset=utf-8")


@require_safe
@unhurried("feed")
def news(request: HttpRequest, form: str) -> HttpResponse:
    """Everything new."""
    return _feed(request, form, title=_("News of %(site)s") % {"site": _site()}, home=reverse("portal:home"))


@require_safe
@unhurried("feed")
def news_of_column(request: HttpRequest, slug: str, form: str) -> HttpResponse:
    """What is new in one column."""
    column = newsroom.column_named(slug)
    if column is None:
        raise Http404
    return _feed(request, form, title=f"{column.title}, {_site()}", home=column.url, where=column.filed())


@require_safe
@unhurried("feed")
def news_of_commune(request: HttpRequest, code: str, form: str) -> HttpResponse:
    """What is new about one commune, by its official code; by one that is borne no more, of the commune that holds its
    land, or of all that do."""
    try:
        unit = territory.unit_by_code(code, on=today())
    except territory.UnknownUnit:
        return _news_of_heirs(request, code, form)
    name = territory.names_on([unit.pk], today()).get(unit.pk, "")
    about = territory.reach_of([unit.pk], on=today())
    return _feed(request, form, title=f"{name}, {_site()}", home=f"{reverse('portal:home')}?xa={unit.pk}", about=about)


def _news_of_heirs(request: HttpRequest, code: str, form: str) -> HttpResponse:
    known = once_coded(code)
    if known is None:
        raise Http404
    gone, heirs = known
    if len(heirs) == 1 and heirs[0].code:
        answer = HttpResponseRedirect(reverse("portal:commune_feed", args=[heirs[0].code, form]))
        patch_cache_control(answer, **EVERYBODYS)
        answer.headers["Access-Control-Allow-Origin"] = "*"
        return answer
    about = territory.reach_of([one.id for one in heirs], on=today())
    home = reverse("portal:commune", args=[gone.unit_id])
    return _feed(request, form, title=f"{gone.name}, {_site()}", home=home, about=about)


def _site() -> str:
    return ", ".join(filter(None, [settings.LANTOA_NAME, province_name()]))


def _feed(
    request: HttpRequest,
    form: str,
    *,
    title: str,
    home: str,
    where: Q | None = None,
    about: Sequence[int] | None = None,
) -> HttpResponse:
    if form not in feeds.FORMS:
        raise Http404
    language = get_language() or settings.LANGUAGE_CODE
    found = feeds.news(title=title, home=home, url=request.path, language=language, where=where, about=about)
    body = feeds.written(found, form)
    # No Last-Modified: two changes share a second, and a long one may come to light after a later one.
    etag = quote_etag(sha256(body).hexdigest()[:32])
    answer = HttpResponse(body, content_type=f"{feeds.FORMS[form]}; charset=utf-8")
    answer = get_conditional_response(request, etag=etag, response=answer) or answer
    told: Mapping[str, str] = {"ETag": etag, "Cache-Control": "public, no-cache", "Access-Control-Allow-Origin": "*"}
    for name, value in told.items():
        answer.headers[name] = value
    return answer


@require_safe
@unhurried("preview")
@cache_control(public=True, max_age=300)
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The picture that goes along when a page is shared; 0 is the site itself."""
    page = _live(pk).specific if pk else None
    own = previews.own_picture(page) if page else None
    if own is not None:
        with own.get_rendition(previews.CROP).file.open("rb") as file:
            return HttpResponse(file.read(), content_type="image/jpeg")
    title = page.title if page else _("Leaving poverty behind, together")
    return HttpResponse(previews.drawn(str(pk), title, _site()), content_type="image/png")


def _live(pk: int) -> Page:
    page = in_public(Page.objects).filter(pk=pk, depth__gt=1).select_related("locale").first()
    if page is None:
        raise Http404
    return page


def _short_page(code: str) -> Page:
    pk = short.number(code)
    if pk is None:
        raise Http404
    return _live(pk)


@require_safe
@cache_control(no_store=True, private=True)
def short_link(request: HttpRequest, code: str) -> HttpResponse:
    """On to the page of this code: one more in the hour's sum, never to another site."""
    page = _short_page(code)
    address = address_of(page.locale.language_code, page.url_path)
    if request.method == "GET" and not is_machine(request):
        count_visit(address=address, at=now())
    response = HttpResponseRedirect(address)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


@require_safe
@unhurried("qr")
@cache_control(public=True, max_age=300)
def qr(request: HttpRequest, code: str) -> HttpResponse:
    """The short link as a QR code to print or to hold up."""
    page = _short_page(code)
    out = BytesIO()
    draw = partial(segno.make(absolute(short.path(page.pk)), error="m").save, kind="svg", scale=6, border=4)
    draw(out, dark=settings.LANTOA_COLOUR, light="#ffffff")
    return HttpResponse(out.getvalue(), content_type="image/svg+xml")
