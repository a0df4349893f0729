"""The data sets of what is published one by one: units, their lineage, pages, laws, events, answered questions."""

from collections.abc import Iterator, Mapping
from datetime import datetime, time
from typing import Any

from django.conf import settings
from django.db.models import Count, Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import PageLogEntry

from lantoa.figures.data import DataSet, Field, Geometry, Row, Stamp, Wishes
from lantoa.kernel.models import AuditEntry
from lantoa.listening.models import PublishedAnswer
from lantoa.newsroom.models import EventPage, LegalTextPage, types_by_section
from lantoa.newsroom.public import in_public
from lantoa.territory import selectors as territory
from lantoa.territory.enums import GRID, RunKind
from lantoa.territory.models import Unit, UnitCode, UnitLineage, UnitVersion
from lantoa.territory.sheets import outlines

A_BATCH = 500
UUID, TEXT, DAY, MOMENT, NUMBER, LIST, ADDRESS = "uuid", "string", "date", "dateTime", "number", "list", "uri"
OPEN_END = _("empty: still in force")
UNIT_KEY = Field("don_vi", UUID, _("The unit it is about; see the data set don-vi."))


UNITS_CHANGED = [
    *(f"territory.{kind}_imported" for kind in RunKind.values), "territory.map_sheet_imported",
    "territory.unit_renamed", "territory.units_merged", "territory.unit_split", "territory.unit_designated",
]  # fmt: skip
"""Acts in the audit chain after which the data of units are others."""


# Units


def unit_rows(wishes: Wishes) -> Iterator[Row]:
    """Every version of every unit, with the code it bore at the version's beginning."""
    codes: dict[int, list[tuple[Any, str]]] = {}
    for unit_id, valid, named in UnitCode.objects.order_by("valid").values_list("unit_id", "valid", "code"):
        codes.setdefault(unit_id, []).append((valid, named))
    versions = UnitVersion.objects.select_related("unit", "parent").order_by("unit_id", "valid")
    for row in versions.iterator(chunk_size=A_BATCH):
        borne = (one for valid, one in codes.get(row.unit_id, []) if row.valid.lower in valid)
        code: str | None = next(borne, None)
        yield (
            row.unit.public_id, code, row.name, row.kind, row.level, row.parent.public_id if row.parent else None,
            row.valid.lower, row.valid.upper, row.lat, row.lon,
        )  # fmt: skip


def lineage_rows(wishes: Wishes) -> Iterator[Row]:
    """Every thread of what became of what."""
    threads = UnitLineage.objects.select_related("event", "from_unit", "to_unit")
    for row in threads.order_by("event__on", "event_id", "pk").iterator(chunk_size=A_BATCH):
        yield (
            row.event.on, row.event.on_is_exact, row.event.kind, row.from_unit and row.from_unit.public_id,
            row.to_unit and row.to_unit.public_id, None if row.share is None else float(row.share),
            row.event.decision or None,
        )  # fmt: skip


def communes_drawn(wishes: Wishes) -> Iterator[tuple[int, Geometry, dict[str, Any]]]:
    """The province's communes of a day: outline, else point, else nothing; with area and who drew it."""
    try:
        root = territory.province(settings.LANTOA_PROVINCE_CODE, on=wishes.on).pk
    except territory.UnknownUnit:
        return
    rows = territory.communes(root, wishes.on)
    drawn = outlines([row.id for row in rows], wishes.on)
    keys = dict(Unit.objects.filter(pk__in=[row.id for row in rows]).values_list("pk", "public_id"))
    for row in rows:
        rings = [[[[x / GRID, y / GRID] for x, y in ring]] for ring in drawn.rings.get(row.id, [])]
        geometry: Geometry = {"type": "MultiPolygon", "coordinates": rings} if rings else None
        if geometry is None and row.lat is not None and row.lon is not None:
            geometry = {"type": "Point", "coordinates": [row.lon, row.lat]}
        yield row.id, geometry, {
            "don_vi": keys[row.id], "ma": row.code or None, "ten": row.name, "loai": row.kind,
            "dien_tich_km2": drawn.areas.get(row.id), "nguon_ranh_gioi": list(drawn.credits) if rings else None,
            "ngay": wishes.on,
        }  # fmt: skip


def unit_features(wishes: Wishes) -> Iterator[tuple[Geometry, Mapping[str, Any]]]:
    """The communes of a day."""
    return ((geometry, facts) for _unit, geometry, facts in communes_drawn(wishes))


def unit_stamp(wishes: Wishes) -> Stamp:
    """Whatever changes units is in the audit chain."""
    last = AuditEntry.objects.filter(action__in=UNITS_CHANGED).aggregate(seq=Max("seq"), at=Max("at"))
    return Stamp((last["seq"], wishes.on), last["at"])


# Pages


def page_rows(wishes: Wishes) -> Iterator[Row]:
    """Every published piece of communication, kind by kind."""
    for kind, model in types_by_section().items():
        if model.counted:
            pages = in_public(model.objects).select_related("locale", "unit").order_by("pk")
            for page in pages.iterator(chunk_size=A_BATCH):
                yield (
                    page.translation_key, kind, page.title, page.lead or None, page.locale.language_code,
                    page.get_full_url(wishes.request), page.unit.public_id, page.content_line or None,
                    list(page.audience_groups), list(page.programmes), page.first_published_at, page.last_published_at,
                )  # fmt: skip


def law_rows(wishes: Wishes) -> Iterator[Row]:
    """The legal library, with where each text stands on the day asked for."""
    texts = in_public(LegalTextPage.objects).with_days(wishes.on).select_related("locale")
    for row in texts.order_by("issued_on", "pk").iterator(chunk_size=A_BATCH):
        yield (
            row.number, row.kind, row.title, row.issuer, row.issued_on, row.effective_on, row.ends, row.standing,
            row.abstract or None, row.source_url or None, row.get_full_url(wishes.request), row.locale.language_code,
        )  # fmt: skip


def event_rows(wishes: Wishes) -> Iterator[Row]:
    """Every published event, past and to come."""
    events = in_public(EventPage.objects).select_related("locale", "unit").order_by("starts_at", "pk")
    for row in events.iterator(chunk_size=A_BATCH):
        yield (
            row.translation_key, row.kind, row.title, row.lead or None, row.starts_at, row.ends_at, row.place or None,
            row.organiser, row.unit.public_id, row.called_off, row.online_url or None,
            row.get_full_url(wishes.request), row.locale.language_code,
        )  # fmt: skip


def page_stamp(wishes: Wishes) -> Stamp:
    """Publishing, withdrawing, moving: all is in the log of pages. A law's standing turns with the day."""
    last = PageLogEntry.objects.aggregate(last=Max("timestamp"))["last"]
    morning = datetime.combine(wishes.on, time.min, timezone.get_default_timezone())
    return Stamp((last, wishes.on), max(last, min(morning, wishes.at)) if last else None)


# Answers


def answer_rows(wishes: Wishes) -> Iterator[Row]:
    """Questions and answers as everybody may read them: without a place and without names."""
    answers = PublishedAnswer.objects.select_related("case").order_by("published_at", "pk")
    for row in answers.iterator(chunk_size=A_BATCH):
        yield row.pk, row.question, row.answer, row.case.language, row.case.matter, timezone.localdate(row.published_at)


def answer_stamp(wishes: Wishes) -> Stamp:
    """An answer is published once and stays."""
    found = PublishedAnswer.objects.aggregate(last=Max("published_at"), n=Count("pk"))
    return Stamp((found["last"], found["n"]), found["last"])


AT_ONCE = _("as soon as something changes")
TITLE = Field("tieu_de", TEXT, _("Its title."))
LANGUAGE = Field("ngon_ngu", TEXT, _("Language of the text (ISO 639-1)."))
WHERE = Field("dia_chi", ADDRESS, _("Where to read it."))

SETS = (
    DataSet(
        "don-vi", _("Administrative units"),
        _("Every unit on record with its names, kinds, codes and places from day to day."), AT_ONCE,
        (
            Field("don_vi", UUID, _("Identity of the unit: the same through all its names and codes.")),
            Field("ma", TEXT, _("Code of the statistics office when this version began; other units have borne it on other days."), missing=_("empty: none known")),  # noqa: E501
            Field("ten", TEXT, _("Name with its kind.")),
            Field("loai", TEXT, _("Kind of unit (province, commune, ward …).")),
            Field("cap", NUMBER, _("Level: 1 province, 2 district, 3 commune, 4 hamlet.")),
            Field("thuoc", UUID, _("The unit above it."), missing=_("empty: none above")),
            Field("tu_ngay", DAY, _("First day so.")),
            Field("den_ngay", DAY, _("First day no longer so."), missing=OPEN_END),
            Field("vi_do", NUMBER, _("Latitude of a point of it."), _("degree"), _("empty: not known")),
            Field("kinh_do", NUMBER, _("Longitude of a point of it."), _("degree"), _("empty: not known")),
        ),
        unit_rows, unit_stamp, unit_features, by="ngay",
    ),
    DataSet(
        "bien-dong-don-vi", _("What became of administrative units"),
        _("Mergers, splits, renamings: which unit went over into which, on which day, by which decision."), AT_ONCE,
        (
            Field("ngay", DAY, _("The day it took effect.")),
            Field("ngay_chac", "boolean", _("Whether that day is certain; if not, it is the last possible one.")),
            Field("viec", TEXT, _("What happened (merge, split, rename …).")),
            Field("tu_don_vi", UUID, _("The unit before."), missing=_("empty: the record begins here")),
            Field("den_don_vi", UUID, _("The unit after."), missing=_("empty: the record ends here")),
            Field("phan", NUMBER, _("The part that went over; 1 is the whole."), missing=_("empty: not stated")),
            Field("quyet_dinh", TEXT, _("The decision."), missing=_("empty: not known")),
        ),
        lineage_rows, unit_stamp,
    ),
    DataSet(
        "bai-da-dang", _("Published pages"), _("What stands on this site: titles, leads, places, audiences, days."),
        AT_ONCE,
        (
            Field("bai", UUID, _("Identity of the piece, the same in all its languages.")),
            Field("loai", TEXT, _("Kind of page.")), TITLE,
            Field("tom_tat", TEXT, _("Its lead."), missing=_("empty: none")), LANGUAGE, WHERE, UNIT_KEY,
            Field("dong_noi_dung", TEXT, _("Content line of the plan."), missing=_("empty: not classed")),
            Field("doi_tuong", LIST, _("Audiences it was written for."), missing=_("empty: everyone")),
            Field("chuong_trinh", LIST, _("Programmes it counts for."), missing=_("empty: none")),
            Field("dang_lan_dau", MOMENT, _("First published.")),
            Field("dang_lan_cuoi", MOMENT, _("Last published.")),
        ),
        page_rows, page_stamp,
    ),
    DataSet(
        "van-ban", _("Legal library"), _("Legal and administrative texts with where they stand on a day."), AT_ONCE,
        (
            Field("so_hieu", TEXT, _("Number.")), Field("loai", TEXT, _("Kind of text.")), TITLE,
            Field("co_quan", TEXT, _("Who issued it.")), Field("ngay_ban_hanh", DAY, _("Date of issue.")),
            Field("hieu_luc_tu", DAY, _("In force from."), missing=_("empty: not known, counted from its issue")),
            Field("hieu_luc_den", DAY, _("Last day in force, later texts considered."), missing=OPEN_END),
            Field("tinh_trang", TEXT, _("Where it stands: not_yet, in_force, amended, ended, replaced.")),
            Field("trich_yeu", TEXT, _("Abstract."), missing=_("empty: none")),
            Field("nguon", ADDRESS, _("Where it is officially published."), missing=_("empty: not known")),
            WHERE, LANGUAGE,
        ),
        law_rows, page_stamp, by="ngay",
    ),
    DataSet(
        "su-kien", _("Events"), _("Dialogues, classes, fairs: when, where, who holds them."), AT_ONCE,
        (
            Field("su_kien", UUID, _("Identity of the event, the same in all its languages.")),
            Field("loai", TEXT, _("Kind of event: dialogue, session, training, conference, launch, other.")), TITLE,
            Field("tom_tat", TEXT, _("Its lead."), missing=_("empty: none")),
            Field("bat_dau", MOMENT, _("Begins.")),
            Field("ket_thuc", MOMENT, _("Ends."), missing=_("empty: not known")),
            Field("dia_diem", TEXT, _("Place."), missing=_("empty: not known")),
            Field("don_vi_to_chuc", TEXT, _("Who holds it.")), UNIT_KEY,
            Field("da_huy", "boolean", _("Whether it was called off.")),
            Field("truc_tuyen", ADDRESS, _("Where to join online."), missing=_("empty: not online")),
            WHERE, LANGUAGE,
        ),
        event_rows, page_stamp,
    ),
    DataSet(
        "hoi-dap", _("Answered questions"), _("Questions with the answers of officers; no name, no number, no place."),
        AT_ONCE,
        (
            Field("so", NUMBER, _("Number of the answer.")), Field("cau_hoi", TEXT, _("The question.")),
            Field("tra_loi", TEXT, _("The answer.")), LANGUAGE, Field("loai", TEXT, _("What was brought.")),
            Field("ngay_dang", DAY, _("Day of publication.")),
        ),
        answer_rows, answer_stamp,
    ),
)  # fmt: skip
