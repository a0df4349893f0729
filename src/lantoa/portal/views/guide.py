"""“What can I get?”: questions, and what the approved rules of the day say to the answers. Nothing typed is kept."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from lantoa.entitlements import selectors
from lantoa.entitlements.enums import Office, Verdict
from lantoa.entitlements.forms import AnswersForm
from lantoa.entitlements.judging import Judgement, Rule, judge
from lantoa.entitlements.selectors import PageLink, Standing
from lantoa.kernel.clock import today
from lantoa.newsroom.selectors import law_links
from lantoa.portal.throttle import too_fast_with
from lantoa.portal.views.cases import with_form
from lantoa.territory.selectors import names_on


@dataclass(frozen=True, slots=True)
class Result:
    """What one rule says: the rule, why, whom to ask (each office with the commune whose page tells how to reach it),
    the page that tells more, and where the law is read, and the texts that took its place."""

    standing: Standing
    judged: Judgement
    offices: Sequence[tuple[str, int | None]]
    page: PageLink | None
    law_url: str
    heirs: Sequence[tuple[str, str]]

    @property
    def rule(self) -> Rule:
        """What was judged."""
        return self.standing.rule

    @property
    def verdict(self) -> Verdict:
        """What may be told: nobody is promised what rests on a law that does not bind today."""
        unsure = self.standing.unbound and self.judged.verdict == Verdict.MET
        return Verdict.OPEN if unsure else self.judged.verdict


@csrf_exempt  # as `personal`; but search engines may list this page
@cache_control(no_store=True, private=True)
@require_http_methods(["GET", "HEAD", "POST"])
def guide(request: HttpRequest) -> HttpResponse:
    """The questions the rules of today ask, and always the place; the answers stay in the page and nowhere else."""
    rules = selectors.in_force(today())
    asked = {"place"}.union(*(one.rule.asks for one in rules))
    sent = request.method == "POST"
    form = AnswersForm(request.POST if sent else None, kinds=asked, initial={"place": request.GET.get("xa", "")})
    answers = sent and form.is_valid() and not too_fast_with(request, form, "guide")
    groups = results(rules, form) if answers else {}
    shown = {"form": form, "groups": groups, "answered": bool(groups), "day": today(), "rules": len(rules)}
    return with_form(request, "portal/guide.html", shown)


def results(rules: list[Standing], form: AnswersForm) -> dict[str, list[Result]]:
    """By verdict what every rule says to the answers."""
    answers = selectors.understood(form.typed(), today())
    pages = selectors.page_links(one.rule.page_id for one in rules)
    heirs = {one.version.pk: one.law.replaced_by if one.law else () for one in rules}
    cited = [one.rule.law.number for one in rules] + [text.number for texts in heirs.values() for text in texts]
    laws = law_links(cited)
    names = names_on(set[int]().union(*(one.rule.listed_units for one in rules)), today())
    here = selectors.offices(answers["place"], today())
    found: dict[str, list[Result]] = {str(verdict): [] for verdict in Verdict}
    for one in rules:
        judged = judge(one.rule, answers, names)
        named: Sequence[tuple[str, int | None]] = here if one.rule.office == Office.COMMUNE else ()
        offices = named or [(str(Office(one.rule.office).label), None)]
        link = laws.get(one.rule.law.number, "")
        newer = [(text.named, laws.get(text.number, "")) for text in heirs[one.version.pk]]
        result = Result(one, judged, offices, pages.get(one.rule.page_id or 0), link, newer)
        found[str(result.verdict)].append(result)
    return found
