"""A version of a report as an official document: Vietnamese words around the figures, nothing that is not known."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone, translation

from lantoa.agencies.enums import AgencyKind
from lantoa.kernel.text import number_text, percent_text
from lantoa.newsroom.enums import Programme
from lantoa.planning.enums import TaskStatus
from lantoa.pressroom.enums import Medium
from lantoa.reporting.document import (
    Appendix,
    Blank,
    Block,
    Cell,
    Heading,
    Kind,
    OfficialDocument,
    Paragraph,
    Signature,
    Table,
)
from lantoa.reporting.document.wording import long_date
from lantoa.reporting.enums import CasePlace, Reach, Standing
from lantoa.reporting.figures import (
    Asked,
    Counted,
    Figure,
    Figures,
    LineRow,
    Placings,
    PlanCited,
    Press,
    from_json,
    total,
)
from lantoa.reporting.models import ReportVersion
from lantoa.reporting.words import CASES, CHANNELS, MEDIA, PLACINGS, PROGRAMMES, PUT, REACHES, STATES, TASKS

SIGNATURES = {
    AgencyKind.PEOPLES_COMMITTEE: Signature("Chủ tịch", authority=("TM. Ủy ban nhân dân",)),
    AgencyKind.STEERING_COMMITTEE: Signature("Trưởng ban", authority=("TM. Ban Chỉ đạo",)),
    AgencyKind.FRONT: Signature("Chủ tịch", authority=("TM. Ban Thường trực",)),
    AgencyKind.MASS_ORGANISATION: Signature("Chủ tịch", authority=("TM. Ban Thường vụ",)),
    AgencyKind.PRESS: Signature("Tổng biên tập"),
    AgencyKind.STATION: Signature("Giám đốc"),
    AgencyKind.BANK: Signature("Giám đốc"),
}
HEADS = {"sở": "Giám đốc", "phòng": "Trưởng phòng", "ban": "Trưởng ban", "trung tâm": "Giám đốc"}
SMALL_WORDS = {"và", "của", "-", "–"}
UNSAID = "Cơ quan báo cáo không ghi nội dung này."


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who issues a report, as a document heads it; `parent` may be empty."""

    name: str
    short_name: str
    kind: str
    parent: str
    place: str

    @property
    def letters(self) -> str:
        """The letters of the issuer in a document's symbol: "UBND", "SNNMT", "BCĐ"."""
        if self.kind == AgencyKind.PEOPLES_COMMITTEE:
            return "UBND"
        if self.short_name and self.short_name == self.short_name.upper() and " " not in self.short_name:
            return self.short_name
        return "".join(word[0] for word in self.name.split() if word.lower() not in SMALL_WORDS).upper()

    @property
    def signature(self) -> Signature:
        """The office that signs; its holder's name is left to the hand that signs."""
        if self.kind in SIGNATURES:
            return SIGNATURES[AgencyKind(self.kind)]
        opening = self.name.lower()
        return Signature(next((head for word, head in HEADS.items() if opening.startswith(word)), "Thủ trưởng cơ quan"))


def official_document(version: ReportVersion, issuer: Issuer) -> OfficialDocument:
    """The version as a report of Decree 30/2020; equal versions and issuers give equal documents."""
    figures = from_json(version.data)
    with translation.override("vi"):
        period = figures.period.name
    submitted = version.submitted_at
    return OfficialDocument(
        kind=Kind.REPORT,
        symbol=Kind.REPORT.symbol(issuer.letters),
        issuer=issuer.name,
        issuer_parent=issuer.parent,
        place=issuer.place,
        abstract=f"Kết quả truyền thông giảm nghèo {period}",
        number=version.document_number,
        date=timezone.localdate(submitted) if submitted else None,
        addressees=(issuer.parent,) if issuer.parent else (),
        bases=tuple(_basis(plan) for plan in figures.plans),
        body=_body(version, figures, issuer, period),
        signature=issuer.signature,
        recipients=("Như trên",) if issuer.parent else (),
        appendices=(_by_channel(figures),),
        data_hash=version.sha256,
    )


def _basis(plan: PlanCited) -> str:
    number = f" số {plan.number}" if plan.number else ""
    day = f" {long_date(plan.issued_on)}" if plan.issued_on else ""
    issuer = f" của {plan.issuer}" if plan.issuer else ""
    return f"Căn cứ Kế hoạch{number}{day}{issuer}: {plan.title}"


def _body(version: ReportVersion, figures: Figures, issuer: Issuer, period: str) -> tuple[Block, ...]:
    addressee = f"kính trình {issuer.parent} xem xét, chỉ đạo" if issuer.parent else "kính báo các cơ quan liên quan"
    unfinished = "; kỳ báo cáo chưa hết" if timezone.localdate(version.made_at) <= figures.end else ""
    return (
        Heading("Kết quả"),
        Paragraph(f"Số liệu {period} lấy từ sổ ghi của hệ thống Lan Tỏa lúc {_moment(version.made_at)}{unfinished}."),
        *_paragraphs(version.results, unsaid=""),
        *_messages(figures),
        *_programmes(figures),
        *_told(figures),
        *_ledger(figures),
        *_placings(figures.placings),
        *_press(figures.press),
        *_asked(figures.asked),
        *_cases(figures),
        *_tasks(figures),
        Heading("Khó khăn, vướng mắc"),
        *_paragraphs(version.difficulties),
        Heading("Kiến nghị, đề xuất"),
        *_paragraphs(version.proposals),
        Paragraph(f"Trên đây là báo cáo kết quả truyền thông giảm nghèo {period}; {issuer.name} {addressee}"),
    )


def _paragraphs(text: str, unsaid: str = UNSAID) -> list[Block]:
    lines = [line.strip() for line in text.splitlines() if line.strip()] or ([unsaid] if unsaid else [])
    return [Paragraph(line) for line in lines]


# I.1


def _messages(figures: Figures) -> list[Block]:
    blocks: list[Block] = [
        Heading("Tin, bài theo nội dung và theo kênh", level=2),
        Paragraph(
            f"Số tin đã phát: {_said(figures.messages)}; số lượt phát: {_said(figures.broadcasts)}; "
            f"số bài đã đăng trên cổng: {_said(figures.pages)}."
        ),
    ]
    if not figures.plans:
        blocks.append(Paragraph("Hệ thống chưa có kế hoạch nào của kỳ này nên tin, bài chưa xếp theo kế hoạch."))
    if figures.lines:
        blocks += [
            _item_table(figures),
            Paragraph("Tin theo từng kênh ở Phụ lục."),
        ]
    if figures.starved:
        blocks.append(Paragraph(f"Chưa có tin, bài nào về: {'; '.join(_named(line) for line in figures.starved)}."))
    return blocks


def _item_table(figures: Figures) -> Table:
    """Messages and pages by content line; what the press told too, where it was counted."""
    rows = [(_named(line), _cell(line.messages), _cell(line.pages)) for line in figures.lines]
    if figures.told is None:
        caption, widths = "Tin và bài trên cổng theo nội dung", (68, 16, 16)
        return Table(("Nội dung", "Tin", "Bài"), tuple(rows), caption=caption, widths=widths)
    told = ((*row, _cell(one.figure)) for row, one in zip(rows, figures.told.lines, strict=True))
    caption = "Tin, bài trên cổng và tin, bài báo chí theo nội dung"
    return Table(("Nội dung", "Tin", "Bài", "Báo chí"), tuple(told), caption=caption, widths=(56, 14, 14, 16))


def _line_table(figures: Figures) -> Table:
    """Content lines by channel: as wide as a sheet across."""
    channels = [CHANNELS.get(channel, channel) for channel in figures.channels]
    rows = [
        (_named(line), _cell(line.messages), *(_cell(figure) for figure in line.by_channel), _cell(line.pages))
        for line in figures.lines
    ]
    return Table(
        ("Nội dung", "Tin", *channels, "Bài"),
        tuple(rows),
        caption="Tin theo kênh (một tin đi nhiều kênh được tính ở mỗi kênh) và bài trên cổng",
    )


def _named(line: LineRow) -> str:
    if line.in_plan:
        text = line.text.rstrip(".;: ")
        return f"{line.label}) {text}" if line.label else text
    return f"Nội dung “{line.label}”, không có trong kế hoạch" if line.label else "Chưa xếp nội dung"


def _programmes(figures: Figures) -> list[Block]:
    """Pages by the national programmes they serve; nothing in a version kept before it was counted."""
    found = figures.programmes
    if found is None:
        return []
    rows = [(row.programme, row.pages, row.alone) for row in found.rows]
    return _by_programme("bài", rows, figures.pages, several=found.several, none=found.none)


def _told(figures: Figures) -> list[Block]:
    """What the press told by the same programmes; nothing in a version kept before it was counted."""
    if (found := figures.told) is None or figures.press is None:
        return []
    rows = [(row.programme, row.pieces, row.alone) for row in found.rows]
    return _by_programme("tin, bài báo chí", rows, figures.press.total, several=found.several, none=found.none)


def _by_programme(
    what: str, counted: Sequence[tuple[str, Figure, Figure]], whole: Figure, *, several: Figure, none: Figure
) -> list[Block]:
    """`counted` are programme, all of it, and what serves it alone."""
    name = what[0].upper() + what[1:]
    rows: list[tuple[Cell, ...]] = [
        (PROGRAMMES[Programme(code)], _cell(every), _cell(alone)) for code, every, alone in counted
    ]
    rows.append((f"Tổng số {what}, mỗi bài một lần", _cell(whole), Blank.NOT_APPLICABLE))
    return [
        Heading(f"{name} theo chương trình mục tiêu quốc gia", level=2),
        Paragraph(
            f"Số {what} phục vụ từ hai chương trình trở lên: {_said(several)}; "
            f"số {what} không gắn chương trình nào: {_said(none)}."
        ),
        Table(
            ("Chương trình", name, "Chỉ của chương trình này"), tuple(rows), totals=1, unit=what, widths=(60, 15, 25),
            caption=f"{name} theo chương trình; "
            "bài của nhiều chương trình có ở mỗi dòng, trong tổng số chỉ tính một lần",
        ),
    ]  # fmt: skip


# I.2


def _ledger(figures: Figures) -> list[Block]:
    states: list[tuple[Cell, ...]] = [(STATES[state.key], _cell(state.figure)) for state in figures.states]
    states.append(("Cộng", _cell(figures.audience)))
    reach: list[tuple[Cell, ...]] = [
        (REACHES[Reach(mine.key)], _cell(mine.figure), _cell(here.figure))
        for mine, here in zip(figures.people, figures.residents, strict=True)
    ]
    reach.append(("Cộng", _cell(total(figures.people)), _cell(total(figures.residents))))
    return [
        Heading("Người nhận", level=2),
        Table(
            ("Trạng thái", "Người nhận"), tuple(states), totals=1, unit="lượt người",
            caption="Tổng người nhận bằng tổng các trạng thái", widths=(75, 25),
        ),
        Paragraph("Người nhận theo từng kênh ở Phụ lục."),
        Table(
            ("Mức tốt nhất mỗi người nhận được", "Người do cơ quan gửi", "Người sống trong địa bàn"),
            tuple(reach), totals=1, unit="người", caption="Người nhận, mỗi người đếm một lần", widths=(50, 25, 25),
        ),
    ]  # fmt: skip


def _by_channel(figures: Figures) -> Appendix:
    """The tables with a column for each channel: too wide for a sheet upright."""
    tables = (_line_table(figures), _state_table(figures)) if figures.lines else (_state_table(figures),)
    return Appendix("Số liệu theo kênh", tables, landscape=True)


def _state_table(figures: Figures) -> Table:
    channels = [CHANNELS.get(row.channel, row.channel) for row in figures.by_channel]
    rows: list[tuple[Cell, ...]] = [
        (STATES[state.key], *(_cell(row.states[place].figure) for row in figures.by_channel), _cell(state.figure))
        for place, state in enumerate(figures.states)
    ]
    rows.append(("Cộng", *(_cell(row.audience) for row in figures.by_channel), _cell(figures.audience)))
    return Table(
        ("Trạng thái", *channels, "Cộng"), tuple(rows), totals=1, unit="lượt người",
        caption="Người nhận theo kênh và trạng thái",
    )  # fmt: skip


# I.3


def _placings(found: Placings | None) -> list[Block]:
    """What stood at public outlets; nothing in a version kept before it was counted."""
    if found is None:
        return []
    rows: list[tuple[Cell, ...]] = [
        (PLACINGS.get(row.kind, row.kind), *(_cell(one.figure) for one in row.places), _cell(row.total),
         _cell(row.counted))
        for row in found.rows
    ]  # fmt: skip
    sums = [_cell(total(places)) for places in zip(*(row.places for row in found.rows), strict=True)]
    rows.append(("Cộng", *sums, _cell(found.total), Blank.NOT_APPLICABLE))
    return [
        Heading("Điểm truyền thông", level=2),
        Paragraph(
            f"Số lượt đưa tin đến điểm truyền thông trong địa bàn, của các lượt phát trong kỳ: {_said(found.total)}; "
            f"trong đó do cơ quan báo cáo và đơn vị trên địa bàn phát: {_said(found.own)}."
        ),
        Table(
            ("Loại hình", *PUT.values(), "Cộng", "Đếm được"), tuple(rows), totals=1, unit="lượt",
            caption="Lượt đưa tin theo loại hình thông tin cơ sở; báo chí là nơi nhận để đăng lại",
        ),
    ]  # fmt: skip


def _press(found: Press | None) -> list[Block]:
    """What newspapers and stations told; nothing in a version kept before it was counted."""
    if found is None:
        return []
    rows: list[tuple[Cell, ...]] = [(MEDIA[Medium(row.key)], _cell(row.figure)) for row in found.media]
    rows.append(("Cộng", _cell(found.total)))
    return [
        Heading("Báo chí đưa tin", level=2),
        Paragraph(f"Thời lượng phát thanh, truyền hình: {_said(found.minutes)} phút."),
        Table(
            ("Loại hình", "Tin, bài"), tuple(rows), totals=1, unit="tin, bài", widths=(75, 25),
            caption="Tin, bài báo chí đã đăng, phát; mỗi tin, bài tính một lần",
        ),
    ]  # fmt: skip


def _asked(found: Asked | None) -> list[Block]:
    """What journalists asked; nothing in a version kept before it was counted."""
    return [] if found is None else [
        Heading("Báo chí hỏi", level=2),
        Paragraph(f"Số yêu cầu của nhà báo: {_said(found.received)}; trong đó đã trả lời: {_said(found.answered)}; "
                  f"trả lời kịp giờ nhà báo cần: {_said(found.in_time)}."),
    ]  # fmt: skip


# I.5, I.6


def _cases(figures: Figures) -> list[Block]:
    rows: list[tuple[Cell, ...]] = [(CASES[CasePlace(row.key)], _cell(row.figure)) for row in figures.cases]
    rows.append(("Đã tiếp nhận", _cell(figures.received)))
    blocks: list[Block] = [
        Heading("Ý kiến của người dân", level=2),
        Table(("Ý kiến", "Số lượng"), tuple(rows), totals=1, unit="ý kiến", widths=(75, 25)),
    ]
    on_time, judged = figures.case(CasePlace.ON_TIME), judged_cases(figures)
    if on_time.value is not None and judged.value:
        share = percent_text(on_time.value, judged.value)
        blocks.append(
            Paragraph(f"Trả lời đúng hạn {_said(on_time)}/{_said(judged)} ý kiến đã trả lời hoặc quá hạn ({share}).")
        )
    return blocks


def judged_cases(figures: Figures) -> Figure:
    """The denominator of answers in time: cases answered, and those still waiting past their time."""
    return total(figures.cases, CasePlace.ON_TIME, CasePlace.LATE, CasePlace.OVERDUE)


def _tasks(figures: Figures) -> list[Block]:
    heading = Heading("Nhiệm vụ theo kế hoạch", level=2)
    rows = [(TASKS[TaskStatus(row.key)], _cell(row.figure)) for row in figures.tasks]
    rows.append(("Cộng", _cell(total(figures.tasks))))
    return [
        heading,
        *(Paragraph(words) for words in _why_blank(figures.tasks)),
        Table(("Tình trạng", "Số lượng"), tuple(rows), totals=1, unit="nhiệm vụ", widths=(75, 25)),
        Paragraph(f"Nhiệm vụ chưa xong đã quá hạn: {_said(figures.tasks_late)}."),
    ]


def _why_blank(tasks: Sequence[Counted]) -> list[str]:
    match next((row.figure.standing for row in tasks), Standing.MISSING):
        case Standing.MISSING:
            return ["Hệ thống chưa có kế hoạch nào của kỳ này."]
        case Standing.NOT_APPLICABLE:
            return ["Kế hoạch của kỳ này không giao nhiệm vụ cho cơ quan báo cáo."]
        case _stated:
            return []


# Words


def _cell(figure: Figure) -> Cell:
    if figure.value is not None:
        return figure.value
    return Blank.MISSING if figure.standing == Standing.MISSING else Blank.NOT_APPLICABLE


def _said(figure: Figure) -> str:
    if figure.value is not None:
        return number_text(figure.value)
    return "chưa có số liệu" if figure.standing == Standing.MISSING else "không áp dụng"


def _moment(at: datetime) -> str:
    here = timezone.localtime(at)
    return f"{here.hour} giờ {here.minute:02d} phút, {long_date(here.date())}"
