"""A citizen's story: words, photos, a recording, a name as they wish, and what they agree to."""

import uuid
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from lantoa.audience.addresses import BadAddressError, normalise
from lantoa.contributions import services
from lantoa.contributions.enums import Credit
from lantoa.contributions.models import StoryFile
from lantoa.contributions.selectors import held_files
from lantoa.contributions.services import Contact, Sent
from lantoa.contributions.wording import Agreed, text_of
from lantoa.kernel.errors import LantoaError
from lantoa.portal.forms import EMAIL, PHONE, CitizenForm, commune_choices, told

PHOTOS = {"accept": "image/*"}
SOUND = {"accept": "audio/*,.amr,.m4a,.mp3,.ogg,.opus,.wav"}


class Files(forms.FileInput):
    """Several files at once."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """A list of files, perhaps empty."""

    widget = Files

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[bytes]]":
        """Take each as it is: what it may be is judged by its content, one by one."""
        return [one for one in data or [] if one]


class AnswerForm(CitizenForm):
    """What the sender answers an editor."""

    text = forms.CharField(
        label=gettext_lazy("Your answer"), max_length=5000, widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": gettext_lazy("Write your answer.")},
        help_text=gettext_lazy("The editor works it into your story. Take the story back, and it is deleted too."),
    )  # fmt: skip


class StoryForm(CitizenForm):
    """What, where, by which name, and what is agreed to. Files wait under the hidden key until the story is sent."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=gettext_lazy("Your story"), required=False, max_length=services.sending.TEXT_LIMIT,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy(
            "As you would tell a neighbour: how it was, what you did, how it is now. No phone or identity-card numbers."
        ),
    )  # fmt: skip
    photos = FilesField(label=gettext_lazy("Photos"), required=False, widget=Files(attrs=PHOTOS))
    voice = forms.FileField(
        label=gettext_lazy("Or tell it: a recording"), required=False, widget=forms.FileInput(attrs=SOUND)
    )
    unit = forms.ChoiceField(
        label=gettext_lazy("In which commune or ward does your story take place?"),
        error_messages={"required": gettext_lazy("Choose the commune or ward of your story.")},
    )
    hamlet = forms.CharField(label=gettext_lazy("Hamlet"), required=False, max_length=120)
    credit = forms.ChoiceField(
        label=gettext_lazy("How shall we name you?"), widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose how you want to be named.")},
    )  # fmt: skip
    name = forms.CharField(
        label=gettext_lazy("Your name"), required=False, max_length=120,
        help_text=gettext_lazy("Printed only as you chose above."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )  # fmt: skip
    faces = forms.ChoiceField(
        label=gettext_lazy("Can people be recognised in the photos?"), required=False, widget=forms.RadioSelect
    )
    child = forms.BooleanField(
        label=gettext_lazy("The story is told by a child, or a child can be recognised in it (under 18)"),
        required=False,
    )
    guardian = forms.CharField(
        label=gettext_lazy("Name of the parent or guardian who agrees"), required=False, max_length=120,
        help_text=gettext_lazy("Only for a child. Never printed."),
    )  # fmt: skip
    guardian_agrees = forms.BooleanField(required=False)
    voice_public = forms.BooleanField(required=False)
    agree = forms.BooleanField(
        error_messages={"required": gettext_lazy("Without your yes we cannot publish it. Tick it if you agree.")}
    )
    reply_by = forms.ChoiceField(
        label=gettext_lazy("How shall we tell you when it is out?"), widget=forms.RadioSelect, initial="code"
    )
    phone = forms.CharField(
        label=gettext_lazy("Phone"), required=False, max_length=20, widget=forms.TextInput(attrs=PHONE),
        help_text=gettext_lazy("If you chose a text message. For example 0912 345 678."),
    )  # fmt: skip
    email = forms.CharField(
        label=gettext_lazy("E-mail"), required=False, max_length=254, widget=forms.TextInput(attrs=EMAIL),
        help_text=gettext_lazy("If you chose e-mail. For example ten@example.vn."),
    )  # fmt: skip

    WAYS: ClassVar = {"sms": "phone", "email": "email"}

    def __init__(self, *args: Any, too_large: list[str] | None = None, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": uuid.uuid4(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.too_large = too_large or []
        self.kept: list[StoryFile] = []
        language = get_language() or "vi"
        for field, part in (("agree", "text"), ("voice_public", "voice"), ("guardian_agrees", "guardian")):
            self.fields[field].label = text_of(part, language)
        self.fields["photos"].help_text = ngettext(
            "%(n)s photo at most. We take out where and when it was taken.",
            "%(n)s photos at most. We take out where and when they were taken.",
            settings.LANTOA_STORY_PHOTOS,
        ) % {"n": settings.LANTOA_STORY_PHOTOS}
        self.fields["voice"].help_text = _("From your phone's recorder, %(n)s minutes at most.") % {
            "n": settings.LANTOA_STORY_VOICE_MINUTES
        }
        self.choose_from("unit", commune_choices(_("Choose")))
        self.choose_from("credit", told([
            (Credit.FULL, _("By my full name"), _("Such as: Hoa, with family name.")),
            (Credit.GIVEN, _("By my given name and hamlet"), _("Such as: Hoa, hamlet 4.")),
            (Credit.NOBODY, _("As “a citizen”, without a name"), ""),
        ]))  # fmt: skip
        self.choose_from("faces", told([
            ("no", _("No, or I send no photo"), ""), ("yes", _("Yes, and they agree"), text_of("faces", language)),
        ]))  # fmt: skip
        self.choose_from("reply_by", told([
            ("code", _("I come back with the code"), _("No phone, no e-mail.")),
            ("sms", _("By text message"), _("To a Vietnamese mobile number.")),
            ("email", _("By e-mail"), ""),
        ]))  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """What belongs together: a name to be named by, a guardian for a child, an address to be told at."""
        cleaned = super().clean() or {}
        if cleaned.get("credit") in (Credit.FULL, Credit.GIVEN) and not cleaned.get("name"):
            self.add_error("name", _("Write the name you wish to be named by, or choose to stay without a name."))
        if cleaned.get("credit") == Credit.GIVEN and not cleaned.get("hamlet"):
            self.add_error("hamlet", _("Write the hamlet: you chose to be named with it."))
        if cleaned.get("child") and not cleaned.get("guardian"):
            self.add_error("guardian", _("Write who agrees for the child: father, mother or guardian."))
        if cleaned.get("child") and not cleaned.get("guardian_agrees"):
            self.add_error("guardian_agrees", _("A parent or guardian must agree. Tick it if you are one and agree."))
        field = self.WAYS.get(way := cleaned.get("reply_by", ""))
        if field and field in cleaned:
            try:
                cleaned[field] = normalise(way, cleaned[field])
            except BadAddressError as error:
                self.add_error(field, str(error))
        return cleaned

    def look_at_kept(self) -> None:
        """Find again what came with an earlier try of this very form."""
        if key := self.cleaned_data.get("key"):
            self.kept = held_files(key)

    def take_files(self, at: datetime) -> None:
        """Keep every file that can be kept; each that cannot is named with the reason, and must be chosen again."""
        key = self.cleaned_data.get("key")
        if key is None:
            return
        assert isinstance(self.data, QueryDict)
        dropped = [int(pk) for pk in self.data.getlist("drop") if pk.isascii() and pk.isdigit() and len(pk) < 18]
        if dropped:
            services.drop_files(draft_key=key, file_ids=dropped)
        photos = self.cleaned_data.get("photos") or []  # a field with an error is cleaned no more
        for name in self.too_large:
            self.add_error("photos", _("“%(name)s” is too large. Choose a smaller one.") % {"name": name})
        for photo in photos:
            self._take("photos", services.hold_photo, key, photo, at)
        if voice := self.cleaned_data.get("voice"):
            self._take("voice", services.hold_voice, key, voice, at)
        self.look_at_kept()
        if any(file.is_photo for file in self.kept) and not self.cleaned_data.get("faces"):
            self.add_error("faces", _("Say whether people can be recognised in the photos."))

    def _take(
        self, field: str, hold: Callable[..., StoryFile], key: uuid.UUID, file: "UploadedFile[bytes]", at: datetime
    ) -> None:
        try:
            hold(draft_key=key, content=file.read(), at=at)
        except LantoaError as refusal:
            self.add_error(field, f"{file.name}: {refusal}")

    def sent(self) -> Sent:
        """The story as the room takes it."""
        said = self.cleaned_data
        way, value = said["reply_by"], said.get(self.WAYS.get(said["reply_by"], ""), "")
        return Sent(
            text=said["text"], unit_id=int(said["unit"]), hamlet=said["hamlet"], credit=Credit(said["credit"]),
            name=said["name"], child=said["child"], guardian=said["guardian"], language=get_language() or "vi",
            contact=Contact(way, value, " ".join(said["name"].split())) if value else None,
            agreed=Agreed(
                faces=said["faces"] == "yes", voice=said["voice_public"],
                guardian=said["child"] and said["guardian_agrees"],
            ),
        )  # fmt: skip

    def submission_key(self) -> str:
        """The same for the same form sent twice with the same words; other words are another story."""
        words = "\x1f".join(str(self.cleaned_data[name]) for name in ("unit", "text"))
        return f"portal:{self.cleaned_data['key']}:{sha256(words.encode()).hexdigest()[:16]}"
