"""Tables of tasks: a header row that names the columns "task" and "lead agency", then a task a row."""

from collections.abc import Iterator

from lantoa.kernel.text import fold
from lantoa.planning.reading.dates import DATE_PATTERN, read_date
from lantoa.planning.reading.draft import AgencyFound, TaskFound
from lantoa.planning.reading.outline import Outline
from lantoa.planning.reading.phrases import tidy

TASK_COLUMN = ("nhiem vu", "noi dung", "cong viec", "hoat dong")
LEAD_COLUMN = (
    "co quan chu tri",
    "don vi chu tri",
    "chu tri",
    "co quan thuc hien",
    "don vi thuc hien",
    "co quan, don vi",
)
COOPERATION_COLUMN = ("phoi hop", "co quan phoi hop", "don vi phoi hop")
TIME_COLUMN = ("thoi gian", "thoi han", "tien do", "hoan thanh")


def read_rows(outline: Outline) -> Iterator[AgencyFound]:
    """Give one agency with one task for each row; a merged (empty) lead cell means the body of the row above."""
    columns: dict[str, int] = {}
    lead, before = "", -1
    for number, cells in sorted(outline.rows.items()):
        if number != before + 1:
            columns = {}
        before = number
        header = _columns(cells)
        if header:
            columns, lead = header, ""
            continue
        if not columns or max(columns.values()) >= len(cells):
            continue
        lead = cells[columns["lead"]] or lead
        text = tidy(cells[columns["task"]])
        if lead and len(text.split()) > 1:
            yield AgencyFound(tidy(lead), (number,), 0.85, "row of a table", (_task(cells, columns, text, number),))


def _task(cells: tuple[str, ...], columns: dict[str, int], text: str, number: int) -> TaskFound:
    time = DATE_PATTERN.search(cells[columns["time"]]) if "time" in columns else None
    due = read_date(time) if time else None
    together = tidy(cells[columns["cooperation"]]) if "cooperation" in columns else ""
    return TaskFound(text, (number,), 0.85, "row of a table", due_on=due, cooperating=together)


def _columns(cells: tuple[str, ...]) -> dict[str, int]:
    """Which column holds what, when the row is a header; else nothing."""
    folded = [fold(cell) for cell in cells]
    found: dict[str, int] = {}
    for name, starts in (
        ("cooperation", COOPERATION_COLUMN),
        ("lead", LEAD_COLUMN),
        ("time", TIME_COLUMN),
        ("task", TASK_COLUMN),
    ):
        for index, cell in enumerate(folded):
            if len(cell) < 60 and index not in found.values() and cell.startswith(starts):
                found.setdefault(name, index)
    return found if {"task", "lead"} <= found.keys() else {}
