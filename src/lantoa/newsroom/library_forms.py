"""How a picture or a document comes into the library, with a word beside each field of Wagtail's own."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm

from lantoa.kernel.file_kinds import is_what_it_says

SHELVES: Final[Mapping[str, Any]] = {
    "tags": gettext_lazy("Words to find it by in the library, with commas between them."),
    "collection": gettext_lazy("The shelf of the library it stands on."),
}


class Explained(forms.BaseForm):
    """A form with `words` beside those of its fields that have none."""

    words: ClassVar[Mapping[str, Any]]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.words.keys() & self.fields.keys():
            self.fields[name].help_text = self[name].help_text = self.words[name]  # Wagtail has looked at some already


class LibraryImageForm(Explained, BaseImageForm):
    """Wagtail's; which kinds and how large a picture may be, it says itself."""

    words: ClassVar = {"title": gettext_lazy("What it is called in the library; readers do not see it."), **SHELVES}


class LibraryDocumentForm(Explained, BaseDocumentForm):
    """Wagtail's, which asks for the ending alone."""

    words: ClassVar = {
        "title": gettext_lazy("What readers see as its name."),
        "file": gettext_lazy(
            "A document, a table, a sound or a film. A new file in place of an old one keeps its pages."
        ),
        **SHELVES,
    }

    def clean_file(self) -> Any:
        """What its name says, by its bytes; a kind the library does not take is refused by the model."""
        file = self.cleaned_data["file"]
        taken = file and file.name.rpartition(".")[2].lower() in settings.WAGTAILDOCS_EXTENSIONS
        if taken and "file" in self.changed_data and not is_what_it_says(file.name, file):
            raise forms.ValidationError(
                _("The file is not what its name says. Save it again in its own program, then choose it.")
            )
        return file

    def _post_clean(self) -> None:
        """Ask the model about a file that is there alone, else it finds fault with an empty name as well."""
        if "file" not in self.errors:
            super()._post_clean()
