"""“What can I get?”: questions, and what the approved rules of the day say to the answers. Nothing typed is kept."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from lantoa.entitlements import selectors
from lantoa.entitlements.enums import Office, Verdict
from lantoa.entitlements.forms import AnswersForm
from lantoa.entitlements.judging import Judgement, Rule, judge
from lantoa.entitlements.selectors import Standing
from lantoa.kernel.clock import today
from lantoa.portal.views.cases import personal, status_of


@dataclass(frozen=True, slots=True)
class Result:
    """What one rule says: the rule, why, whom to ask, and the page that tells more."""

    rule: Rule
    judged: Judgement
    office: str
    page: tuple[str, str] | None


@personal
@require_http_methods(["GET", "HEAD", "POST"])
def guide(request: HttpRequest) -> HttpResponse:
    """The questions the rules of today ask; sent back, the answers stay in the page and nowhere else."""
    rules = selectors.in_force(today())
    asked = set().union(*(one.rule.asks for one in rules))
    sent = request.method == "POST"
    form = AnswersForm(request.POST if sent else None, kinds=asked)
    groups = results(rules, form) if sent and form.is_valid() else {}
    shown = {"form": form, "groups": groups, "answered": bool(groups), "day": today(), "rules": len(rules)}
    return render(request, "portal/guide.html", shown, status=status_of(form))


def results(rules: list[Standing], form: AnswersForm) -> dict[str, list[Result]]:
    """By verdict what every rule says to the answers."""
    answers = selectors.understood(form.typed(), today())
    pages = selectors.page_links(one.rule.page_id for one in rules)
    commune = selectors.office_name(Office.COMMUNE, answers["place"], today())
    found: dict[str, list[Result]] = {str(verdict): [] for verdict in Verdict}
    for one in rules:
        judged = judge(one.rule, answers)
        office = (commune if one.rule.office == Office.COMMUNE else "") or str(Office(one.rule.office).label)
        result = Result(one.rule, judged, office, pages.get(one.rule.page_id or 0))
        found[str(judged.verdict)].append(result)
    return found
