"""Who implements the plan, and what each of them is told to do."""

import re
from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from lantoa.kernel.text import fold
from lantoa.planning.reading.dates import DATE, read_date
from lantoa.planning.reading.draft import AgencyFound, TaskFound
from lantoa.planning.reading.headings import split_heading
from lantoa.planning.reading.outline import Block, Outline
from lantoa.planning.reading.phrases import Phrase, clauses, sentences, tidy
from lantoa.planning.reading.task_tables import read_rows
from lantoa.planning.reading.vocabulary import ADDRESSING, TASK_VERB, families, names_agency

DUE = re.compile(rf"(?:trước|chậm nhất|hoàn thành|hạn)[^.;,]{{0,30}}?\b{DATE}", re.IGNORECASE)
COOPERATION = re.compile(
    r"phối hợp (?:chặt chẽ )?với (?P<who>[^.;:]{3,160}?)(?=\s+(?:tổ chức|thực hiện|xây dựng|triển khai|tham mưu"
    r"|đẩy mạnh|hướng dẫn|kiểm tra|theo dõi|tuyên truyền|để|trong|rà soát|tổng hợp)\b|[.;:]|$)",
    re.IGNORECASE,
)
NOT_AGENCIES = ("reporting", "budget", "monitoring", "time", "purpose")


def read_agencies(outline: Outline, blocks: list[tuple[Block, float]]) -> tuple[AgencyFound, ...]:
    """Give each implementing body with its tasks, in order; the same name met twice keeps one entry with all tasks."""
    found: dict[str, AgencyFound] = {}
    named = [agency for block, _sure in blocks for agency in _under(outline, block, 0)]
    for agency in (*named, *read_rows(outline)):
        same = found.get(fold(agency.name))
        if same is None:
            found[fold(agency.name)] = agency
        else:
            lines = tuple(sorted({*same.source_lines, *agency.source_lines}))
            found[fold(agency.name)] = AgencyFound(
                same.name, lines, min(same.confidence, agency.confidence), same.reason, (*same.tasks, *agency.tasks)
            )
    return tuple(found.values())


def _under(outline: Outline, block: Block, depth: int) -> Iterator[AgencyFound]:
    """Walk the items of the part; an item that names no body is looked into when bodies stand below it."""
    children = [child for child in block.children if child.kind != "row"]
    if not children:
        yield from _from_paragraphs(outline, block)
        return
    for child in children:
        name, body = split_heading(outline.text(child))
        if depth < 4 and _lists_bodies(outline, child):
            yield from _under(outline, child, depth + 1)
        elif name and names_agency(name):
            yield _agency(outline, child, name, body, 0.95, "heading names a body")
        elif child.children and any(names_agency(outline.text(each)) for each in child.children) and depth < 4:
            yield from _under(outline, child, depth + 1)
        elif child.children and name_like(outline.text(child)):
            yield _agency(outline, child, outline.text(child), "", 0.5, "heading may name a body")


def _lists_bodies(outline: Outline, block: Block) -> bool:
    """True for a heading over bodies: two items or more, each one a body with something to do."""
    items = [child for child in block.children if child.kind != "row"]
    headed = [(split_heading(outline.text(item)), item) for item in items]
    return len(items) > 1 and all(
        name and names_agency(name) and (body or item.children) and not TASK_VERB.match(name)
        for (name, body), item in headed
    )


def name_like(text: str) -> bool:
    """True for a short heading with capitals inside that is no known section: perhaps a body we have no word for."""
    words = text.split()
    capitals = sum(word[:1].isupper() for word in words[1:])
    return (
        len(words) < 14 and capitals > 0 and not set(families(text)) & {*NOT_AGENCIES, "content", "forms", "solutions"}
    )


def _agency(outline: Outline, block: Block, name: str, body: str, sure: float, reason: str) -> AgencyFound:
    tasks = list(_body_tasks(outline, block, body))
    for child in block.children:
        if child.kind == "row":
            continue
        tasks.append(
            _task(tidy(outline.text(child)), child.all_lines, 0.95, "item of the list", child.label, outline, child)
        )
    shown = ADDRESSING.sub("", name).strip(" .:;,")
    shown = shown[:1].upper() + shown[1:]
    return AgencyFound(shown, block.lines, sure if tasks else 0.4, reason if tasks else "no task found", tuple(tasks))


def _body_tasks(outline: Outline, block: Block, body: str) -> Iterator[TaskFound]:
    """Tasks written as running text: paragraphs, else sentences, and clauses where one sentence holds them all."""
    if not body or body.rstrip().endswith(":"):
        return
    whole = outline.flow.text[block.text_start : block.end]
    start = block.text_start + whole.rfind(body)
    edges = [start, *(b for b in block.breaks if start < b < start + len(body)), start + len(body)]
    paragraphs = [Phrase(a, b, outline.flow.text[a:b]) for a, b in pairwise(edges)]
    phrases = paragraphs if len(paragraphs) > 1 else [s for p in paragraphs for s in sentences(p)]
    if len(phrases) == 1 and ";" in phrases[0].text:
        phrases = clauses(phrases[0], ";")
    sure, reason = (0.8, "paragraph") if len(paragraphs) > 1 else (0.75, "sentence of a paragraph")
    for phrase in phrases:
        text = tidy(phrase.text)
        if len(text.split()) > 2:
            yield _task(text[:1].upper() + text[1:], outline.flow.lines(phrase.start, phrase.end), sure, reason)


def _task(
    text: str,
    lines: tuple[int, ...],
    sure: float,
    reason: str,
    label: str = "",
    outline: Outline | None = None,
    block: Block | None = None,
) -> TaskFound:
    if outline and block and block.children:
        text = "\n".join((text, *(f"+ {tidy(outline.text(child))}" for child in block.children)))
    due = DUE.search(text)
    who = COOPERATION.search(text)
    return TaskFound(text, lines, sure, reason, label, _day(due), " ".join(who["who"].split()) if who else "")


def _day(match: re.Match[str] | None) -> date | None:
    return read_date(match) if match else None


def _from_paragraphs(outline: Outline, block: Block) -> Iterator[AgencyFound]:
    """A part without items: each sentence or paragraph that opens with a body and a colon, or a body and its verb."""
    _heading, body = split_heading(outline.text(block))
    if not body:
        return
    whole = outline.flow.text[block.text_start : block.end]
    start = block.text_start + whole.find(body)
    for sentence in sentences(Phrase(start, start + len(body), body)):
        name, rest = split_heading(sentence.text)
        if name and rest and names_agency(name):
            lines = outline.flow.lines(sentence.start, sentence.end)
            at = sentence.start + sentence.text.rfind(rest)
            parts = clauses(Phrase(at, at + len(rest), rest), ";")
            tasks = tuple(
                _task(tidy(p.text)[:1].upper() + tidy(p.text)[1:], outline.flow.lines(p.start, p.end), 0.6, "clause")
                for p in parts
            )
            yield AgencyFound(ADDRESSING.sub("", name).strip(" :"), lines, 0.6, "sentence opens with a body", tasks)
