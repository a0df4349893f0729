"""The life of submissions, walked at random against a model: open, withdrawn, approved, returned, revoked."""

from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lantoa.approvals import selectors, services
from lantoa.kernel.errors import LantoaError
from lantoa.kernel.models import User
from tests.approvals.conftest import NOW

MOVES = st.lists(
    st.tuples(st.sampled_from(["submit", "approve", "return", "withdraw", "revoke", "own"]), st.sampled_from("ab")),
    max_size=12,
)


RUNS = count(1)  # a fresh subject for each example, replays included


@pytest.mark.django_db
@settings(max_examples=25)
@given(moves=MOVES)
def test_what_is_in_force_is_what_was_approved_and_not_revoked(
    moves: list[tuple[str, str]], editor: User, reviewer: User, unit: int
) -> None:
    subject = f"t.x:{next(RUNS)}"
    open_now, in_force = "", set[str]()
    for move, text in moves:
        open_now = _move(move, text, subject, editor, reviewer, unit, open_now, in_force)
        for letter in "ab":
            approval = selectors.approval_of(subject, selectors.content_hash({"t": letter}))
            assert (approval is not None) is (letter in in_force)
        waiting = [row.content for row in selectors.pending_for(reviewer) if row.subject == subject]
        assert waiting == ([f'{{"t":"{open_now}"}}'] if open_now else [])


def _move(
    move: str, text: str, subject: str, editor: User, reviewer: User, unit: int, open_now: str, in_force: set[str]
) -> str:
    """Make one move; returns which text is open after it, and keeps `in_force`."""
    if move == "submit":
        services.submit(subject=subject, label=text, content={"t": text}, authors=[], unit_id=unit, by=editor, at=NOW)
        return open_now if text in in_force else text
    newest = selectors.history(subject).filter(content=f'{{"t":"{text}"}}').first()
    if newest is None:
        return open_now
    try:
        if move in ("approve", "return", "own"):
            services.decide(
                submission_id=newest.pk,
                by=editor if move == "own" else reviewer,
                at=NOW,
                approve=move != "return",
                note="x",
            )
            in_force.update({text} if move == "approve" else set())
        elif move == "withdraw":
            services.withdraw(submission_id=newest.pk, by=editor, at=NOW)
        elif hasattr(newest, "decision"):
            services.revoke(decision_id=newest.decision.pk, by=reviewer, at=NOW, reason="x")
            in_force.discard(text)
            return open_now
        else:
            return open_now
    except LantoaError:
        return open_now
    assert move != "own"
    return "" if open_now == text else open_now
