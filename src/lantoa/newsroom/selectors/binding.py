"""Whether the texts that something rests on bind on a day, in words, for whoever cites them as data."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from lantoa.kernel.text import fold
from lantoa.newsroom.enums import ChangeKind, Standing
from lantoa.newsroom.models import LegalChange, LegalTextPage
from lantoa.ui import writing


@dataclass(frozen=True, slots=True)
class Binding:
    """Where a text stands on a day, its first and last day, and the texts that took its place by then."""

    standing: Standing
    starts: date
    ends: date | None
    replaced_by: Sequence[LegalTextPage] = ()

    @property
    def binds(self) -> bool:
        """Whether it is in force, amended or not."""
        return self.standing in (Standing.IN_FORCE, Standing.AMENDED)

    def __str__(self) -> str:
        if self.standing == Standing.REPLACED:
            return _("Replaced by %(texts)s") % {"texts": ", ".join(text.named for text in self.replaced_by)}
        if self.standing == Standing.ENDED and self.ends:
            return _("In force only until %(day)s") % {"day": writing.date(self.ends)}
        if self.standing == Standing.NOT_YET:
            return _("In force only from %(day)s") % {"day": writing.date(self.starts)}
        return str(self.standing.label)


def bindings(numbers: Iterable[str], *, on: date) -> dict[str, Binding]:
    """Number, however it is typed → where the published text of that number stands on a day, of those that the library
    holds. Two queries at most."""
    folded = {number: fold(number) for number in numbers if number.strip()}
    if not folded:
        return {}
    texts = {fold(text.number): text for text in LegalTextPage.objects.live().numbered(folded.values()).with_days(on)}
    over = [text.translation_key for text in texts.values() if text.standing == Standing.REPLACED]
    heirs = _heirs(over, on)
    return {
        number: Binding(Standing(text.standing), text.starts, text.ends, heirs[text.translation_key])
        for number, key in folded.items()
        if (text := texts.get(key))
    }


def _heirs(keys: Sequence[object], on: date) -> dict[object, list[LegalTextPage]]:
    """What replaced each of these texts, of whatever language, by that day."""
    found: dict[object, list[LegalTextPage]] = defaultdict(list)
    if keys:
        acts = LegalChange.objects.counting().filter(kind=ChangeKind.REPLACES, target__translation_key__in=keys)
        for act in sorted(acts.select_related("page", "target"), key=lambda act: (act.begins, act.pk)):
            if act.begins <= on:
                found[act.target.translation_key].append(act.page)
    return found
