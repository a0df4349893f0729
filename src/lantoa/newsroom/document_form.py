"""How a document comes into the library."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from wagtail.documents.forms import BaseDocumentForm

from lantoa.kernel.file_kinds import is_what_it_says


class LibraryDocumentForm(BaseDocumentForm):
    """Wagtail's, which asks for the ending alone."""

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
