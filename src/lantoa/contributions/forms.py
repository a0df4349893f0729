"""What editors fill in."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lantoa.contributions.enums import FileKind, StoryHappening
from lantoa.contributions.models import Story, StoryFile
from lantoa.contributions.services.editing import KINDS, PLAYED, Draft, Shot
from lantoa.newsroom.enums import SectionKind

SHORT = forms.Textarea(attrs={"rows": 3})


class NoteForm(forms.Form):
    """A note for colleagues."""

    text = forms.CharField(
        label=gettext_lazy("Internal note"), widget=SHORT, max_length=2000,
        help_text=gettext_lazy("The sender does not see it."),
    )  # fmt: skip


class AskForm(forms.Form):
    """What the editor wants to know."""

    text = forms.CharField(
        label=gettext_lazy("What you ask"), widget=SHORT, max_length=2000,
        help_text=gettext_lazy(
            "They read exactly this on the page of their code, and answer there. If they left a phone or e-mail, they "
            "are told at once."
        ),
    )  # fmt: skip


class DeclineForm(forms.Form):
    """Why it is not published, in kind words."""

    text = forms.CharField(
        label=gettext_lazy("What the sender reads"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy(
            "Thank them, say plainly why not, and what they could send instead. They read exactly this."
        ),
    )  # fmt: skip


class PlainForm(forms.Form):
    """A step that needs no words."""


class DraftForm(forms.Form):
    """What the story becomes: its kind, its language, its words, and which photos with which description."""

    kind = forms.ChoiceField(label=gettext_lazy("It becomes"), widget=forms.RadioSelect)
    language = forms.ChoiceField(
        label=gettext_lazy("Language of the page"), widget=forms.RadioSelect,
        help_text=gettext_lazy("The one it is written in: its readers find it there, and its checks are made."),
    )  # fmt: skip
    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    lead = forms.CharField(
        label=gettext_lazy("Two sentences that lead in"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    text = forms.CharField(
        label=gettext_lazy("Text"), max_length=40_000, widget=forms.Textarea(attrs={"rows": 12}),
        help_text=gettext_lazy("Take out phones, house numbers and names of others; keep the sender's own voice."),
    )  # fmt: skip

    PER_PHOTO: ClassVar = ("use", "alt", "people")

    def __init__(self, *args: Any, story: Story, **kwargs: Any) -> None:
        begun = {"text": story.text, "kind": SectionKind.ARTICLES, "language": story.written_in}
        kwargs["initial"] = begun | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        files = list(story.files.all())
        self.photos = [file for file in files if file.is_photo]
        kinds, languages = self.fields["kind"], self.fields["language"]
        assert isinstance(kinds, forms.ChoiceField)
        assert isinstance(languages, forms.ChoiceField)
        languages.choices = settings.LANGUAGES
        kinds.choices = [(kind.value, kind.label) for kind in KINDS if _possible(kind, story, files)]
        for photo in self.photos:
            self._ask_about(photo, agreed=story.consent.covers_faces)

    def _ask_about(self, photo: StoryFile, *, agreed: bool) -> None:
        self.fields[f"use_{photo.pk}"] = forms.BooleanField(label=_("Use this photo"), required=False, initial=True)
        self.fields[f"alt_{photo.pk}"] = forms.CharField(
            label=_("What it shows"), required=False, max_length=250,
            help_text=_("One sentence for those who cannot see it."),
        )  # fmt: skip
        self.fields[f"people_{photo.pk}"] = forms.BooleanField(
            label=_("People can be recognised"), required=False, initial=agreed,
            help_text="" if agreed else _("The sender said that nobody can be. Ticked, the page waits for consent."),
        )  # fmt: skip

    @property
    def shots(self) -> Iterator[tuple[StoryFile, list[forms.BoundField]]]:
        """Each photo with its three fields."""
        for photo in self.photos:
            yield photo, [self[f"{name}_{photo.pk}"] for name in self.PER_PHOTO]

    @property
    def words(self) -> list[forms.BoundField]:
        """The fields that are no photo's."""
        return [self[name] for name in ("kind", "language", "title", "lead", "text")]

    def clean(self) -> dict[str, Any]:
        """A photo that is used says what it shows."""
        cleaned = super().clean() or {}
        for photo in self.photos:
            if cleaned.get(f"use_{photo.pk}") and not cleaned.get(f"alt_{photo.pk}"):
                self.add_error(f"alt_{photo.pk}", _("Say what the photo shows, or leave it out."))
        return cleaned

    def draft(self) -> Draft:
        """What was filled in."""
        said = self.cleaned_data
        return Draft(
            kind=SectionKind(said["kind"]), language=said["language"], title=said["title"], lead=said["lead"],
            text=said["text"],
            shots=[
                Shot(file_id=photo.pk, alt=said[f"alt_{photo.pk}"], people=said[f"people_{photo.pk}"])
                for photo in self.photos if said[f"use_{photo.pk}"]
            ],
        )  # fmt: skip


def _possible(kind: SectionKind, story: Story, files: list[StoryFile]) -> bool:
    if kind == SectionKind.PHOTOS:
        return any(file.is_photo for file in files)
    if kind == SectionKind.AUDIO:
        voices = [file for file in files if file.kind == FileKind.VOICE]
        return story.consent.covers_voice and any(file.path.endswith(PLAYED) for file in voices)
    return True


HAPPENINGS = {
    "take": StoryHappening.TAKEN, "note": StoryHappening.NOTED, "ask": StoryHappening.ASKED,
    "decline": StoryHappening.DECLINED,
    "take_down": StoryHappening.TAKEN_DOWN, "withdraw": StoryHappening.WITHDRAWN,
}  # fmt: skip
"""The steps on the page and what they write."""


class FilterForm(forms.Form):
    """Which stories the list shows."""

    q = forms.CharField(
        label=gettext_lazy("Number or words"), required=False, max_length=100,
        widget=forms.TextInput(attrs={"type": "search"}),
    )  # fmt: skip
