"""What a citizen does: lay down files, send the story, answer what an editor asks, take it back."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from lantoa.audience.services import keep_contact
from lantoa.contributions.enums import Credit, FileKind, StoryHappening
from lantoa.contributions.models import Story, StoryAnswer, StoryConsent, StoryEvent, StoryFile
from lantoa.contributions.rules import WORK, StoryRefused
from lantoa.contributions.selectors import open_question
from lantoa.contributions.services.emptying import delete_files, empty
from lantoa.contributions.services.history import happen, locked, record
from lantoa.contributions.sounds import examined
from lantoa.contributions.wording import VERSION, Agreed, exact_words
from lantoa.kernel.models import User
from lantoa.kernel.pictures import UnreadablePicture, cleaned
from lantoa.kernel.private_files import keep
from lantoa.newsroom import services as newsroom

CODE_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that a reader mistakes for another
TEXT_LIMIT = 20_000
LONGEST_SIDE = 2400
"""Pixels: enough for the widest screen, and a fifth of what a phone sends."""
FOLDER = "stories"
NOTHING = Agreed()
_HEIC = (b"ftypheic", b"ftypheix", b"ftyphevc", b"ftypmif1", b"ftypmsf1")


@dataclass(frozen=True, slots=True)
class Contact:
    """How the sender may be told; every field may be empty."""

    channel: str = ""
    value: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A story as the form gives it."""

    text: str
    unit_id: int
    hamlet: str = ""
    credit: Credit = Credit.NOBODY
    name: str = ""
    child: bool = False
    guardian: str = ""
    agreed: Agreed = NOTHING
    language: str = "vi"
    contact: Contact | None = None


@transaction.atomic
def hold_photo(*, draft_key: UUID, content: bytes, at: datetime) -> StoryFile:
    """Keep one photo under the form's key: drawn anew, without place, device or hour. Raises LantoaError with why not;
    the same photo twice is one."""
    if content[4:12] in _HEIC:
        raise UnreadablePicture(
            _("This photo is in Apple's HEIC format, which we cannot read. Send it as JPEG: on the iPhone choose "
              "Settings, Camera, Formats, Most Compatible, or send a screenshot of it.")
        )  # fmt: skip
    if StoryFile.objects.filter(draft_key=draft_key, kind=FileKind.PHOTO).count() >= settings.LANTOA_STORY_PHOTOS:
        raise StoryRefused(_("%(n)s photos are the most. Leave one out, then choose again.")
                           % {"n": settings.LANTOA_STORY_PHOTOS})  # fmt: skip
    return _hold(draft_key, FileKind.PHOTO, cleaned(content, longest_side=LONGEST_SIDE, quality=85), "image/jpeg",
                 ".jpg", 0, at)  # fmt: skip


@transaction.atomic
def hold_voice(*, draft_key: UUID, content: bytes, at: datetime) -> StoryFile:
    """Keep the recording under the form's key, in place of an earlier one; judged by its content, its tags gone."""
    sound = examined(content)
    delete_files(StoryFile.objects.filter(draft_key=draft_key, kind=FileKind.VOICE))
    return _hold(draft_key, FileKind.VOICE, sound.content, sound.content_type, sound.suffix, sound.seconds, at)


def _hold(
    draft_key: UUID, kind: FileKind, content: bytes, content_type: str, suffix: str, seconds: int, at: datetime
) -> StoryFile:
    digest = sha256(content).hexdigest()
    if found := StoryFile.objects.filter(draft_key=draft_key, sha256=digest).first():
        return found
    path = keep(content, folder=FOLDER, suffix=suffix)
    return StoryFile.objects.create(
        draft_key=draft_key, kind=kind, path=path, content_type=content_type, size=len(content), seconds=seconds,
        sha256=digest, came_at=at,
    )  # fmt: skip


@transaction.atomic
def drop_files(*, draft_key: UUID, file_ids: list[int]) -> None:
    """Leave out files the sender does not want to send after all."""
    delete_files(StoryFile.objects.filter(draft_key=draft_key, pk__in=file_ids))


@transaction.atomic
def send_story(*, sent: Sent, draft_key: UUID, submission_key: str, at: datetime) -> Story:
    """Take the story in with the files that wait under its key, and put the consent on record.

    The same `submission_key` again returns the story already made. Raises StoryRefused.
    """
    if found := Story.objects.filter(submission_key=submission_key).first():
        return found
    files = list(StoryFile.objects.select_for_update().filter(draft_key=draft_key))
    named_as = _checked(sent, files)
    person_id, address_id = _kept(sent, at)
    story_id = _next_id()
    try:
        with transaction.atomic():
            story = Story.objects.create(
                pk=story_id, number=f"CD-{timezone.localdate(at).year}-{story_id:06}", code=_receipt(),
                submission_key=submission_key, received_at=at, language=sent.language, text=sent.text.strip(),
                unit_id=sent.unit_id, hamlet=sent.hamlet.strip(), credit=sent.credit, credited_as=named_as,
                shows_child=sent.child, guardian=sent.guardian.strip() if sent.child else "", person_id=person_id,
                address_id=address_id,
            )  # fmt: skip
    except IntegrityError:  # the same form, at this very moment, by another process
        return Story.objects.get(submission_key=submission_key)
    StoryFile.objects.filter(pk__in=[file.pk for file in files]).update(story=story, draft_key=None)
    _consent(story, sent, at)
    StoryEvent.objects.create(story=story, happening=StoryHappening.RECEIVED, at=at)
    record(story, StoryHappening.RECEIVED, by=None, at=at)
    return story


@transaction.atomic
def answer(*, story_id: int, text: str, at: datetime) -> None:
    """Answer the question that stands open, by the sender's code; the same twice is once. Raises StoryRefused."""
    story, words = locked(story_id), text.strip()
    if open_question(story) is None:
        last = StoryAnswer.objects.filter(event__story=story).order_by("event").last()
        if last is not None and last.text == words:
            return
        raise StoryRefused(_("No question waits for your answer any more. Reload the page to see what happened."))
    if not words:
        raise StoryRefused(_("Write a few words first."))
    StoryAnswer.objects.create(event=happen(story, StoryHappening.ANSWERED, by=None, at=at), text=words)


@transaction.atomic
def take_back(*, story_id: int, by: User | None, at: datetime) -> Story:
    """The sender agrees no more, by their code or through staff: words, files and names go at once, with the draft that
    was made of them and the copies in the library; a public page stands on the desk until it is down. Twice is once."""
    story = locked(story_id, by=by, right=WORK if by else "", at=at)
    if story.state == "withdrawn":
        return story
    happen(story, StoryHappening.WITHDRAWN, by=by, at=at)
    if story.page_id is not None:
        newsroom.forget_story(page_id=story.page_id, sound_id=story.sound_id, by=by, at=at)
        story.refresh_from_db(fields=["page", "sound"])
    empty(story, at=at, sender_too=False)
    return story


def credit_of(credit: Credit, name: str, hamlet: str) -> str:
    """The name to print: “Nguyễn Thị Hoa”, “Hoa, ấp 4”, or nothing."""
    words = name.split()
    if credit == Credit.FULL:
        return " ".join(words)
    return f"{words[-1]}, {hamlet.strip()}" if credit == Credit.GIVEN and words else ""


def _checked(sent: Sent, files: list[StoryFile]) -> str:
    has = {file.kind for file in files}
    if not sent.text.strip() and FileKind.VOICE not in has:
        raise StoryRefused(_("Write your story, or send it as a recording."))
    if len(sent.text) > TEXT_LIMIT:
        raise StoryRefused(_("The story is longer than %(n)s characters. Shorten it.") % {"n": TEXT_LIMIT})
    if sent.child and not (sent.guardian.strip() and sent.agreed.guardian):
        raise StoryRefused(_("For a child, a parent or guardian gives their name and agrees."))
    named_as = credit_of(sent.credit, sent.name, sent.hamlet)
    if sent.credit != Credit.NOBODY and not named_as:
        raise StoryRefused(_("Give the name you wish to be named by, or choose to stay without a name."))
    return named_as[:160]


def _kept(sent: Sent, at: datetime) -> tuple[int | None, int | None]:
    """Name and address go to the vault, apart from the story; asking to be told agrees to nothing else."""
    if sent.contact is None or not sent.contact.value:
        return None, None
    known = keep_contact(
        channel=sent.contact.channel, value=sent.contact.value, name=sent.contact.name, unit_id=sent.unit_id,
        language=sent.language, at=at,
    )  # fmt: skip
    return known.person_id, known.address_id


def _consent(story: Story, sent: Sent, at: datetime) -> None:
    words, digest = exact_words(sent.agreed, sent.language)
    StoryConsent.objects.create(
        story=story, at=at, version=VERSION, language=sent.language, wording=words, sha256=digest, covers_text=True,
        covers_faces=sent.agreed.faces, covers_voice=sent.agreed.voice, by_guardian=sent.agreed.guardian,
    )  # fmt: skip


def _next_id() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval(pg_get_serial_sequence('contributions_story', 'id'))")
        found: int = cursor.fetchone()[0]
        return found


def _receipt() -> str:
    return "-".join("".join(secrets.choice(CODE_LETTERS) for _ in range(4)) for _ in range(3))
