"""The recording of a loudspeaker's words: given on the composer, heard by the reviewer, played exactly as approved."""

import re
from collections.abc import Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from lantoa.approvals.services import decide
from lantoa.channels.loudspeaker.channel import _finder
from lantoa.channels.loudspeaker.recordings import keep_recording
from lantoa.config.loop.sound import tone
from lantoa.kernel.access import AccessDenied
from lantoa.outreach.models import Message, Placement
from lantoa.outreach.placement_loading import placings
from lantoa.outreach.services import Form, ask_approval, save_message
from tests.outreach.public_world import outlet, placed, settle_unit
from tests.outreach.test_pages import as_
from tests.outreach.test_placement_pages import compose_data
from tests.outreach.world import NOW, World, message

pytestmark = pytest.mark.django_db
WORDS = "Vay vốn làm ăn, {name} ơi."
FIRST, SECOND = tone(seconds=1), tone(seconds=2)


@pytest.fixture(autouse=True)
def _media(settings: LazySettings, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = str(tmp_path)
    return


def written(world: World, **more: Any) -> Message:
    form = Form(channel="loudspeaker", subject="Vay vốn", body=WORDS, **more)
    return save_message(message=message(world), forms=[form], by=world.editor, at=NOW)


def post(client: Client, row: Message, content: bytes | None = None, **more: Any) -> Any:
    form = row.forms.get(channel="loudspeaker")
    given = {"loudspeaker-subject": form.subject, "loudspeaker-body": form.body, **more}
    if content is not None:
        given["loudspeaker-recording"] = SimpleUploadedFile("thu.wav", content, "text/html")
    return client.post(reverse("messages:compose", args=[row.pk]), {**compose_data(row), **given})


def heard_at(page: str) -> bytes:
    found = re.search(r'<audio[^>]* src="([^"]+)"', page)
    assert found
    return b"".join(Client().get(found[1]).streaming_content)


def code(row: Message) -> str:
    row.refresh_from_db()
    return row.sha256


def test_an_editor_gives_a_recording_hears_it_and_it_is_part_of_what_is_approved(world: World) -> None:
    row, client = written(world), as_(world.editor)
    url, silent = reverse("messages:compose", args=[row.pk]), row.sha256
    assert "Chưa có bản thu âm" in client.get(url).content.decode()
    post(client, row)
    assert code(row) == silent, "a form without a recording keeps its hash"
    assert post(client, row, FIRST).status_code == 302
    assert heard_at(client.get(url).content.decode()) == FIRST
    with_sound = code(row)
    assert with_sound != silent
    asked = ask_approval(message=row, by=world.editor, at=timezone.now())
    assert row.versions.get().content["forms"]["vi"]["loudspeaker"]["sound"] == sha256(FIRST).hexdigest()
    review = as_(world.reviewer).get(reverse("approvals:review", args=[asked.pk])).content.decode()
    assert "Bản thu âm của lời này" in review
    assert heard_at(review) == FIRST
    decide(submission_id=asked.pk, by=world.reviewer, at=timezone.now(), approve=True)
    post(client, row, SECOND)
    assert "Chưa duyệt bản này" in client.get(url).content.decode(), "another sound is another content"
    post(client, row, **{"loudspeaker-unrecorded": "on"})
    assert code(row) == silent
    with pytest.raises(AccessDenied):
        save_message(
            message=row, forms=[Form(channel="loudspeaker", body=WORDS, recording=FIRST)], by=world.reviewer, at=NOW
        )


def test_changed_words_leave_their_recording_behind_and_the_page_says_so(world: World) -> None:
    row, client = written(world, recording=FIRST), as_(world.editor)
    before, url = code(row), reverse("messages:compose", args=[row.pk])
    post(client, row, **{"loudspeaker-body": "Lời khác."})
    page = client.get(url).content.decode()
    assert "Bản thu âm của lời khác" in page
    assert "Bản thu âm đọc lời khác với lời này" in page
    assert "<audio" not in page
    ask_approval(message=row, by=world.editor, at=timezone.now())
    assert "sound" not in row.versions.get().content["forms"]["vi"]["loudspeaker"]
    post(client, row, **{"loudspeaker-body": WORDS})
    assert code(row) == before, "the same words have their recording again"


@pytest.mark.parametrize(("content", "says"), [(b"<html><script>", "không phải tệp âm thanh"), (b"MZ", "WAV")])
def test_what_is_no_sound_is_refused_at_its_field_and_what_was_typed_stays(
    world: World, content: bytes, says: str
) -> None:
    row = written(world)
    answer = post(as_(world.editor), row, content, **{"loudspeaker-body": "Lời vừa gõ."})
    assert answer.status_code == 200
    page = answer.content.decode()
    assert says in page
    assert "Lời vừa gõ." in page
    assert row.forms.get(channel="loudspeaker").recording == ""


def test_exactly_the_approved_recording_is_played_whatever_came_after(world: World) -> None:
    settle_unit(world)
    outlet(world, "loudspeaker", settings={"without_device": True})
    row = written(world, recording=FIRST)
    asked = ask_approval(message=row, by=world.editor, at=NOW)
    decide(submission_id=asked.pk, by=world.reviewer, at=NOW, approve=True)
    keep_recording(by=world.editor, at=NOW, text=WORDS.replace("{name}", "bà con"), content=SECOND)
    save_message(
        message=row, forms=[Form(channel="loudspeaker", subject="Vay vốn", body=WORDS, recording=SECOND)],
        by=world.editor, at=NOW,
    )  # fmt: skip
    save_message(
        message=row, forms=[Form(channel="loudspeaker", subject="Vay vốn", body=WORDS, recording=FIRST)],
        by=world.editor, at=NOW,
    )  # fmt: skip
    placed(world, ["loudspeaker"], version=row.versions.get())
    one = Placement.objects.select_related("broadcast__version__message").get()
    placing = placings([one], at=NOW)[one.pk]
    track = _finder({})(placing, NOW + timedelta(days=400))
    assert track is not None
    assert (placing.text, track.sha256) == ("Vay vốn làm ăn, bà con ơi.", sha256(FIRST).hexdigest())
