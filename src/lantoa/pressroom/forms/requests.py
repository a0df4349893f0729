"""What staff fill in about a request from the press."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from lantoa.agencies import selectors as agencies
from lantoa.agencies.models import Post
from lantoa.kernel.clock import today


class FilesInput(forms.ClearableFileInput):
    """Several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files; a list, empty when none was chosen."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Each as a file field cleans it."""
        chosen = data if isinstance(data, list | tuple) else [data]
        return [found for one in chosen if (found := super(FilesField, self).clean(one, initial))]


class StepForm(forms.Form):
    """What a step of a request needs."""

    def said(self) -> dict[str, Any]:
        """What the service of the step takes."""
        return self.cleaned_data


class AssignForm(StepForm):
    """To whom."""

    post_id = forms.TypedChoiceField(label=gettext_lazy("To whom"), coerce=int)

    def __init__(self, *args: Any, posts: list[Post], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        homes = agencies.names_on({post.agency_id for post in posts}, today())
        self.fields["post_id"].choices = [  # type: ignore[attr-defined]
            (post.pk, f"{post.user}, {post.title or post.get_role_display()}, {homes.get(post.agency_id, '')}")
            for post in posts
        ]


class AnswerForm(StepForm):
    """The answer, with files."""

    text = forms.CharField(
        label=gettext_lazy("Answer"), max_length=20_000, widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("As it may be printed."),
    )  # fmt: skip
    attached = FilesField(
        label=gettext_lazy("Files"), required=False,
        help_text=gettext_lazy("Pictures as JPEG, PNG or WebP; documents as in kits. At most 25 MB each."),
    )  # fmt: skip

    def said(self) -> dict[str, Any]:
        """What the services take: the words, and each file as name and bytes."""
        files = [(one.name, one.read()) for one in self.cleaned_data["attached"]]
        return {"text": self.cleaned_data["text"], "files": files}


class WordsForm(StepForm):
    """A few words."""

    text = forms.CharField(
        label=gettext_lazy("What you want to say"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
