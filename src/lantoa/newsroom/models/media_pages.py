"""Stories that are watched, heard or looked at; each is complete in words too."""

from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import RichTextField

from lantoa.newsroom.blocks import WRITING, Picture
from lantoa.newsroom.enums import SectionKind
from lantoa.newsroom.models.base import BasePage, items, tabs
from lantoa.newsroom.models.media import NO_CONSENT, NOT_SAID
from lantoa.newsroom.models.readable import ReadingPage, StoryPage, document, picture
from lantoa.newsroom.sound import seconds_of

VIDEO_FILES = (".mp4", ".webm")


class ReportagePage(StoryPage):
    """A long story from the place itself, by a reporter or a press agency."""

    byline = models.CharField(_("by"), max_length=120, help_text=_("Who wrote it, as they sign."))
    outlet = models.CharField(
        _("first told by"),
        max_length=120,
        blank=True,
        help_text=_("The paper or station, when it was first told there."),
    )
    told_on = models.DateField(
        _("first told on"), null=True, blank=True, help_text=_("The day it was printed or aired.")
    )

    section = SectionKind.REPORTAGE
    template = "newsroom/reading_page.html"
    content_template = "newsroom/reportage_content.html"
    icon = "edit"
    spoken = ("byline", "outlet")
    edit_handler = tabs([
        *BasePage.content_panels,
        FieldRowPanel([FieldPanel("byline"), FieldPanel("outlet"), FieldPanel("told_on")]),
        *StoryPage.story_panels,
    ])  # fmt: skip

    class Meta:
        verbose_name = _("reportage")
        verbose_name_plural = _("reportage")


class VideoPage(ReadingPage):
    """A video of our own, or a link to where it is shown; always with its words to read."""

    file = document(_("video file"), _("MP4 or WebM, for a phone: 480 lines are enough."))
    link = models.URLField(
        _("or its address elsewhere"), blank=True,
        help_text=_("Readers leave by this link; nothing of the other site is loaded here."),
    )  # fmt: skip
    captions = document(_("captions"), _("A .vtt file with what is said, for those who watch without sound."))
    poster = picture(_("picture before it plays"), _("A still of the video, or a photo of the place."))
    shows_people = models.BooleanField(
        _("can people be recognised?"), null=True, blank=True, choices=[(True, _("Yes")), (False, _("No"))],
        help_text=_("Seen or heard. If yes, a film of our own goes out only with the next line filled in."),
    )  # fmt: skip
    people_agreed = models.CharField(
        _("who agreed, when, and by which paper"), max_length=200, blank=True,
        help_text=_("What it is and where it is kept, such as: form of 3 March, in the commune's file."),
    )  # fmt: skip
    length = models.CharField(_("length"), max_length=40, help_text=_("As people say it: 3 minutes 20."))
    transcript = RichTextField(
        _("its words"), features=WRITING, help_text=_("Everything said, and what is seen where it matters.")
    )

    section = SectionKind.VIDEOS
    template = "newsroom/reading_page.html"
    content_template = "newsroom/video_content.html"
    icon = "play"
    behind = ("shows_people", "people_agreed")
    edit_handler = tabs([
        *BasePage.content_panels,
        MultiFieldPanel([
            FieldPanel("file"), FieldPanel("link"), FieldPanel("shows_people"), FieldPanel("people_agreed"),
            FieldPanel("captions"), FieldPanel("poster"), FieldPanel("length"),
        ], heading=_("The video")),
        FieldPanel("transcript"),
    ])  # fmt: skip

    class Meta:
        verbose_name = _("video")
        verbose_name_plural = _("videos")

    def clean(self) -> None:
        """A file or a link, and only files that browsers play."""
        super().clean()
        if not self.file_id and not self.link:
            raise ValidationError({"file": _("Choose the video file, or give its address elsewhere.")})
        if self.file_id and not self.file.filename.lower().endswith(VIDEO_FILES):
            raise ValidationError({"file": _("Browsers play MP4 and WebM. Save the video as one of them.")})
        if self.captions_id and not self.captions.filename.lower().endswith(".vtt"):
            raise ValidationError({"captions": _("Captions are a .vtt file. Save them so and choose them again.")})

    def why_hidden(self) -> str:
        """Why its film may not be shown, for the sake of the people in it; empty when it may, or plays elsewhere."""
        if not self.file_id or self.shows_people is False or (self.shows_people and self.people_agreed.strip()):
            return ""
        return str(NO_CONSENT if self.shows_people else NOT_SAID)

    def shown_at(self) -> str:
        """The name of the other site."""
        return (urlsplit(self.link).hostname or "").removeprefix("www.")


class AudioPage(ReadingPage):
    """A sound with its words to read; its length is measured, not typed."""

    file = document(_("sound file"), _("MP3, Ogg or WAV; its length is measured when you save."))
    seconds = models.PositiveIntegerField(editable=False, default=0)
    transcript = RichTextField(_("its words"), features=WRITING, help_text=_("Everything said, word for word."))

    section = SectionKind.AUDIO
    template = "newsroom/reading_page.html"
    content_template = "newsroom/audio_content.html"
    icon = "listen"
    edit_handler = tabs([*BasePage.content_panels, FieldPanel("file"), FieldPanel("transcript")])

    class Meta:
        verbose_name = _("sound")
        verbose_name_plural = _("sounds")

    def clean(self) -> None:
        """Measure the sound; refuse what cannot be played."""
        super().clean()
        if not self.file_id:
            raise ValidationError({"file": _("Choose the sound file.")})
        try:
            with self.file.file.open("rb") as stream:
                found = seconds_of(stream.read())
        except OSError as gone:  # taken back by whoever spoke
            raise ValidationError({"file": _("Choose the sound file.")}) from gone
        if found is None:
            raise ValidationError({"file": _("This is no sound that browsers play. Save it as MP3, Ogg or WAV.")})
        self.seconds = max(1, round(found))

    @property
    def length(self) -> str:
        """Its length as people say it."""
        minutes, seconds = divmod(self.seconds, 60)
        said = [
            ngettext("%(n)s minute", "%(n)s minutes", minutes) % {"n": minutes} if minutes else "",
            ngettext("%(n)s second", "%(n)s seconds", seconds) % {"n": seconds} if seconds else "",
        ]
        return " ".join(filter(None, said))


class PhotoStoryPage(ReadingPage):
    """A story told in pictures, each with what it shows."""

    cover = picture(_("picture"), _("Shown where the story is listed."))
    pictures = items(
        "picture", Picture(), _("pictures"), min_num=1, help_text=_("In the order of the story, each with its caption.")
    )
    byline = models.CharField(_("photographs by"), max_length=120, blank=True, help_text=_("As they sign."))

    section = SectionKind.PHOTOS
    template = "newsroom/reading_page.html"
    content_template = "newsroom/photo_story_content.html"
    icon = "image"
    spoken = ("byline",)
    edit_handler = tabs([
        *BasePage.content_panels, FieldPanel("byline"), FieldPanel("cover"), FieldPanel("pictures"),
    ])  # fmt: skip

    class Meta:
        verbose_name = _("photo story")
        verbose_name_plural = _("photo stories")
