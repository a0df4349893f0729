"""Versions stand: figures from the moment they are kept, everything from the moment they are submitted."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import translation
from docx import Document
from docx.oxml.ns import qn

from lantoa.channels.registry import channels
from lantoa.kernel.access import AccessDenied
from lantoa.kernel.models import AuditEntry
from lantoa.kernel.text import number_text
from lantoa.reporting import selectors, services
from lantoa.reporting.document import Blank
from lantoa.reporting.document.metrics import width_mm
from lantoa.reporting.exporting import csv_lines
from lantoa.reporting.figures import (
    MISSING,
    NOT_APPLICABLE,
    Asked,
    ChannelRow,
    Counted,
    Figures,
    PlacingRow,
    Placings,
    Press,
    ProgrammeRow,
    Programmes,
    Told,
    ToldRow,
    canonical,
    count,
    data_hash,
    entries,
    from_json,
)
from lantoa.reporting.models import Report, ReportVersion
from lantoa.reporting.rules import ReportingError
from lantoa.reporting.services import Narrative, make_version, submit, word_draft, write_document
from tests.reporting.world import END, NOW, QUARTER, START, World, broadcast, build, case, plan, put, task, told

pytestmark = [pytest.mark.django_db, pytest.mark.sql]
LATER = NOW + timedelta(days=1)
OTHER_FIGURES = """UPDATE reporting_reportversion
    SET data = data || ' ', sha256 = encode(sha256(convert_to(data || ' ', 'UTF8')), 'hex') WHERE id = %s"""
WORDS = Narrative(results="Tổ dân vận\n\nđến từng nhà.", difficulties="Thiếu loa.", proposals="Cấp loa.")


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


@pytest.fixture
def world(db: None) -> World:
    made = build()
    task(plan(made, made.province), made.office, "active")
    broadcast(made, made.north, [(1, made.north, "sms", "read")], line="b")
    return made


def kept(world: World, **more: Any) -> ReportVersion:
    return make_version(world.office, START, END, "quarter", **{"by": world.commune_clerk, "at": NOW} | more)


def test_a_version_keeps_the_figures_and_their_hash(world: World) -> None:
    version = kept(world)
    assert (version.number, version.report.kind, version.report.unit_id) == (1, "quarter", world.north)
    assert version.sha256 == sha256(version.data.encode()).hexdigest() == data_hash(from_json(version.data))
    last = AuditEntry.objects.latest("seq")
    assert (last.action, last.subject, version.sha256 in last.facts) == (
        "reporting.version_made", f"reporting.reportversion:{version.pk}", True,
    )  # fmt: skip


def test_the_same_figures_make_no_second_version(world: World) -> None:
    first = kept(world)
    assert kept(world, at=LATER).pk == first.pk
    worded = kept(world, at=LATER, narrative=WORDS)
    assert (worded.pk, worded.results, ReportVersion.objects.count()) == (first.pk, WORDS.results, 1)


def test_new_figures_make_the_next_version_with_the_words_so_far(world: World) -> None:
    first = kept(world, narrative=WORDS)
    case(world.north, "on_time")
    second = kept(world, at=LATER)
    assert (second.number, second.results, second.sha256 == first.sha256) == (2, WORDS.results, False)
    with pytest.raises(ReportingError, match="newer version"):
        submit(version_id=first.pk, by=world.commune_clerk, at=LATER)


def test_new_words_after_submission_make_the_next_version(world: World) -> None:
    first = submit(version_id=kept(world).pk, by=world.commune_clerk, at=LATER)
    assert kept(world, at=LATER) == first
    second = kept(world, at=LATER, narrative=WORDS)
    assert (second.number, second.submitted_at, second.sha256) == (2, None, first.sha256)


@pytest.mark.parametrize("who", ["stranger", "editor"])
def test_only_reporters_and_leaders_of_the_unit_make_and_submit(world: World, who: str) -> None:
    with pytest.raises(AccessDenied):
        kept(world, by=getattr(world, who))
    assert not Report.objects.exists()
    version = kept(world)
    with pytest.raises(AccessDenied):
        submit(version_id=version.pk, by=getattr(world, who), at=LATER)
    assert submit(version_id=version.pk, by=world.leader, at=LATER).submitted_by == world.leader


def test_a_submitted_version_refuses_every_verb(world: World) -> None:
    version = submit(version_id=kept(world).pk, by=world.leader, at=LATER)
    for again in (
        lambda: submit(version_id=version.pk, by=world.leader, at=LATER),
        lambda: word_draft(version_id=version.pk, narrative=WORDS, by=world.leader, at=LATER),
    ):
        with pytest.raises(ReportingError, match="submitted"):
            again()


@pytest.mark.parametrize(("days", "kind"), [
    ((START, END), "year"), ((END, START), None), ((date(2026, 10, 2), END), "quarter"),
])  # fmt: skip
def test_days_that_are_no_such_period_are_refused(world: World, days: tuple[date, date], kind: str | None) -> None:
    with pytest.raises(ReportingError):
        make_version(world.office, *days, kind, by=None, at=NOW)


def statement(sql: str, *params: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, params)


@pytest.mark.parametrize("change", [
    "UPDATE reporting_reportversion SET results = 'khác' WHERE id = %s",
    "UPDATE reporting_reportversion SET document_number = 9 WHERE id = %s",
    "UPDATE reporting_reportversion SET submitted_at = NULL, submitted_by_id = NULL WHERE id = %s",
    "DELETE FROM reporting_reportversion WHERE id = %s",
])  # fmt: skip
def test_the_database_refuses_any_change_once_submitted(world: World, change: str) -> None:
    version = submit(version_id=kept(world).pk, by=world.leader, at=LATER)
    before = ReportVersion.objects.filter(pk=version.pk).values().get()
    with pytest.raises(DatabaseError, match="reporting_submitted"):
        statement(change, version.pk)
    assert ReportVersion.objects.filter(pk=version.pk).values().get() == before


@pytest.mark.parametrize("change", [
    OTHER_FIGURES,
    "UPDATE reporting_reportversion SET number = 7 WHERE id = %s",
    "UPDATE reporting_reportversion SET made_by_id = NULL WHERE id = %s",
    "UPDATE reporting_reportversion SET made_at = now() WHERE id = %s",
])  # fmt: skip
def test_the_database_refuses_other_figures_even_in_a_draft(world: World, change: str) -> None:
    version = kept(world)
    with pytest.raises(DatabaseError, match="reporting_figures_fixed"):
        statement(change, version.pk)
    statement("UPDATE reporting_reportversion SET results = 'khác' WHERE id = %s", version.pk)
    statement("DELETE FROM reporting_reportversion WHERE id = %s", version.pk)


def test_the_database_refuses_a_hash_that_is_not_of_the_figures(world: World) -> None:
    version = kept(world)
    version.pk, version.number, version.sha256 = None, 2, "0" * 64
    with pytest.raises(IntegrityError, match="sha256_is_of_data"), transaction.atomic():
        version.save(force_insert=True)


@pytest.mark.parametrize("change", [
    "UPDATE reporting_report SET period_end = period_end + 1 WHERE id = %s",
    "DELETE FROM reporting_report WHERE id = %s",
])  # fmt: skip
def test_a_report_s_agency_and_period_stand_for_good(world: World, change: str) -> None:
    with pytest.raises(DatabaseError, match="append_only"):
        statement(change, kept(world).report_id)


# The document


def words_of(docx: bytes) -> str:
    body = Document(io.BytesIO(docx)).element.body
    paragraphs = ([t.text or " " for t in p.iter(qn("w:t"), qn("w:br"))] for p in body.iter(qn("w:p")))
    return "\n".join("".join(pieces) for pieces in paragraphs)


def cells_of(docx: bytes) -> list[str]:
    return [cell.text for table in Document(io.BytesIO(docx)).tables for row in table.rows for cell in row.cells]


def distinct(figures: Figures) -> Figures:
    """The same report with a different number in every place."""
    numbers: Iterator[int] = iter(range(1_000_001, 2_000_000))

    def fresh(rows: tuple[Counted, ...]) -> tuple[Counted, ...]:
        return tuple(replace(row, figure=count(next(numbers))) for row in rows)

    return replace(
        figures,
        messages=count(next(numbers)), broadcasts=count(next(numbers)), pages=count(next(numbers)),
        audience=count(next(numbers)), received=count(next(numbers)), tasks_late=count(next(numbers)),
        lines=tuple(
            replace(
                line, messages=count(next(numbers)), pages=count(next(numbers)),
                by_channel=tuple(count(next(numbers)) for _ in line.by_channel),
            )
            for line in figures.lines
        ),
        states=fresh(figures.states), people=fresh(figures.people), residents=fresh(figures.residents),
        cases=fresh(figures.cases), tasks=fresh(figures.tasks),
        placings=figures.placings and Placings(
            count(next(numbers)), count(next(numbers)),
            tuple(PlacingRow(row.kind, count(next(numbers)), fresh(row.places), count(next(numbers)))
                  for row in figures.placings.rows),
        ),
        press=figures.press and Press(count(next(numbers)), fresh(figures.press.media), count(next(numbers))),
        asked=figures.asked and Asked(*(count(next(numbers)) for _three in range(3))),
        programmes=figures.programmes and Programmes(
            tuple(ProgrammeRow(row.programme, count(next(numbers)), count(next(numbers)))
                  for row in figures.programmes.rows),
            count(next(numbers)), count(next(numbers)),
        ),
        told=figures.told and Told(
            fresh(figures.told.lines),
            tuple(ToldRow(row.programme, count(next(numbers)), count(next(numbers))) for row in figures.told.rows),
            count(next(numbers)), count(next(numbers)),
        ),
        by_channel=tuple(
            ChannelRow(row.channel, count(next(numbers)), fresh(row.states)) for row in figures.by_channel
        ),
    )  # fmt: skip


def stored(version: ReportVersion, figures: Figures) -> ReportVersion:
    return ReportVersion.objects.create(
        report=version.report,
        number=version.number + 1,
        data=canonical(figures),
        sha256=data_hash(figures),
        made_at=NOW,
    )


def test_the_document_states_every_figure_of_its_version_and_its_hash(world: World) -> None:
    first = kept(world)
    version = stored(first, distinct(from_json(first.data)))
    docx = write_document(version.pk)
    text = words_of(docx)
    stated = [number_text(entry.figure.value or 0) for entry in entries(from_json(version.data))]
    assert len(set(stated)) == len(stated) > 90
    assert [number for number in stated if number not in text] == []
    assert f"sha256 {version.sha256}" in text
    assert first.sha256 not in text
    assert Document(io.BytesIO(docx)).core_properties.identifier == f"sha256:{version.sha256}"


def test_no_word_of_a_table_is_broken_and_every_table_fits_its_sheet(world: World) -> None:
    first = kept(world)
    word = Document(io.BytesIO(write_document(stored(first, distinct(from_json(first.data))).pk)))
    upright, across = word.sections
    assert (upright.page_width.mm, across.page_width.mm) == (pytest.approx(210, abs=0.1), pytest.approx(297, abs=0.1))
    *body, lines, states = [table for table in word.tables if len(table.rows) > 2]
    assert len(lines.columns) == len(states.columns) == 3 + len(channels()), "a column each, on the sheet across"
    for sheet, tables in ((upright, body), (across, [lines, states])):
        room = sheet.page_width.mm - sheet.left_margin.mm - sheet.right_margin.mm
        for table in tables:
            widths = [cell.width.mm for cell in table.rows[0].cells]
            assert sum(widths) <= room + 0.5
            for row in table.rows:
                for cell, width in zip(row.cells, widths, strict=True):
                    longest = max(width_mm(part, 12) for part in cell.text.split(" "))
                    assert longest + 3.2 <= width, (cell.text, width)  # 1.6 mm stay free on either side


def test_the_document_tells_zero_missing_and_not_applicable_apart(world: World) -> None:
    first = kept(world)
    figures = from_json(first.data)
    tasks = (*(replace(row, figure=NOT_APPLICABLE) for row in figures.tasks[:1]), *figures.tasks[1:])
    cases = (*(replace(row, figure=MISSING) for row in figures.cases[:1]), *figures.cases[1:])
    cells = cells_of(write_document(stored(first, replace(figures, tasks=tasks, cases=cases)).pk))
    after = {cells[place]: cells[place + 1] for place in range(len(cells) - 1)}
    assert after["Chưa giao"] == Blank.NOT_APPLICABLE.value
    assert after["Đã trả lời đúng hạn"] == Blank.MISSING.value
    assert after["Đã trả lời trễ hạn"] == "0"


def test_the_document_is_laid_out_for_its_issuer(world: World) -> None:
    version = submit(version_id=kept(world, narrative=WORDS).pk, by=world.leader, at=LATER)
    docx = write_document(version.pk)
    text = words_of(docx)
    for words in (
        "ỦY BAN NHÂN DÂN TỈNH SÔNG SEN", "ỦY BAN NHÂN DÂN XÃ SEN BẮC", "/BC-UBND", "Sen Bắc, ngày\u00a011",
        "Kết quả truyền thông giảm nghèo quý\u00a0IV năm 2026", "Kính gửi: Ủy ban nhân dân tỉnh Sông Sen",
        "I. KẾT QUẢ", "II. KHÓ KHĂN, VƯỚNG MẮC", "III. KIẾN NGHỊ, ĐỀ XUẤT", "Tổ dân vận", "đến từng nhà.",
        "Thiếu loa.", "Cấp loa.", "Chưa có tin, bài nào về: a) Nội dung a; c) Nội dung c.",
        "TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "Lưu: VT.", "./.",
    ):  # fmt: skip
        assert words in text, words
    assert "Nhân viên" not in text
    assert world.leader.display_name not in text
    assert docx == write_document(version.pk)


def test_the_document_says_what_nobody_wrote(world: World) -> None:
    assert words_of(write_document(kept(world).pk)).count("không ghi nội dung này") == 2


def test_a_version_from_before_outlets_were_counted_stands_as_it_was_kept(world: World) -> None:
    first = kept(world)
    before = replace(from_json(first.data), placings=None, press=None, asked=None, programmes=None, told=None)
    old = submit(version_id=stored(first, before).pk, by=world.leader, at=LATER)
    put(broadcast(world, world.province, []), world.north, "board", "done")
    told(world.north, "print", day=START, programmes=["ntp_rural"], content_line="z")
    live = selectors.figures(world.office, QUARTER, NOW)
    assert [line.label for line in live.lines] == ["a", "b", "c", "z"]
    assert not selectors.changed_since(old, live), "a closed report is not out of date for what nobody counted then"
    old.submitted_at = None
    assert selectors.changed_since(old, live), "a draft may still become a version that counts it"
    text = words_of(write_document(old.pk))
    assert ("Điểm truyền thông" in text, f"sha256 {old.sha256}" in text) == (False, True)
    assert ("Báo chí đưa tin" in text, "Báo chí đưa tin" in words_of(write_document(first.pk))) == (False, True)
    named = "Tin, bài báo chí theo chương trình mục tiêu quốc gia"
    assert (named in text, named in words_of(write_document(first.pk))) == (False, True)
    assert ("Báo chí hỏi" in text, "Báo chí hỏi" in words_of(write_document(first.pk))) == (False, True)
    assert "Điểm truyền thông" in words_of(write_document(first.pk))
    assert old.sha256 in list(csv_lines(from_json(old.data)))[-1]


# The command line


def test_the_command_writes_document_and_table(world: World, tmp_path: Path) -> None:
    said = io.StringIO()
    out = tmp_path / "bc.docx"
    days = ("--from=2026-10-01", "--to=2026-10-31")
    call_command("report", "--agency=uy ban nhan dan xa sen bac", *days, f"--out={out}", "--csv", stdout=said)
    version = ReportVersion.objects.get()
    assert said.getvalue().strip() == f"{out}: version 1, data {version.sha256}"
    assert version.sha256 in words_of(out.read_bytes())
    assert out.with_suffix(".csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert version.made_by is None


@pytest.mark.parametrize(("agency", "words"), [("Ủy ban", "Give a number"), ("999999", "did not exist")])
def test_the_command_explains_what_it_cannot_do(world: World, tmp_path: Path, agency: str, words: str) -> None:
    with pytest.raises(CommandError, match=words):
        call_command("report", agency=agency, start=START, end=date(2026, 10, 31), out=tmp_path / "x.docx")
    assert not services.ReportVersion.objects.exists()
