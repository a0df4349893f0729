"""What is asked on the way out: why a warning stands, whether a change is a correction, what readers are told."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from lantoa.newsroom.checks import CHECKS, Finding
from lantoa.newsroom.services import Note


class SendingForm(forms.Form):
    """One line of why for each warning; for a published page, the correction that its readers get."""

    def __init__(
        self, *args: Any, warned: Mapping[str, list[Finding]], live: bool, before: Mapping[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        for code in warned:
            self.fields[f"why-{code}"] = forms.CharField(
                label=_("Why it stands: %(check)s") % {"check": CHECKS[code].label}, max_length=300,
                initial=before.get(code, ""), help_text=_("Kept with the version and shown to whoever approves it."),
            )  # fmt: skip
        if live:
            self._ask_for_correction()

    def _ask_for_correction(self) -> None:
        self.fields["kind"] = forms.ChoiceField(
            label=_("What is this change?"), initial="update", widget=forms.RadioSelect,
            choices=[("update", _("Something new or better said")), ("correction", _("A correction: it was wrong"))],
        )  # fmt: skip
        for name, label in (("what", _("What was wrong, and how it reads now")), ("why", _("Why it was wrong"))):
            self.fields[name] = forms.CharField(
                label=label, required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
                help_text=_("Only for a correction. Readers see these words at the page's foot and in the list."),
            )  # fmt: skip
        self.fields["grave"] = forms.BooleanField(
            label=_("Grave: show it at the page's head too"), required=False,
            help_text=_("People may have acted on it: a sum, a deadline, who is entitled."),
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """A correction says what and why."""
        cleaned = super().clean() or {}
        if cleaned.get("kind") == "correction":
            for name in ("what", "why"):
                if not cleaned.get(name, "").strip():
                    self.add_error(name, _("A correction tells readers what was wrong and why. Write a sentence."))
        return cleaned

    @property
    def asked(self) -> list[forms.BoundField]:
        """What is asked about the correction; nothing of a page that is not published."""
        return [self[name] for name in ("kind", "what", "why", "grave") if name in self.fields]

    @property
    def accepted(self) -> dict[str, str]:
        """Why each warning stands, by check."""
        return {name[4:]: said for name, said in self.cleaned_data.items() if name.startswith("why-")}

    @property
    def correction(self) -> Note | None:
        """The note for readers, when the change is a correction."""
        told = self.cleaned_data
        if told.get("kind") != "correction":
            return None
        return Note(what=told["what"], why=told["why"], grave=told["grave"])


class LawForm(forms.Form):
    """Cleared, or what the law asks for."""

    note = forms.CharField(
        label=_("Note to the author"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed when you hand the page back: say what must change, by which law."),
    )  # fmt: skip
    verdict = forms.ChoiceField(choices=[("cleared", ""), ("objected", "")], widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """Handing back needs words."""
        cleaned = super().clean() or {}
        if self.data.get("verdict") == "objected" and not cleaned.get("note", "").strip():
            self.add_error("note", _("Say what must change, so that the author can mend it."))
        return cleaned


class WithdrawalForm(forms.Form):
    """Two reasons, one for the house and one for its readers, and where to read instead."""

    reason = forms.CharField(
        label=_("Reason, for the house"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Stays on record; readers never see it."),
    )  # fmt: skip
    told = forms.CharField(
        label=_("What readers are told"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Shown at the page's address and in the public list. Do not repeat what was wrong."),
    )  # fmt: skip
    instead = forms.ModelChoiceField(
        label=_("Where to read instead"), queryset=Page.objects.none(), required=False,
        help_text=_("A published page, if there is one."),
    )  # fmt: skip

    def __init__(self, *args: Any, page: Page, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        near = page.get_siblings(inclusive=False).live().order_by("-first_published_at")[:50]
        ids = list(near.values_list("pk", flat=True))
        field = self.fields["instead"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Page.objects.filter(pk__in=ids).order_by("title")
