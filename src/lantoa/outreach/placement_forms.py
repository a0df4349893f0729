"""What somebody fills in who put a message somewhere: when, how many, a picture, a word."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantoa.channels.placing import Proof, PublicCapability
from lantoa.channels.registry import publics
from lantoa.kernel.pictures import MAX_BYTES
from lantoa.outreach.models import Placement
from lantoa.outreach.selectors.notebook import NOTED, note_tally
from lantoa.outreach.services import Shown

_FORMAT = "%Y-%m-%dT%H:%M"


class ConfirmForm(forms.Form):
    """One form for every kind; what the kind does not take is not asked."""

    at = forms.DateTimeField(
        label=_("When was it there?"), widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_FORMAT)
    )
    count = forms.IntegerField(label=_("How many?"), min_value=1, max_value=10_000_000, required=False)
    photo = forms.FileField(label=_("Picture"), required=False)
    words = forms.CharField(
        label=pgettext_lazy("remark", "Note"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, row: Placement, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        found = publics().get(row.kind)
        proof = found.capability.proof if found else Proof.WORD
        planned = row.starts_at if row.starts_at and row.starts_at < now else now
        self.fields["at"].initial = timezone.localtime(planned).replace(second=0, microsecond=0)
        self.fields["photo"].widget.attrs |= {"accept": "image/jpeg,image/png,image/webp", "capture": "environment"}
        self.fields["photo"].required = proof is Proof.PHOTO
        if proof is Proof.COUNT or (found and found.capability.counted):
            self._count(found.capability if found else None, row, needed=proof is Proof.COUNT)
        else:
            del self.fields["count"]

    def _count(self, capability: PublicCapability | None, row: Placement, *, needed: bool) -> None:
        field = self.fields["count"]
        field.required, field.initial = needed, row.quantity
        if row.kind == NOTED:
            field.label, field.initial = _("Households talked to"), note_tally(row.pk).households or None
            return
        if capability and capability.counted:
            field.label = _("How many %(what)s were handed out?") % {"what": capability.counted}

    def clean_photo(self) -> Any:
        """Refuse by size before a byte is read."""
        uploaded = self.cleaned_data["photo"]
        if uploaded and uploaded.size > MAX_BYTES:
            raise forms.ValidationError(_("The picture is larger than 12 MB. Take it again with a smaller size."))
        return uploaded

    def shown(self) -> Shown:
        """What was shown."""
        data = self.cleaned_data
        photo = data["photo"].read() if data["photo"] else b""
        return Shown(at=data["at"], count=data.get("count"), words=data["words"], photo=photo)
