"""Placements in the words and tones of the pages: one of them, a broadcast's, and what waits in one's units."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from lantoa.channels.placing import Kit, Placing, Proof, PublicCapability, Shown
from lantoa.channels.registry import publics
from lantoa.channels.wording import plain_words
from lantoa.kernel.access import allowed
from lantoa.kernel.models import User
from lantoa.outreach.confirm_links import link_for, notebook_for
from lantoa.outreach.confirm_words import KEYWORD, code_for, with_ways
from lantoa.outreach.enums import BroadcastState
from lantoa.outreach.models import Broadcast, Placement
from lantoa.outreach.outlooks import label_of
from lantoa.outreach.placement_enums import CONFIRMABLE, PlacementState, PlacementStep
from lantoa.outreach.placement_loading import placings
from lantoa.outreach.rules import CONFIRM, RELEASE
from lantoa.outreach.selectors.notebook import NOTED, NoteTally, note_tally
from lantoa.outreach.selectors.placements import Tally, placement_tally, with_places

LOOKS: Mapping[str, tuple[str, str]] = {
    PlacementState.PLANNED: ("wait", "clock"),
    PlacementState.SENDING: ("doubt", "rings"),
    PlacementState.ACCEPTED: ("info", "send"),
    PlacementState.DONE: ("done", "check"),
    PlacementState.FAILED: ("bad", "close"),
    PlacementState.MISSED: ("bad", "question"),
    PlacementState.WITHDRAWN: ("off", "minus"),
    PlacementState.CANCELLED: ("off", "minus"),
    PlacementState.UNKNOWN: ("doubt", "question"),
}
"""Tone and icon of each state, in the order people read them."""
ORDER = (
    PlacementState.DONE, PlacementState.ACCEPTED, PlacementState.SENDING, PlacementState.PLANNED,
    PlacementState.UNKNOWN, PlacementState.MISSED, PlacementState.FAILED, PlacementState.WITHDRAWN,
    PlacementState.CANCELLED,
)  # fmt: skip


def chip(state: str) -> dict[str, Any]:
    """Word, tone and icon of a state."""
    tone, icon = LOOKS[state]
    return {"label": PlacementState(state).label, "tone": tone, "icon": icon}


def capability_of(kind: str) -> PublicCapability | None:
    """What a kind can do; None for one this installation no longer has."""
    found = publics().get(kind)
    return found.capability if found else None


def has_lot(kind: str) -> bool:
    """Whether there is one file for all outlets of a kind."""
    found = publics().get(kind)
    return found is not None and found.lot is not None


def lines(rows: Sequence[Placement], *, at: datetime) -> list[dict[str, Any]]:
    """Placements as a list shows them; two queries for the names and the proofs."""
    return [
        {
            **one,
            "capability": capability_of(one["row"].kind),
            "label": label_of(one["row"].kind),
            "chip": chip(one["row"].state),
            "reason": one["row"].get_reason_display() if one["row"].reason else "",
            "photo": photo_url(one["row"], one["proof"]),
        }
        for one in with_places(rows, on=timezone.localdate(at))
    ]


def photo_url(row: Placement, proof: Any) -> str:
    """Where its picture is seen, if there is one."""
    return reverse("outreach:placement_photo", args=[row.pk, proof.pk]) if proof and proof.photo else ""


class PlacementPage:
    """One placement as its page shows it to one person; `user` None: to whoever holds its link."""

    def __init__(self, row: Placement, user: User | None, *, at: datetime) -> None:
        self.row, self.user, self.at = row, user, at

    @cached_property
    def line(self) -> dict[str, Any]:
        """The placement with its place, its state and its proof."""
        [found] = lines([self.row], at=self.at)
        return found

    @cached_property
    def placing(self) -> Placing:
        """What is to be put there."""
        return with_ways(placings([self.row], at=self.at)[self.row.pk], self.row)

    @property
    def capability(self) -> PublicCapability | None:
        """What its kind can do."""
        return capability_of(self.row.kind)

    @property
    def by_people(self) -> bool:
        """Whether people carry it out: always for its kind, or for this one outlet."""
        found = publics().get(self.row.kind)
        return found is None or found.connect is None or found.by_people(self.row.outlet.settings)

    @property
    def may_confirm(self) -> bool:
        """Whether this reader may say that it was there, now."""
        held = self.user is None or allowed(self.user, CONFIRM, unit_id=self.row.unit_id)
        return held and self.row.state in CONFIRMABLE

    @property
    def may_undo(self) -> bool:
        """Whether this reader may take the confirmation back."""
        held = self.user is None or allowed(self.user, CONFIRM, unit_id=self.row.unit_id)
        proof = self.line["proof"]
        mine = proof is not None and (self.user is not None or proof.by_link)
        return held and mine and self.row.state == PlacementState.DONE

    @property
    def may_take_down(self) -> bool:
        """Whether this reader may say that it was taken away, now."""
        held = self.user is not None and allowed(self.user, CONFIRM, unit_id=self.row.unit_id)
        return held and self.row.state in (PlacementState.DONE, PlacementState.ACCEPTED)

    @property
    def wired(self) -> bool:
        """Whether a wire brought it there."""
        return bool(self.row.attempts) and not self.by_people

    @property
    def left_there(self) -> str:
        """Why the wire did not take it away, for whoever has to look; empty where it did, or was not asked."""
        last = next((one for one in self.history if one["row"].step == PlacementStep.LEFT_THERE), None)
        return plain_words(last["row"].note) or _("the channel refused") if last else ""

    @property
    def may_manage(self) -> bool:
        """Whether this person steers the broadcast."""
        return self.user is not None and allowed(self.user, RELEASE, unit_id=self.row.broadcast.unit_id)

    @property
    def held_back(self) -> bool:
        """Whether nothing is to be put there for the moment."""
        return self.row.state == PlacementState.PLANNED and self.row.broadcast.state != BroadcastState.RUNNING

    @property
    def not_before(self) -> datetime | None:
        """From when it may be put there, while that lies ahead."""
        starts = self.placing.starts_at
        return starts if starts and starts > self.at and self.row.state == PlacementState.PLANNED else None

    @property
    def planned_at(self) -> datetime | None:
        """Its start in the outlet's programme, until it was there."""
        ended = (PlacementState.DONE, PlacementState.WITHDRAWN, PlacementState.CANCELLED)
        return None if self.row.state in ended else self.row.starts_at

    @property
    def has_kit(self) -> bool:
        """Whether there is something to fetch and print."""
        found = publics().get(self.row.kind)
        return found is not None and found.kit is not None and not self.held_back

    @property
    def kit(self) -> Kit | None:
        """The one file that people need; None where there is none now. Raises a LantoaError where the text cannot be
        printed."""
        make = publics()[self.row.kind].kit if self.has_kit else None
        return make(self.placing) if make else None

    @cached_property
    def shown(self) -> Shown | None:
        """How the kind itself shows what is to be done; None: the bare text."""
        found = publics().get(self.row.kind)
        return found.shown(self.placing) if found is not None and found.shown is not None else None

    @property
    def link(self) -> str:
        """The link for somebody without an account."""
        return link_for(self.row)

    @property
    def word(self) -> str:
        """What they may text instead; empty where only a picture will do."""
        shown = self.capability is not None and self.capability.proof is Proof.PHOTO
        return "" if shown else f"{KEYWORD} {code_for(self.row)}"

    @property
    def notebook(self) -> str:
        """The link of the notebook, for kinds whose people note what they do; else empty."""
        return notebook_for(self.row) if self.row.kind == NOTED else ""

    @cached_property
    def noted(self) -> NoteTally | None:
        """What was noted so far."""
        return note_tally(self.row.pk) if self.row.kind == NOTED else None

    @property
    def asks(self) -> str:
        """What the kind takes as proof, in words."""
        words = {
            Proof.PHOTO: _("A picture shows it."),
            Proof.COUNT: _("Say how many were handed out."),
            Proof.WORD: _("Say when it was."),
            Proof.RECEIPT: _("The device says it by itself; a person may say it too."),
        }
        return words[self.capability.proof] if self.capability else ""

    @cached_property
    def history(self) -> list[dict[str, Any]]:
        """Everything that happened, the last first."""
        rows = self.row.history.select_related("by", "proof").order_by("-id")
        return [
            {
                "row": one, "label": one.get_step_display(),
                "chip": chip(one.after) if one.after != one.before else None,
                "photo": photo_url(self.row, one.proof) if one.step == PlacementStep.CONFIRMED else "",
            }
            for one in rows
        ]  # fmt: skip


class SpreadTable:
    """A broadcast's placements by kind and state."""

    def __init__(self, row: Broadcast) -> None:
        self.row = row

    @cached_property
    def tally(self) -> Tally:
        """kind → state → count; one query."""
        return placement_tally(self.row.pk)

    @property
    def count(self) -> int:
        """All outlets."""
        return self.row.placement_count or 0

    @property
    def done(self) -> int:
        """Where it was there."""
        return sum(states.get(PlacementState.DONE, 0) for states in self.tally.values())

    @property
    def missed(self) -> int:
        """Where nobody said that it was."""
        return sum(states.get(PlacementState.MISSED, 0) for states in self.tally.values())

    @property
    def rows(self) -> list[dict[str, Any]]:
        """A line a kind: how many are there, and the states that anything stands in."""
        url = reverse("outreach:placements", args=[self.row.pk])
        return [
            {
                "kind": kind, "label": label_of(kind), "capability": capability_of(kind), "url": f"{url}?loai={kind}",
                "lot": reverse("outreach:placement_lot", args=[self.row.pk, kind]) if has_lot(kind) else "",
                "count": sum(states.values()), "done": states.get(PlacementState.DONE, 0),
                "states": [
                    {"chip": chip(state), "count": states[state], "url": f"{url}?loai={kind}&o={state}"}
                    for state in ORDER if states.get(state)
                ],
            }
            for kind, states in sorted(self.tally.items(), key=lambda item: _place(item[0]))
        ]  # fmt: skip


def _place(kind: str) -> int:
    found = capability_of(kind)
    return int(found.decree) if found else 99
