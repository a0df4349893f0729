"""The sections of a site, all that are missing at once: one by one they would cost forty queries each."""

import uuid
from collections.abc import Iterable, Mapping

from django.contrib.contenttypes.models import ContentType
from django.db.models import F
from django.utils.translation import override
from wagtail.models import Page
from wagtail.search.backends import get_search_backends

from lantoa.kernel.models import User
from lantoa.newsroom.enums import SectionKind
from lantoa.newsroom.models import HomePage, SectionPage

type Sections = dict[SectionKind, dict[str, SectionPage]]

SLUGS = {
    SectionKind.POLICIES: "chinh-sach",
    SectionKind.ARTICLES: "tin",
    SectionKind.LAWS: "van-ban",
    SectionKind.ROLE_MODELS: "guong-dien-hinh",
    SectionKind.INITIATIVES: "mo-hinh",
    SectionKind.REPORTAGE: "phong-su",
    SectionKind.PHOTOS: "anh",
    SectionKind.VIDEOS: "video",
    SectionKind.AUDIO: "am-thanh",
    SectionKind.EVENTS: "su-kien",
    SectionKind.QUESTIONS: "hoi-nhieu",
    SectionKind.GUIDES: "huong-dan",
    SectionKind.CAMPAIGNS: "chien-dich",
    SectionKind.COLUMNS: "chuyen-muc",
    SectionKind.SPECIALS: "chuyen-trang",
    SectionKind.INSTITUTIONS: "danh-ba",
}
"""The same in every language; `hoi-dap` is the portal's, where answers to citizens stand."""


def ensure_sections(homes: Mapping[str, HomePage], by: User | None) -> Sections:
    """Every section below every home, those that are missing made: translations of one another, live, indexed."""
    held = _held(homes)
    keys = {kind: page.translation_key for (_code, kind), page in held.items()}
    keys = {kind: keys.get(kind) or uuid.uuid4() for kind in SectionKind}
    missing = []
    for code, home in homes.items():
        kinds = [kind for kind in SectionKind if (code, kind) not in held]
        missing += _below(home, kinds, keys, by)
    if missing:
        _write(missing)
        held = _held(homes)
    return {kind: {code: held[code, kind] for code in homes} for kind in SectionKind}


def _held(homes: Mapping[str, HomePage]) -> dict[tuple[str, SectionKind], SectionPage]:
    codes = {home.locale_id: code for code, home in homes.items()}
    rows = SectionPage.objects.filter(locale__in=codes).select_related("locale")
    return {(codes[page.locale_id], SectionKind(page.kind)): page for page in rows}


def _below(
    home: HomePage, kinds: Iterable[SectionKind], keys: Mapping[SectionKind, uuid.UUID], by: User | None
) -> list[SectionPage]:
    last = home.get_last_child()
    step = Page._str2int(last.path[-Page.steplen :]) if last else 0  # noqa: SLF001 (treebeard offers no other way)
    content_type = ContentType.objects.get_for_model(SectionPage)
    made = []
    with override(home.locale.language_code):
        for number, kind in enumerate(kinds, step + 1):
            title, slug = str(kind.label), SLUGS[kind]
            path = Page._get_path(home.path, home.depth + 1, number)  # noqa: SLF001 (as above)
            made.append(
                SectionPage(
                    title=title, draft_title=title, slug=slug, kind=kind, locale=home.locale, unit_id=home.unit_id,
                    owner=by, translation_key=keys[kind], content_type=content_type, live=True, numchild=0,
                    path=path, depth=home.depth + 1, url_path=f"{home.url_path}{slug}/",
                )
            )  # fmt: skip
    Page.objects.filter(pk=home.pk).update(numchild=F("numchild") + len(made))
    return made


def _write(sections: list[SectionPage]) -> None:
    """Their rows in both tables, and their words in the page editor's own search."""
    columns = [field.attname for field in Page._meta.concrete_fields if not field.primary_key]
    rows = [Page(**{name: getattr(section, name) for name in columns}) for section in sections]
    for section, page in zip(sections, Page.objects.bulk_create(rows), strict=True):
        section.page_ptr_id = section.pk = section.id = page.pk
        section.save_base(raw=True, force_insert=True)
    for backend in get_search_backends(with_auto_update=True):
        backend.add_bulk(SectionPage, sections)
