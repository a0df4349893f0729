"""Deleting what was sent: files for good once the change stands, words and names from the row."""

from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction

from lantoa.contributions.enums import Credit
from lantoa.contributions.models import Story, StoryAnswer
from lantoa.kernel.private_files import forget


def delete_files(files: Any) -> None:
    """Delete these rows now, their bytes when the transaction stands."""
    paths = list(files.values_list("path", flat=True))
    files.delete()
    for path in paths:
        transaction.on_commit(partial(forget, path))


def empty(story: Story, *, at: datetime, sender_too: bool) -> None:
    """Nothing of what was sent stays; the history and what was agreed to stand as proof, without a name.

    `sender_too` also cuts the tie to the vault; without it the sender can still be told that their page is down.
    """
    delete_files(story.files.all())
    StoryAnswer.objects.filter(event__story=story).delete()
    emptied = {
        "text": "", "hamlet": "", "credit": Credit.NOBODY, "credited_as": "", "guardian": "", "emptied_at": at,
        **({"person": None, "address": None} if sender_too else {}),
    }  # fmt: skip
    for name, value in emptied.items():
        setattr(story, name, value)
    story.save(update_fields=list(emptied))
