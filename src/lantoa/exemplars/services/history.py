"""One step: the row locked, the table of moves asked, event and audit row written together."""

from datetime import datetime

from django.utils.translation import gettext as _

from lantoa.exemplars.enums import MOVES, ExemplarHappening, ExemplarState
from lantoa.exemplars.models import Exemplar, ExemplarEvent
from lantoa.exemplars.rules import ExemplarRefused
from lantoa.kernel import audit
from lantoa.kernel.access import require
from lantoa.kernel.models import User


def locked(exemplar_id: int, *, by: User | None = None, right: str = "", at: datetime | None = None) -> Exemplar:
    """The row for change; with a right, only for whoever holds it over the row's unit."""
    found = Exemplar.objects.select_for_update(of=("self",)).select_related("page").get(pk=exemplar_id)
    if right:
        assert by is not None
        require(by, right, unit_id=found.unit_id, at=at)
    return found


def ready_for(exemplar: Exemplar, happening: ExemplarHappening) -> None:
    """Raise ExemplarRefused unless this may happen to it now."""
    state = ExemplarState(exemplar.state)
    if happening not in MOVES[state]:
        raise ExemplarRefused(
            _("It is “%(state)s”: this step is not open. Reload the page to see what happened.")
            % {"state": state.label}
        )


def happen(
    exemplar: Exemplar, happening: ExemplarHappening, *, by: User | None, at: datetime, text: str = ""
) -> ExemplarEvent:  # fmt: skip
    """Write what happened to a locked row, if its state allows; the same twice in a row is once."""
    last = exemplar.events.last()
    if last is not None and (last.happening, last.by_id, last.text) == (happening, by.pk if by else None, text):
        return last
    ready_for(exemplar, happening)
    event = ExemplarEvent.objects.create(exemplar=exemplar, happening=happening, at=at, by=by, text=text)
    exemplar.refresh_from_db(fields=["state", "settled_at"])
    record(exemplar, happening, by=by, at=at)
    return event


def record(exemplar: Exemplar, verb: str, *, by: User | None, at: datetime) -> None:
    """A line in the audit log: ids and states alone."""
    audit.record(
        f"exemplars.{verb}", by=by, at=at, subject=f"exemplars.exemplar:{exemplar.pk}", facts={"state": exemplar.state}
    )


def said(text: str) -> str:
    """Words without the blanks around them; ExemplarRefused without any."""
    text = text.strip()
    if not text:
        raise ExemplarRefused(_("Write a few words first."))
    return text
