"""An outline becomes a draft of the plan: which part says what, and how sure that is.

The rules look at the layout and at families of headings, never at one plan's words.
"""

from dataclasses import fields
from itertools import pairwise

from lantoa.planning.reading.audiences import read_audiences
from lantoa.planning.reading.dates import Span, single_year, year_spans
from lantoa.planning.reading.draft import Finding, Period, PlanDraft, ReferenceFound, Section
from lantoa.planning.reading.head import Fact
from lantoa.planning.reading.headings import split_heading
from lantoa.planning.reading.implementers import read_agencies
from lantoa.planning.reading.outline import Block, Outline, read_outline
from lantoa.planning.reading.phrases import Phrase, clauses, tidy
from lantoa.planning.reading.references import find_references
from lantoa.planning.reading.sources import Source, read_source
from lantoa.planning.reading.vocabulary import families

LISTED = ("content", "forms", "solutions")
NESTING = 4


def read_plan(content: bytes, filename: str) -> tuple[Source, PlanDraft]:
    """Read a file as a plan; raise `UnreadableSource` when it is no readable text, nothing else."""
    source = read_source(content, filename)
    return source, interpret(source)


def interpret(source: Source) -> PlanDraft:
    """Give what the source says about a plan, every finding with its lines; a text that is no plan gives nothing."""
    outline = read_outline(source.lines)
    head, tail, root = outline.head, outline.tail, outline.root
    known = root.kind == "basis"
    sections = _sections(outline, root) if known else {}
    closing = next((block for block in root.children if block.kind == "closing"), None)
    lists = {name: _listed(outline, sections.get(name, [])) for name in LISTED}
    return PlanDraft(
        number=_finding(head.number),
        issued_on=head.issued_on,
        dated=_finding(head.date),
        issuer=_finding(head.issuer),
        title=_finding(head.title),
        period=_period(outline, sections.get("time", [])),
        references=_references(outline) if known else (),
        content_lines=lists["content"],
        forms=lists["forms"],
        solutions=lists["solutions"],
        audiences=read_audiences(outline, sections.get("audience", [])),
        agencies=read_agencies(outline, sections.get("implementation", [])),
        recipients=tuple(Finding(f.text, f.lines, f.confidence, f.reason) for f in tail.recipients),
        signatory=_finding(tail.signatory),
        signer_name=tail.signer_name,
        signer_office=tail.signer_office,
        closing=Finding(tidy(outline.text(closing)), closing.lines, 0.9, "closing") if closing else None,
        sections=tuple(_section(outline, block) for block in root.children if block.kind not in ("closing", "row")),
        unaccounted_lines=outline.unaccounted_lines,
        notes=source.notes,
    )


def _finding(fact: Fact | None) -> Finding | None:
    return Finding(fact.text, fact.lines, fact.confidence, fact.reason) if fact else None


def _section(outline: Outline, block: Block) -> Section:
    heading, _body = split_heading(outline.text(block))
    shown = heading or outline.text(block)[:120]
    return Section(block.label, shown, families(heading), block.all_lines)


def _references(outline: Outline) -> tuple[ReferenceFound, ...]:
    end = outline.tail.start
    found = find_references(outline.flow, outline.head.body_start, end)
    names = [field.name for field in fields(ReferenceFound)]
    return tuple(ReferenceFound(**{name: getattr(citation, name) for name in names}) for citation in found)


def _sections(outline: Outline, root: Block) -> dict[str, list[tuple[Block, float]]]:
    """Find the blocks of each family; the number beside a block is how sure its heading makes us."""
    found: dict[str, list[tuple[Block, float]]] = {}
    pending = [(block, 0) for block in reversed(root.children)]
    while pending:
        block, depth = pending.pop()
        named = families(split_heading(outline.text(block))[0])
        if set(named) == {"purpose"} or block.kind == "closing" or depth > NESTING:
            continue
        inner = [child for child in block.children if _own_families(outline, child)]
        below = {family for child in inner for family in _own_families(outline, child)}
        if inner and "implementation" not in named and (len(named) != 1 or len(below) > 1):
            pending.extend((child, depth + 1) for child in reversed(inner))
            if named and not below & set(named):
                found.setdefault(named[0], []).append((block, 0.6))
        elif named:
            lists = [family for family in named if family in LISTED]
            for family in (*lists[:1], *(family for family in named if family not in LISTED)):
                found.setdefault(family, []).append((block, 0.95 if len(named) == 1 else 0.6))
    return found


def _own_families(outline: Outline, block: Block) -> tuple[str, ...]:
    """Families of an item that is a section of its own: a heading with something under it."""
    heading, body = split_heading(outline.text(block))
    named = families(heading)
    return named if "purpose" not in named and (block.children or body) else ()


def _listed(outline: Outline, blocks: list[tuple[Block, float]]) -> tuple[Finding, ...]:
    """Items of a list section: its marked items, else its paragraphs, else the clauses of its only paragraph."""
    full = [pair for pair in blocks if pair[0].children or split_heading(outline.text(pair[0]))[1]]
    found = [finding for block, sure in full for finding in _items(outline, block, sure)]
    unique: dict[tuple[str, tuple[int, ...]], Finding] = {(each.text, each.source_lines): each for each in found}
    return tuple(unique.values())


def _items(outline: Outline, block: Block, sure: float) -> list[Finding]:
    items = [child for child in block.children if child.kind != "row"]
    if items:
        return [
            Finding(
                tidy(outline.text(item)),
                item.all_lines,
                round(min(sure, 0.95), 2),
                "item of the list" if sure > 0.9 else "heading shared",
                item.label,
                tuple(tidy(outline.text(child)) for child in item.children),
            )
            for item in items
        ]
    parts = [clause for phrase in body_phrases(outline, block) for clause in clauses(phrase, ";")]
    return [Finding(tidy(p.text), outline.flow.lines(p.start, p.end), 0.6, "split from a sentence") for p in parts]


def body_phrases(outline: Outline, block: Block) -> list[Phrase]:
    """The paragraphs of a block without its heading."""
    text = outline.flow.text[block.text_start : block.end]
    _heading, body = split_heading(text.strip())
    if not body:
        return []
    start = block.text_start + text.find(body)
    edges = [start, *(b for b in block.breaks if start < b < block.end), start + len(body)]
    return [Phrase(a, b, outline.flow.text[a:b]) for a, b in pairwise(edges) if b > a]


def _period(outline: Outline, blocks: list[tuple[Block, float]]) -> Period | None:
    """The span under a heading on time, else the one in the title, else the title's only year."""
    spans = year_spans(outline.flow.text[outline.head.body_start : outline.tail.start])
    for block, _sure in blocks:
        for inner in block.walk():
            text = outline.flow.text[inner.text_start : inner.end]
            for span in (*year_spans(text), single_year(text)):
                if span:
                    lines = outline.flow.lines(inner.text_start + span.start, inner.text_start + span.end)
                    return _as_period(span, lines, 0.95, "under its own heading", spans)
    title = outline.head.title
    found = next((s for s in (*year_spans(title.text), single_year(title.text.lower())) if s), None) if title else None
    return _as_period(found, title.lines, 0.7, "from the title", spans) if found and title else None


def _as_period(span: Span, lines: tuple[int, ...], confidence: float, reason: str, spans: list[Span]) -> Period:
    others = dict.fromkeys(
        f"{s.from_year}-{s.to_year}" for s in spans if (s.from_year, s.to_year) != (span.from_year, span.to_year)
    )
    return Period(
        span.from_year, span.to_year, span.text, lines, confidence, reason, span.from_date, span.to_date, tuple(others)
    )
