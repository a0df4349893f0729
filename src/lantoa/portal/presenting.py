"""What the portal's pages show, worked out beforehand: templates only lay it out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lantoa.agencies import selectors as agencies
from lantoa.kernel.clock import calendar, today
from lantoa.kernel.enums import Audience
from lantoa.listening import selectors as listening
from lantoa.listening.enums import Happening, Status
from lantoa.listening.models import Case, CaseEvent
from lantoa.newsroom import schema
from lantoa.newsroom import selectors as newsroom
from lantoa.newsroom.models.readable import LEADING
from lantoa.portal.context import in_sentence, province_name
from lantoa.territory.enums import COMMUNE_LEVEL
from lantoa.territory.models import UnitVersion
from lantoa.territory.selectors import names_on, successors_of, version_on
from lantoa.ui import writing

# Home

HOUSEHOLDS = {
    Audience.POOR: ("home", gettext_lazy("Poor households")),
    Audience.NEAR_POOR: ("house-check", gettext_lazy("Near-poor households")),
    Audience.ESCAPED: ("up", gettext_lazy("Households that newly left poverty")),
    Audience.COASTAL: ("boat", gettext_lazy("People of coastal communes")),
    Audience.OFFICER: ("users", gettext_lazy("Officers who work on poverty")),
    Audience.RESIDENT: ("heart", gettext_lazy("Everyone")),
}
"""The audiences a list of policies may be for: an icon and words for each."""


@dataclass(frozen=True, slots=True)
class Story:
    """A story as a card."""

    title: str
    text: str
    url: str
    date: datetime | None
    seed: int
    place: str
    image_url: str = ""
    image_alt: str = ""


def stories(unit_id: int | None, *, shown: int = 3) -> list[Story]:
    """The newest stories, those of the chosen unit first. Only the first shows its photo: the page stays light."""
    pages = list(newsroom.articles_near(unit_id, on=today(), n=shown) if unit_id else newsroom.latest_articles(shown))
    places = names_on({page.unit_id for page in pages}, today())
    return [_story(page, places.get(page.unit_id, ""), photo=place == 0) for place, page in enumerate(pages)]


def _story(page: Any, place: str, *, photo: bool) -> Story:
    image = {}
    if photo and page.cover and page.cover.may_be_shown:
        picture = page.cover.get_rendition(LEADING)
        image = {"image_url": picture.url, "image_alt": page.cover.description}
    text = Truncator(page.lead).words(28)
    return Story(page.title, text, page.url, page.first_published_at, page.pk, place, **image)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The commune a reader chose, by its name as in a sentence and as a heading, and who answers there."""

    unit_id: int
    name: str
    title: str
    office: str


def chosen(text: str) -> Chosen | None:
    """The unit named in an address (`?xa=12`) if it exists today, or the only heir of one that is gone."""
    if not (text.isascii() and text.isdigit() and len(text) < 12):
        return None
    version = version_on(int(text), today()) or _only_heir(int(text))
    if version is None or version.level != COMMUNE_LEVEL:
        return None
    committee = agencies.committee_in_charge(version.unit_id, on=today())
    return Chosen(version.unit_id, in_sentence(version.name), version.name, committee[1] if committee else "")


def _only_heir(unit_id: int) -> UnitVersion | None:
    heirs = successors_of([unit_id], today())[unit_id]
    return version_on(heirs[0], today()) if len(heirs) == 1 else None


def asked_beforehand(text: str) -> str:
    """How a question to a dialogue (its page's number) begins; empty when there is none that still takes questions."""
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        return ""
    found = newsroom.dialogue(int(text))
    if found is None:
        return ""
    facts = {"title": found.title, "moment": writing.date_time(found.starts_at)}
    return _("For the dialogue “%(title)s”, %(moment)s:") % facts + "\n"


def old_name(text: str, unit_id: int) -> str:
    """The last name of a unit that is gone and passed to this one; empty when an address names anything else."""
    if not (text.isascii() and text.isdigit() and len(text) < 12):
        return ""
    pk = int(text)
    gone = pk != unit_id and unit_id in successors_of([pk], today())[pk]
    return names_on([pk], today()).get(pk, "") if gone else ""


def office_name(agency_id: int | None) -> str:
    """An agency's name of today, or an empty text."""
    return agencies.names_on([agency_id], today()).get(agency_id, "") if agency_id else ""


# A citizen's case


@dataclass(frozen=True, slots=True)
class Term:
    """The time an answer may take, as cells of working days."""

    total: int
    used: int
    due_at: datetime

    @property
    def left(self) -> int:
        """Working days still to go, never below zero."""
        return max(0, self.total - self.used)


def term_of(case: Case, story: Sequence[CaseEvent], at: datetime) -> Term | None:
    """The running term of a case that waits, counted from the day it came in or was opened again."""
    due_at: datetime | None = getattr(case, "due_at", None)
    if case.status != Status.WAITING or due_at is None:
        return None
    started = [event.at for event in story if event.happening in (Happening.RECEIVED, Happening.REOPENED)][-1]
    days = calendar()
    start, due, now = timezone.localdate(started), timezone.localdate(due_at), timezone.localdate(at)
    total = max(1, days.working_days_between(start, due))
    return Term(total, min(total, max(0, days.working_days_between(start, now))), due_at)


CHIPS = {
    Status.WAITING: ("info", "clock", gettext_lazy("Being looked into")),
    Status.ANSWERED: ("done", "check-double", gettext_lazy("Answered")),
    Status.REFERRED: ("doubt", "arrow-right", gettext_lazy("Passed to its legal door")),
}


@dataclass(frozen=True, slots=True)
class Follow:
    """One citizen's message as they follow it: where it stands, what was said, what comes next."""

    case: Case
    title: str
    unit_name: str
    office: str
    chip: tuple[str, str, Any]
    term: Term | None
    answer: CaseEvent | None
    steps: list[dict[str, Any]]
    open_again: bool


def follow(case: Case, at: datetime) -> Follow:
    """Everything the page of one receipt code shows; staff appear by their office, never by name."""
    story = listening.public_story(case)
    office = office_name(listening.agency_of(case))
    last = [event for event in story if event.happening in (Happening.ANSWERED, Happening.REFERRED)]
    settled = case.status in (Status.ANSWERED, Status.REFERRED)
    return Follow(
        case=case,
        title=Truncator(story[0].text.strip().splitlines()[0].rstrip(".")).chars(90),
        unit_name=in_sentence(names_on([case.unit_id], today()).get(case.unit_id, "")),
        office=office,
        chip=CHIPS[case.status],
        term=term_of(case, story, at),
        answer=last[-1] if settled and last else None,
        steps=_steps(case, story, office),
        open_again=case.status == Status.ANSWERED,
    )


def _steps(case: Case, story: Iterable[CaseEvent], office: str) -> list[dict[str, Any]]:
    steps: list[dict[str, Any]] = []
    for event in story:
        steps.append({"event": event, "title": _title(event), "text": _when(event), "state": "done"})
        if event.happening in (Happening.RECEIVED, Happening.ADDED, Happening.REOPENED):
            steps[-1]["quote"] = event.text
        if event.happening == Happening.RECEIVED and office:
            to = _("Passed to %(office)s") % {"office": office}
            steps.append({"title": to, "text": _("They answer you."), "state": "done"})
    if case.status == Status.WAITING:
        doing = _("The officer finds out, asks where needed, then writes to you.")
        steps.append({"title": _("Being looked into"), "text": doing, "state": "now"})
        steps.append({"title": _("The answer"), "text": _("You read it on this page."), "state": "todo"})
    if case.status != Status.REFERRED:
        unclear = _("If it does not help, open the matter again; no need to start from the beginning.")
        steps.append({"title": _("You say whether it is settled"), "text": unclear, "state": "todo"})
    return steps


TITLES = {
    Happening.RECEIVED: gettext_lazy("Received"),
    Happening.ADDED: gettext_lazy("You added something"),
    Happening.ANSWERED: gettext_lazy("Answered"),
    Happening.REFERRED: gettext_lazy("Passed to its legal door"),
    Happening.REOPENED: gettext_lazy("Opened again"),
}


def _title(event: CaseEvent) -> str:
    return str(TITLES[Happening(event.happening)])


def _when(event: CaseEvent) -> str:
    here = timezone.localtime(event.at)
    return _("%(day)s, at %(hour)s") % {"day": f"{here:%d/%m/%Y}", "hour": f"{here:%H:%M}"}


def answer_days() -> int:
    """Within how many working days an answer is due."""
    return settings.LANTOA_ANSWER_WORKING_DAYS


def schema_of_site() -> SafeString:
    """The site and who stands behind it, for search engines."""
    home = schema.absolute(reverse("portal:home"))
    name = " ".join(filter(None, [settings.LANTOA_NAME, province_name()]))
    office = {"@type": "Organization", "@id": f"{home}#co-quan", "name": name, "url": home}
    if settings.LANTOA_HOTLINE:
        office["telephone"] = settings.LANTOA_HOTLINE
    find = f"{schema.absolute(reverse('portal:search'))}?q={{q}}"
    action = {"@type": "SearchAction", "target": find, "query-input": "required name=q"}
    return schema.written([office, {"@type": "WebSite", "name": name, "url": home, "potentialAction": action}])


def schema_of_answers(answers: Iterable[Any]) -> SafeString:
    """Published questions and answers, for search engines."""
    asked = [
        {"@type": "Question", "name": one.question, "acceptedAnswer": {"@type": "Answer", "text": one.answer}}
        for one in answers
    ]
    return schema.written([{"@type": "FAQPage", "mainEntity": asked}])


def rights_terms() -> dict[str, int]:
    """Within how many working days a request about one's data is answered, within how many days it is done."""
    return {
        "answer": settings.LANTOA_RIGHTS_ANSWER_WORKING_DAYS,
        "days": settings.LANTOA_RIGHTS_DAYS,
        "others": settings.LANTOA_RIGHTS_THIRD_PARTY_DAYS,
    }
