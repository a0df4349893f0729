"""What holds for every text: it may be broken anywhere, every line is owned once, nothing but a refusal is raised."""

import textwrap
import time
import unicodedata
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lantoa.planning.reading.draft import PlanDraft
from lantoa.planning.reading.interpret import interpret, read_plan
from lantoa.planning.reading.lines import UnreadableSource
from lantoa.planning.reading.outline import read_outline
from lantoa.planning.reading.sources import read_source

SAMPLES = Path(__file__).parents[3] / "src/lantoa/planning/samples"
PROVINCIAL = (SAMPLES / "ke-hoach-mau-1.txt").read_text("utf-8")
COMMUNE = (SAMPLES / "ke-hoach-mau-2.txt").read_text("utf-8")
REAL = Path(__file__).parents[4] / "shared/domain/ke-hoach-171-KH-UBND.txt"
TEXTS = [PROVINCIAL, COMMUNE, *([REAL.read_text("utf-8")] if REAL.exists() else [])]


def shape(text: str) -> tuple[object, ...]:
    """Everything a person would see of a plan, without line numbers."""
    return shape_of(read_plan(text.encode(), "plan.txt")[1])


def shape_of(plan: PlanDraft) -> tuple[object, ...]:
    return (
        plan.number and plan.number.text,
        plan.issued_on,
        plan.issuer and plan.issuer.text,
        plan.title and plan.title.text,
        plan.period and (plan.period.from_year, plan.period.to_year),
        tuple((r.kind, r.number, r.issued_on, r.issuer) for r in plan.references),
        *(
            tuple((item.label, item.text) for item in items)
            for items in (plan.content_lines, plan.forms, plan.solutions)
        ),
        tuple(audience.text for audience in plan.audiences),
        tuple((agency.name, tuple(task.text for task in agency.tasks)) for agency in plan.agencies),
        tuple(recipient.text for recipient in plan.recipients),
        plan.signer_name,
        plan.signer_office,
        plan.closing and plan.closing.text,
    )


def paragraphs(text: str) -> list[str]:
    """The words of a text as one line; rules and bars left out, as any retyping would."""
    return [" ".join(word for word in text.split() if word.strip("-_|"))] if text else []


@pytest.mark.parametrize("text", TEXTS)
def test_no_line_breaks_at_all_gives_the_same_plan(text: str):
    flat = " ".join(line for line in text.splitlines() if line.strip("-_| "))
    assert shape(flat)[5:] == shape(text)[5:]
    assert shape(flat)[:2] == shape(text)[:2]


@pytest.mark.parametrize("text", TEXTS)
@given(width=st.integers(28, 140))
@settings(max_examples=25)
def test_wrapping_anywhere_gives_the_same_plan(text: str, width: int):
    flat = " ".join(line for line in text.splitlines() if line.strip("-_| "))
    wrapped = textwrap.fill(flat, width, break_on_hyphens=False, break_long_words=False)
    assert shape(wrapped)[5:] == shape(text)[5:]


@pytest.mark.parametrize("text", TEXTS)
@given(data=st.data())
@settings(max_examples=10)
def test_odd_spaces_line_ends_and_normal_forms_change_nothing(text: str, data: st.DataObject):
    end = data.draw(st.sampled_from(["\n", "\r\n", "\r", "\n\n"]))
    form = data.draw(st.sampled_from(["NFC", "NFD", "NFKD"]))
    space = data.draw(st.sampled_from([" ", "  ", "\u00a0", "\t "]))
    lines = [line.replace(" ", space) if line.strip("-_| ") else line for line in text.splitlines()]
    changed = unicodedata.normalize("NFD" if form == "NFKD" else form, end.join(lines))
    if space == "\t ":
        changed = changed.replace("\t", " ")
    assert shape(changed)[5:] == shape(text)[5:]


@pytest.mark.parametrize("text", TEXTS)
def test_every_line_is_owned_exactly_once(text: str):
    source = read_source(text.encode(), "plan.txt")
    outline = read_outline(source.lines)
    owners = Counter(n for block in outline.root.walk() for n in block.lines)
    owners += Counter(n for n in {(p.kind, n) for p in outline.pieces if p.kind != "unknown" for n in p.lines})
    lines = Counter(n if isinstance(n, int) else n[1] for n in owners.elements())
    written = {line.number for line in source.lines} - set(outline.flow.furniture)
    assert written == set(lines) | set(outline.unaccounted_lines)
    body = [n for block in outline.root.walk() for n in block.lines]
    assert len(body) == len(set(body))


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=400))
@settings(max_examples=200)
def test_any_text_is_read_or_refused_in_words(text: str):
    try:
        source = read_source(text.encode(), "plan.txt")
    except UnreadableSource:
        return
    plan = interpret(source)
    outline = read_outline(source.lines)
    written = {line.number for line in source.lines} - set(outline.flow.furniture)
    owned = {n for block in outline.root.walk() if block.kind != "unknown" for n in block.lines}
    owned |= {n for piece in outline.pieces if piece.kind != "unknown" for n in piece.lines}
    assert written - owned == set(plan.unaccounted_lines) - owned


HEAP = """KẾ HOẠCH|Số: 1/KH-UBND|Số:   /KH-UBND|I. NỘI DUNG|II. TỔ CHỨC THỰC HIỆN|1. Sở Y tế|- Chủ trì;|a) Một|đ) Hai|-
|1.1. Ba
|Nơi nhận:|TM. ỦY BAN NHÂN DÂN|Nguyễn Văn Mẫu|PHỤ LỤC|./.|“|”|12|Căn cứ|Luật Báo chí năm 2016|x \t y \t z
|Phòng, chống
|Quyết định số 5/QĐ-UBND ngày 40/13/2022 của|từ năm 2025 đến năm 2022"""
FRAGMENTS = st.lists(st.sampled_from([*HEAP.replace("\n|", "|").split("|"), "|"]), max_size=40)


@given(FRAGMENTS, st.sampled_from(["\n", " ", "\n\n"]))
@settings(max_examples=200)
def test_any_heap_of_fragments_is_read(fragments: list[str], joint: str):
    text = joint.join(fragments)
    with suppress(UnreadableSource):
        assert read_plan(text.encode(), "plan.txt")[1].to_json()["unaccounted_lines"] is not None


@given(st.binary(max_size=300), st.sampled_from(["txt", "docx", "pdf", "doc", "exe", ""]))
@settings(max_examples=150)
def test_any_bytes_are_read_or_refused_in_words(content: bytes, extension: str):
    with suppress(UnreadableSource):
        read_plan(content, f"plan.{extension}")


def test_twenty_thousand_lines_take_seconds_not_minutes():
    body = PROVINCIAL[PROVINCIAL.index("1. Sở Lao") : PROVINCIAL.index("Trên đây")]
    long = PROVINCIAL.replace(body, body * (19_000 // body.count("\n")))
    started = time.process_time()
    plan = read_plan(long.encode(), "plan.txt")[1]
    assert time.process_time() - started < 6  # of its own; 2 on a quiet machine
    assert len(plan.agencies) == 5
