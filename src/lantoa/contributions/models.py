"""What people send in: a story, its files, the consent it came with, and its append-only history."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from lantoa.contributions.enums import Credit, FileKind, LetterState, StoryHappening, StoryState
from lantoa.kernel.access import ScopedQuerySet
from lantoa.kernel.languages import prefix, written_in


class StorySet(ScopedQuerySet["Story"]):
    """Stories in the words of the trade."""

    permission = "contributions.view"

    def on_the_way(self) -> "StorySet":
        """Stories an editor works up whose page stands before readers already."""
        return self.filter(state=StoryState.IN_WORK, page__live=True)

    def answered(self) -> "StorySet":
        """Stories an editor works up whose sender answered, with nothing done since."""
        newest = StoryEvent.objects.filter(story=OuterRef("pk")).order_by("-pk").values("happening")[:1]
        return self.filter(state=StoryState.IN_WORK).alias(newest=Subquery(newest)).filter(
            newest=StoryHappening.ANSWERED
        )  # fmt: skip

    def to_take_down(self) -> "StorySet":
        """Stories taken back by their sender whose page is still public."""
        return self.filter(state=StoryState.WITHDRAWN, page__live=True)

    def whose_sound_is_gone(self) -> "StorySet":
        """Stories taken back whose recording a page still leads to."""
        return self.filter(state=StoryState.WITHDRAWN, sound__isnull=False)


class Story(models.Model):
    """One story as it was sent. Its sender's name and address lie in the vault; here stands only how to name them.
    `language` is the interface's that they used, in which they are told."""

    number = models.CharField(max_length=24, unique=True)
    code = models.CharField(max_length=16, unique=True, help_text="the sender's receipt: whoever holds it may read")
    submission_key = models.CharField(max_length=120, unique=True, help_text="makes a repeated submission one story")
    state = models.CharField(max_length=12, choices=StoryState, default=StoryState.RECEIVED)
    received_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True, help_text="when it was published, declined or taken back")
    language = models.CharField(max_length=8, default="vi")
    text = models.TextField(blank=True)
    unit = models.ForeignKey("territory.Unit", on_delete=models.PROTECT, related_name="+")
    hamlet = models.CharField(max_length=120, blank=True)
    credit = models.CharField(max_length=8, choices=Credit)
    credited_as = models.CharField(max_length=160, blank=True, help_text="the name to print; empty without one")
    shows_child = models.BooleanField(default=False)
    guardian = models.CharField(max_length=120, blank=True, help_text="who agreed for the child")
    person = models.ForeignKey("audience.Person", null=True, on_delete=models.PROTECT, related_name="+")
    address = models.ForeignKey("audience.Address", null=True, on_delete=models.PROTECT, related_name="+")
    page = models.ForeignKey("wagtailcore.Page", null=True, on_delete=models.SET_NULL, related_name="+")
    sound = models.ForeignKey(
        "wagtaildocs.Document", null=True, on_delete=models.SET_NULL, related_name="+",
        help_text="the copy of its recording that the page plays",
    )  # fmt: skip
    emptied_at = models.DateTimeField(null=True, help_text="when words, files and names were deleted")

    objects = StorySet.as_manager()

    class Meta:
        ordering: ClassVar = ["-pk"]
        verbose_name = pgettext_lazy("contribution", "story")
        indexes: ClassVar = [
            models.Index(fields=["state", "received_at"], name="contributions_by_state"),
            models.Index(fields=["person"], condition=Q(person__isnull=False), name="contributions_by_person"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=StoryState.values), name="story_state_known"),
            models.CheckConstraint(
                condition=Q(credit=Credit.NOBODY, credited_as="") | (~Q(credit=Credit.NOBODY) & ~Q(credited_as="")),
                name="story_named_as_wished",
            ),
            models.CheckConstraint(
                condition=Q(shows_child=False) | ~Q(guardian="") | Q(emptied_at__isnull=False),
                name="story_of_a_child_has_a_guardian",
            ),
            models.CheckConstraint(
                condition=Q(emptied_at__isnull=True) | Q(text="", credited_as="", guardian=""),
                name="story_emptied_is_empty",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def public_url(self) -> str:
        """Where the sender follows it."""
        return f"{settings.LANTOA_BASE_URL}{prefix(self.language)}/gui-chuyen/{self.code}/"

    @property
    def written_in(self) -> str:
        """The language of its words, whatever the interface spoke; empty where letters do not tell."""
        return written_in(self.text, interface=self.language)

    @property
    def credit_line(self) -> str:
        """The name as it is printed, in the active language."""
        return self.credited_as or pgettext("credit", "a citizen")


class StoryConsent(models.Model):
    """What the sender agreed to, in which words, when. Append-only; taking it back is an event of the story."""

    story = models.OneToOneField(Story, on_delete=models.PROTECT, related_name="consent")
    at = models.DateTimeField()
    version = models.PositiveSmallIntegerField()
    language = models.CharField(max_length=8)
    wording = models.TextField(help_text="the exact words, all that were agreed to")
    sha256 = models.CharField(max_length=64)
    covers_text = models.BooleanField()
    covers_faces = models.BooleanField(help_text="everybody who can be recognised in the photos agreed")
    covers_voice = models.BooleanField(help_text="the recording itself may be played to others")
    by_guardian = models.BooleanField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(covers_text=True), name="story_consent_covers_the_text"),
            models.CheckConstraint(condition=Q(sha256__regex="^[0-9a-f]{64}$"), name="story_consent_has_its_hash"),
        ]

    def __str__(self) -> str:
        return f"{self.story_id} v{self.version}"


class StoryFile(models.Model):
    """A photo or recording. Before the story is sent it waits under the form's hidden key, for a day."""

    story = models.ForeignKey(Story, null=True, on_delete=models.PROTECT, related_name="files")
    draft_key = models.UUIDField(null=True, db_index=True)
    kind = models.CharField(max_length=8, choices=FileKind)
    path = models.CharField(max_length=200, unique=True, help_text="where the private files hold it")
    content_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    seconds = models.PositiveIntegerField(default=0, help_text="how long it plays")
    sha256 = models.CharField(max_length=64)
    came_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(story__isnull=True) ^ Q(draft_key__isnull=True), name="story_file_waits_or_belongs"
            ),
            models.CheckConstraint(condition=Q(kind__in=FileKind.values), name="story_file_kind_known"),
            models.UniqueConstraint(fields=["draft_key", "sha256"], name="story_file_waits_once"),
            models.UniqueConstraint(fields=["story", "sha256"], name="story_file_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"

    @property
    def is_photo(self) -> bool:
        """Whether it is to be looked at, not heard."""
        return self.kind == FileKind.PHOTO


class StoryEvent(models.Model):
    """One thing that happened. The database refuses change, and every move the table does not hold."""

    story = models.ForeignKey(Story, on_delete=models.PROTECT, related_name="events")
    happening = models.CharField(max_length=12, choices=StoryHappening)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        verbose_name = _("event")
        indexes: ClassVar = [models.Index(fields=["story", "id"])]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(happening__in=[StoryHappening.TAKEN, StoryHappening.DECLINED, StoryHappening.DRAFTED])
                | Q(by__isnull=False),
                name="story_step_has_an_author",
            ),
            models.CheckConstraint(
                condition=~Q(happening=StoryHappening.DECLINED) | Q(text__regex=r"\S"),
                name="story_declined_with_words",
            ),
            models.CheckConstraint(
                condition=~Q(happening=StoryHappening.ASKED) | Q(by__isnull=False, text__regex=r"\S"),
                name="story_asked_in_words_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.story_id} {self.happening}"


class StoryAnswer(models.Model):
    """What the sender answered: apart from the history, which stays, so that it goes with their other words."""

    event = models.OneToOneField(StoryEvent, on_delete=models.PROTECT, related_name="answer")
    text = models.TextField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(text__regex=r"\S"), name="story_answer_has_words"),
        ]

    def __str__(self) -> str:
        return f"{self.event_id}"


class StoryLetter(models.Model):
    """Word to the sender on the channel they left: intended here before any wire is touched."""

    event = models.OneToOneField(StoryEvent, on_delete=models.PROTECT, related_name="letter")
    state = models.CharField(max_length=8, choices=LetterState, default=LetterState.PENDING)
    reason = models.CharField(max_length=120, blank=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(state__in=LetterState.values), name="story_letter_state_known"),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} {self.state}"
