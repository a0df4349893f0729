"""What the reviewer fills in."""

from django import forms
from django.utils.translation import gettext_lazy as _


class DecisionForm(forms.Form):
    """Yes, or what must change."""

    note = forms.CharField(
        label=_("Note to the author"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed when you return the text: say what must change."),
    )
    verdict = forms.ChoiceField(choices=[("approved", ""), ("returned", "")], widget=forms.HiddenInput)

    def clean(self) -> dict[str, object] | None:
        """A return needs words."""
        cleaned = super().clean()
        if self.data.get("verdict") == "returned" and not str(self.cleaned_data.get("note", "")).strip():
            self.add_error("note", _("Say what must change, so that the author can mend it."))
        return cleaned

    @property
    def approves(self) -> bool:
        """Whether the reviewer said yes."""
        return bool(self.cleaned_data["verdict"] == "approved")


class RevocationForm(forms.Form):
    """Why an approval is taken away."""

    reason = forms.CharField(
        label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Nothing more goes out on this approval. The reason stays on record."),
    )  # fmt: skip
