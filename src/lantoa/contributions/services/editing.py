"""What editors do with a story: take up, note, ask, decline with kind words, make a page of it, take the page down."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone, translation
from django.utils.html import escape, linebreaks
from django.utils.translation import gettext as _

from lantoa.contributions.enums import FileKind, StoryHappening, StoryState
from lantoa.contributions.models import Story, StoryEvent, StoryFile
from lantoa.contributions.rules import WORK, StoryRefused
from lantoa.contributions.selectors import published_unnoticed
from lantoa.contributions.services.history import happen, locked
from lantoa.kernel.models import User
from lantoa.kernel.private_files import content_of
from lantoa.newsroom import selectors as newsroom_reads
from lantoa.newsroom import services as newsroom
from lantoa.newsroom.enums import SectionKind

KINDS = (
    SectionKind.ROLE_MODELS, SectionKind.INITIATIVES, SectionKind.ARTICLES, SectionKind.PHOTOS, SectionKind.AUDIO,
)  # fmt: skip
"""What a story may become."""
PLAYED = (".mp3", ".m4a", ".ogg", ".wav")
"""Recordings that browsers play."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """A photo chosen for the page: what it shows in words, and whether somebody can be recognised."""

    file_id: int
    alt: str
    people: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What the editor makes of a story, and in which language."""

    kind: SectionKind
    language: str
    title: str
    lead: str
    text: str
    shots: Sequence[Shot] = field(default=())


@transaction.atomic
def take_up(*, story_id: int, by: User, at: datetime) -> StoryEvent:
    """An editor begins, or goes on where another began; a declined story may be taken up again."""
    story = locked(story_id, by=by, right=WORK, at=at)
    if story.emptied_at is not None:
        raise StoryRefused(_("What was sent has been deleted. There is nothing left to work up."))
    return happen(story, StoryHappening.TAKEN, by=by, at=at)


@transaction.atomic
def add_note(*, story_id: int, text: str, by: User, at: datetime) -> StoryEvent:
    """Keep a note for colleagues; the sender does not see it."""
    return happen(locked(story_id, by=by, right=WORK, at=at), StoryHappening.NOTED, by=by, at=at, text=_said(text))


@transaction.atomic
def ask(*, story_id: int, text: str, by: User, at: datetime) -> StoryEvent:
    """Ask the sender something: they read exactly these words on the page of their code, are told by the way they left
    if they left one, and answer there."""
    return happen(locked(story_id, by=by, right=WORK, at=at), StoryHappening.ASKED, by=by, at=at, text=_said(text))


@transaction.atomic
def decline(*, story_id: int, text: str, by: User, at: datetime) -> StoryEvent:
    """Not this time: the sender reads exactly these words."""
    return happen(locked(story_id, by=by, right=WORK, at=at), StoryHappening.DECLINED, by=by, at=at, text=_said(text))


@transaction.atomic
def make_draft(*, story_id: int, draft: Draft, by: User, at: datetime) -> Story:
    """Write a draft page of the story, credited as its sender wished, its photos with the consent on record, in the
    section of the language it is written in, whatever the interface of its sender spoke.

    One draft at a time: a second one only after the first was deleted. It goes out through the newsroom's gate.
    """
    story = locked(story_id, by=by, right=WORK, at=at)
    if story.state != StoryState.IN_WORK or story.page_id is not None:
        raise StoryRefused(_("Take the story up first; it has one draft page at a time."))
    if draft.kind not in KINDS:
        raise StoryRefused(_("A story does not become a page of this kind."))
    parent = newsroom_reads.section_of(draft.kind, draft.language)
    if parent is None:
        raise StoryRefused(_("The site has no section for this kind yet. Ask an administrator to set up the site."))
    with translation.override(parent.locale.language_code):
        images = _pictures(story, draft, by, at)
        fields = WRITERS[draft.kind](story, draft, images, by)
    page = newsroom.write_page(
        newsroom_reads.TYPES[draft.kind], parent=parent, title=draft.title.strip(), lead=draft.lead.strip(), by=by,
        at=at, unit_id=story.unit_id, **fields,
    )  # fmt: skip
    newsroom.give_pictures(image_ids=[image.pk for image in images], page=page)
    story.page_id, story.sound = page.pk, fields.get("file")
    story.save(update_fields=["page", "sound"])
    happen(story, StoryHappening.DRAFTED, by=by, at=at)
    return story


@transaction.atomic
def take_down(*, story_id: int, by: User, at: datetime) -> StoryEvent:
    """The page of a story that was taken back leaves the public at once; the sender is told."""
    story = locked(story_id, by=by, right=WORK, at=at)
    if story.state != StoryState.WITHDRAWN or story.page is None or not story.page.live:
        raise StoryRefused(_("No public page of this story waits to be taken down."))
    newsroom.withdraw_page(
        page=story.page, by=by, at=at, reason=_("The sender took back their consent."), told=newsroom.NO_LONGER_AGREED
    )
    return happen(story, StoryHappening.TAKEN_DOWN, by=by, at=at)


def follow_pages(*, at: datetime, page_id: int | None = None) -> int:
    """Note the stories whose page (any, or this one) stands before readers now, so that their senders are told; safe to
    repeat."""
    noted, waiting = 0, published_unnoticed()
    for story_id in (waiting if page_id is None else waiting.filter(page=page_id)).values_list("pk", flat=True):
        with transaction.atomic():
            story = locked(story_id)
            if story.state == StoryState.IN_WORK and story.page is not None and story.page.live:
                happen(story, StoryHappening.PUBLISHED, by=None, at=at)
                noted += 1
    return noted


def _pictures(story: Story, draft: Draft, by: User, at: datetime) -> list[Any]:
    files = {file.pk: file for file in story.files.filter(kind=FileKind.PHOTO)}
    return [
        _picture(story, files[shot.file_id], shot, number, by)
        for number, shot in enumerate(draft.shots, 1)
        if shot.file_id in files
    ]


def _picture(story: Story, file: StoryFile, shot: Shot, number: int, by: User) -> Any:
    agreed = shot.people and story.consent.covers_faces
    on_record: dict[str, Any] = {
        "consent_from": story.guardian or story.credit_line,
        "consent_document": _("Story %(number)s, words of consent %(version)s")
        % {"number": story.number, "version": story.consent.version},
        "consent_on": timezone.localdate(story.consent.at),
    }
    return newsroom.keep_picture(
        content=content_of(file.path), name=f"{story.number.lower()}-{number}.jpg", title=f"{story.number} · {number}",
        description=shot.alt.strip(), credit=story.credit_line, by=by, shows_people=shot.people,
        **(on_record if agreed else {}),
    )  # fmt: skip


def _html(text: str) -> str:
    return linebreaks(escape(text.strip()))


def _told_by(story: Story) -> tuple[str, str]:
    line = _("Told by %(name)s.") % {"name": story.credit_line}
    return "paragraph", f"<p><i>{escape(line)}</i></p>"


def _body(images: Sequence[Any]) -> list[tuple[str, Any]]:
    return [("image", {"image": image, "caption": image.description}) for image in images]


def _role_model(story: Story, draft: Draft, images: Sequence[Any], by: User) -> dict[str, Any]:
    return {
        "named_as": story.credit_line[:120], "agreed_on": timezone.localdate(story.consent.at), "place": story.hamlet,
        "did": _html(draft.text), "body": _body(images),
    }  # fmt: skip


def _initiative(story: Story, draft: Draft, images: Sequence[Any], by: User) -> dict[str, Any]:
    return {"what": _html(draft.text), "body": [*_body(images), _told_by(story)]}


def _article(story: Story, draft: Draft, images: Sequence[Any], by: User) -> dict[str, Any]:
    return {"body": [("paragraph", _html(draft.text)), *_body(images), _told_by(story)]}


def _photos(story: Story, draft: Draft, images: Sequence[Any], by: User) -> dict[str, Any]:
    if not images:
        raise StoryRefused(_("A photo story needs at least one photo. Tick one, or choose another kind."))
    shown = [{"image": image, "caption": image.description} for image in images]
    return {"byline": story.credit_line[:120], "cover": images[0], "pictures": shown}


def _audio(story: Story, draft: Draft, images: Sequence[Any], by: User) -> dict[str, Any]:
    voice = story.files.filter(kind=FileKind.VOICE).first()
    if voice is None or not story.consent.covers_voice:
        raise StoryRefused(_("The sender sent no recording, or did not agree that it is played. Choose another kind."))
    if not voice.path.endswith(PLAYED):
        raise StoryRefused(_("Browsers do not play this recording. Save it as MP3 and make the page by hand."))
    name = f"{story.number.lower()}{voice.path[voice.path.rfind('.') :]}"
    sound = newsroom.keep_document(content=content_of(voice.path), name=name, title=story.number, by=by)
    return {"file": sound, "transcript": _html(draft.text) + _told_by(story)[1]}


type Writer = Callable[[Story, Draft, Sequence[Any], User], dict[str, Any]]
WRITERS: dict[SectionKind, Writer] = {
    SectionKind.ROLE_MODELS: _role_model, SectionKind.INITIATIVES: _initiative, SectionKind.ARTICLES: _article,
    SectionKind.PHOTOS: _photos, SectionKind.AUDIO: _audio,
}  # fmt: skip


def _said(text: str) -> str:
    text = text.strip()
    if not text:
        raise StoryRefused(_("Write a few words first."))
    return text
