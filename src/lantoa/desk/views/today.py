"""My work today, one search over every register, and who I am here."""

from datetime import timedelta

from django.http import HttpResponse
from django.shortcuts import render

from lantoa.agencies import selectors as agencies
from lantoa.channels import rules as channels
from lantoa.channels.presenting import card
from lantoa.channels.selectors import visible_accounts
from lantoa.desk.finding import find
from lantoa.desk.providers import work_of
from lantoa.desk.rail import Rail
from lantoa.desk.work import LATE, TODAY, Worker, piles
from lantoa.kernel.access_views import StaffRequest, desk_view
from lantoa.kernel.clock import calendar
from lantoa.outreach import rules as outreach
from lantoa.outreach.selectors.working import moving


@desk_view()
def today(request: StaffRequest) -> HttpResponse:
    """What is late, what is for today, what comes this week; each with one thing to press."""
    rail = Rail(request.user, request.path)
    worker, found = rail.worker, piles(work_of(rail.worker))
    rail.loop[0]["count"] = sum(len(pile.jobs) for pile in found if pile.key in (LATE, TODAY))
    context = {
        "rail": rail.loop,
        "registers": rail.registers,
        "me": rail.me,
        "piles": found,
        "posted": bool(worker.roles),
        "day": worker.today,
        "holiday": calendar().holiday_name(worker.today),
        "may_write": worker.may(outreach.WRITE),
        **_aside(worker),
    }
    return render(request, "desk/today.html", context)


def _aside(worker: Worker) -> dict[str, object]:
    spreading = moving(worker.user, since=worker.at - timedelta(days=2), limit=3) if worker.may(outreach.VIEW) else []
    accounts = visible_accounts(worker.user) if worker.may(channels.VIEW) else []
    return {
        "spreading": [(line, line.states.get("delivered", 0) + line.states.get("read", 0)) for line in spreading],
        "channels": [card(account, editable=False, now=worker.at) for account in accounts],
    }


@desk_view()
def search(request: StaffRequest) -> HttpResponse:
    """Units, messages, cases, pages and plans the person may see, with or without marks."""
    query = request.GET.get("q", "").strip()[:100]
    worker = Rail(request.user, request.path).worker
    shelves = find(worker, query)
    context = {"query": query, "shelves": shelves, "total": sum(len(shelf.found) for shelf in shelves)}
    return render(request, "desk/search.html", context)


@desk_view()
def me(request: StaffRequest) -> HttpResponse:
    """The signed-in person's posts, and the ways to a safer sign-in."""
    worker = Rail(request.user, request.path).worker
    posts = agencies.posts_of(request.user, worker.today)
    names = agencies.names_on({post.agency_id for post in posts}, worker.today)
    rows = [(post, names.get(post.agency_id, "")) for post in posts]
    return render(request, "desk/me.html", {"posts": rows})
