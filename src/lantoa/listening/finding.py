"""Published answers among what can be found."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lantoa.listening.models import PublishedAnswer
from lantoa.search import services as search
from lantoa.search import sources

SOURCE, KIND = "listening.answer", "answer"


def show(answers: Iterable[PublishedAnswer]) -> int:
    """Put these, each in the transaction that publishes it."""
    return search.put([
        search.Entry(
            source=SOURCE, ref=one.pk, kind=KIND, language=one.case.language, unit_id=one.case.unit_id,
            published_at=one.published_at, title=one.question, lead=one.answer, text=f"{one.question} {one.answer}",
        )
        for one in answers
    ])  # fmt: skip


def rebuild() -> int:
    """Put every published answer anew; how many."""
    search.take_out_except(SOURCE, PublishedAnswer.objects.values("pk"))
    return show(PublishedAnswer.objects.select_related("case").iterator(500))


def addresses(ids: Iterable[int]) -> dict[int, str]:
    """Where each of these answers is read; one query."""
    here = reverse("portal:answers")
    rows = PublishedAnswer.objects.filter(pk__in=list(ids)).values_list("pk", flat=True)
    return {pk: f"{here}?so={pk}#hd-{pk}" for pk in rows}


def register() -> None:
    """Make answers known to the search."""
    kinds = {KIND: _("Asked and answered")}
    sources.register(sources.Source(SOURCE, kinds=lambda: kinds, addresses=addresses, rebuild=rebuild))
