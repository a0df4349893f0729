"""What a broadcast's pages show, as CSV: streamed, without a row limit."""

from collections.abc import Iterator

from django.http import HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect

from lantoa.kernel.access_views import StaffRequest, desk_view
from lantoa.outreach.figure_files import click_lines, unit_lines
from lantoa.outreach.ledger_file import ledger_lines, missed_lines
from lantoa.outreach.rules import VIEW
from lantoa.outreach.views import released_page


def _file(lines: Iterator[str], name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


@desk_view(VIEW)
def ledger(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The whole ledger, a line a delivery: places and states, no person."""
    page = released_page(request, pk)
    return _file(ledger_lines(page.row, page.units), f"so-gui-{pk}")


@desk_view(VIEW)
def missed(request: StaffRequest, pk: int) -> HttpResponseBase:
    """Who was missed, by place; of a sensitive audience only figures by unit."""
    page = released_page(request, pk)
    if page.sensitive:
        return redirect("outreach:units", pk)
    return _file(missed_lines(page.row), f"con-thieu-{pk}")


@desk_view(VIEW)
def units(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The table by unit, on the map asked for."""
    page = released_page(request, pk)
    return _file(unit_lines(page.units), f"theo-xa-{pk}-{page.units.on:%Y}")


@desk_view(VIEW)
def clicks(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The presses of its links, by hour."""
    page = released_page(request, pk)
    return _file(click_lines(page.row), f"luot-bam-{pk}")
