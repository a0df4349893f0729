"""What citizens fill in: short, no account, nothing asked twice."""

import uuid
from collections.abc import Iterable
from hashlib import sha256
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from lantoa.audience.addresses import BadAddressError, normalise
from lantoa.audience.enums import Purpose
from lantoa.audience.selectors import current_wordings
from lantoa.channels.selectors import accounts_in_use
from lantoa.channels.webpush.accounts import push_door
from lantoa.channels.webpush.subscription import parse
from lantoa.kernel.clock import today
from lantoa.listening.enums import Matter
from lantoa.listening.services import TEXT_LIMIT, Contact
from lantoa.territory import selectors as territory

PHONE = {"inputmode": "tel", "autocomplete": "tel", "class": "input-short"}
EMAIL = {"inputmode": "email", "autocomplete": "email", "autocapitalize": "none"}


class CitizenForm(forms.Form):
    """A form of the portal, with a field that people never see and never fill."""

    website = forms.CharField(required=False, label=_("Leave this empty"))

    def clean_website(self) -> str:
        """Refuse whoever fills it."""
        if self.cleaned_data["website"]:
            raise forms.ValidationError(_("Leave the hidden field empty, then send again."))
        return ""

    def choose_from(self, name: str, choices: Iterable[tuple[str, object]]) -> None:
        """Give a choice field its choices."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(choices)


def told(options: Iterable[tuple[str, object, object]]) -> list[tuple[str, object]]:
    """Choices with a line of explanation under each."""
    return [
        (str(value), format_html('<b>{}</b><span class="hint">{}</span>', label, hint))
        for value, label, hint in options
    ]


def commune_choices(first: object) -> list[tuple[str, object]]:
    """The communes of today's map in dictionary order, behind an empty first choice."""
    try:
        root = territory.province(settings.LANTOA_PROVINCE_CODE, on=today())
    except territory.UnknownUnit:
        return [("", first)]
    return [("", first), *((str(place.id), place.name) for place in territory.communes(root.pk, today()))]


class FeedbackForm(CitizenForm):
    """A question, a report or a proposal. Only the text and the place are needed."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    matter = forms.ChoiceField(
        label=_("What is it about?"), widget=forms.RadioSelect, initial=Matter.QUESTION, required=True
    )
    text = forms.CharField(
        label=_("Tell us in your own words"),
        widget=forms.Textarea(attrs={"rows": 6}),
        max_length=TEXT_LIMIT,
        help_text=_("What, where, since when. Do not write identity-card or account numbers."),
        error_messages={"required": _("Write what you want to ask or say, a sentence is enough.")},
    )
    unit = forms.ChoiceField(
        label=_("Which commune or ward is it about?"),
        error_messages={"required": _("Choose the commune or ward: its officer answers.")},
    )
    name = forms.CharField(
        label=_("Your name"),
        required=False,
        max_length=120,
        help_text=_("Only the officer who answers sees it. You may leave it empty."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    reply_by = forms.ChoiceField(label=_("How shall we tell you the answer?"), widget=forms.RadioSelect, initial="code")
    phone = forms.CharField(
        label=_("Phone"),
        required=False,
        max_length=20,
        help_text=_("If you chose a text message. For example 0912 345 678."),
        widget=forms.TextInput(attrs=PHONE),
    )
    email = forms.CharField(
        label=_("E-mail"),
        required=False,
        max_length=254,
        help_text=_("If you chose e-mail. For example ten@example.vn."),
        widget=forms.TextInput(attrs=EMAIL),
    )

    WAYS: ClassVar = {"sms": "phone", "email": "email"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": uuid.uuid4(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        self.choose_from("unit", commune_choices(_("Choose")))
        matters = [
            (Matter.QUESTION, _("A question about a policy"), _("What can I get, and how do I get it?")),
            (Matter.REPORT, _("Something is wrong or has not come"), _("Not told, left out, asked for money.")),
            (Matter.PROPOSAL, _("An idea, a proposal"), _("A good way of doing it, something to change.")),
        ]
        self.choose_from("matter", told(matters))
        ways = [
            ("code", _("I come back with the receipt code"), _("No name, no phone, no e-mail.")),
            ("sms", _("By text message"), _("To a Vietnamese mobile number.")),
            ("email", _("By e-mail"), ""),
        ]
        self.choose_from("reply_by", told(ways))

    def clean_key(self) -> uuid.UUID:
        """The form's own; one made now where a page that is kept gives none and no script has."""
        return self.cleaned_data["key"] or uuid.uuid4()

    def clean(self) -> dict[str, Any]:
        """The chosen way to answer needs its address."""
        cleaned = super().clean() or {}
        field = self.WAYS.get(way := cleaned.get("reply_by", ""))
        if field and field in cleaned:
            try:
                cleaned[field] = normalise(way, cleaned[field])
            except BadAddressError as error:
                self.add_error(field, str(error))
        return cleaned

    def contact(self) -> Contact | None:
        """How to answer, or nothing for the anonymous."""
        way = self.cleaned_data["reply_by"]
        if way not in self.WAYS:
            return None
        value = self.cleaned_data[self.WAYS[way]]
        return Contact(channel=way, value=value, name=" ".join(self.cleaned_data["name"].split()))

    def submission_key(self) -> str:
        """The same for the same form sent twice with the same words; other words are another message."""
        said = "\x1f".join(str(self.cleaned_data[name]) for name in ("matter", "unit", "text"))
        return f"portal:{self.cleaned_data['key']}:{sha256(said.encode()).hexdigest()[:16]}"


class PageReportForm(CitizenForm):
    """What is wrong on one page of ours; the page itself is known."""

    key = forms.UUIDField(widget=forms.HiddenInput)
    matter = forms.ChoiceField(
        label=_("What is wrong?"), widget=forms.RadioSelect, initial=Matter.CONTENT,
        error_messages={"required": _("Choose whether it is the words or the working of the page.")},
    )  # fmt: skip
    text = forms.CharField(
        label=_("Tell us in your own words"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=TEXT_LIMIT,
        help_text=_("Which sentence or button, and what you expected. Do not write identity-card or account numbers."),
        error_messages={"required": _("Write what is wrong, a sentence is enough.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = {"key": uuid.uuid4(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        wrong = [
            (Matter.CONTENT, _("What it says is wrong, old or hard to understand"), ""),
            (Matter.TECHNICAL, _("It does not work: does not open, a broken link, cannot be read"), ""),
        ]
        self.choose_from("matter", told(wrong))

    def submission_key(self, address: str) -> str:
        """The same for the same report of the same page sent twice."""
        said = "\x1f".join([address, self.cleaned_data["matter"], self.cleaned_data["text"]])
        return f"portal:{self.cleaned_data['key']}:{sha256(said.encode()).hexdigest()[:16]}"


class CodeForm(forms.Form):
    """The receipt code of a message sent before."""

    code = forms.CharField(
        label=_("Receipt code"),
        max_length=40,
        help_text=_("12 letters and digits, for instance 7K3M-9Q2X-HT4P."),
        widget=forms.TextInput(
            attrs={
                "autocapitalize": "characters",
                "autocomplete": "off",
                "spellcheck": "false",
                "class": "input-short figures",
            }
        ),
        error_messages={"required": _("Type the code you were given.")},
    )


class AgainForm(CitizenForm):
    """The answer did not answer."""

    text = forms.CharField(
        label=_("What is still missing?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=TEXT_LIMIT,
        error_messages={"required": _("Write what is still missing.")},
    )


class NewsForm(CitizenForm):
    """What news, and for which commune. Nothing is ticked beforehand."""

    purposes = forms.MultipleChoiceField(
        label=_("What do you want to hear about?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick at least one. Without your yes we send nothing.")},
    )
    unit = forms.ChoiceField(
        label=_("Which commune or ward do you live in?"),
        help_text=_("So that you get what concerns your commune."),
        error_messages={"required": _("Choose your commune or ward.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        wordings = current_wordings(get_language() or "vi")
        offered = [(p, *w.text.split(". ", 1), "") for p, w in wordings.items() if p != Purpose.CASE_REPLY]
        self.choose_from("purposes", told((one[0], one[1].rstrip(".") + ".", one[2]) for one in offered))
        self.choose_from("unit", commune_choices(_("Choose")))

    def agreed(self) -> dict[str, Any]:
        """What was ticked, where, in which language."""
        return {
            "unit_id": int(self.cleaned_data["unit"]),
            "language": get_language() or "vi",
            "purposes": self.cleaned_data["purposes"],
        }


class BrowserForm(NewsForm):
    """News as notifications in this browser, whose subscription the page's script puts into a hidden field."""

    subscription = forms.CharField(widget=forms.HiddenInput(attrs={"data-push": ""}), max_length=4000, required=False)

    def clean(self) -> dict[str, Any]:
        """The subscription in its one written form; nobody is told of it while something they typed is missing."""
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        if not cleaned["subscription"]:
            words = _("This browser has not allowed notifications yet. Press the button again, then allow them.")
            self.add_error(None, words)
            return cleaned
        try:
            cleaned["subscription"] = browser_address(cleaned["subscription"])
        except forms.ValidationError as error:
            self.add_error(None, error)
        return cleaned


def browser_address(typed: str) -> str:
    """A browser's address as it is kept; raises ValidationError for what is none, or leads elsewhere."""
    door = push_door()
    try:
        value = normalise("webpush", typed)
    except (BadAddressError, KeyError) as error:
        raise forms.ValidationError(str(error)) from None
    if door is None or not door.takes(parse(value).endpoint):
        raise forms.ValidationError(_("Notifications cannot be sent to this browser. Choose another way to get news."))
    return value


class SubscriptionForm(NewsForm):
    """What news, on which channel, for which commune."""

    channel = forms.ChoiceField(
        label=_("Where shall it go?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose where the news shall go.")},
    )
    phone = forms.CharField(
        label=_("Phone"),
        required=False,
        max_length=20,
        help_text=_("If you chose text messages. For example 0912 345 678."),
        widget=forms.TextInput(attrs=PHONE),
    )
    email = forms.CharField(
        label=_("E-mail"),
        required=False,
        max_length=254,
        help_text=_("If you chose e-mail. For example ten@example.vn."),
        widget=forms.TextInput(attrs=EMAIL),
    )

    field_order = ("purposes", "channel", "email", "phone", "unit", "website")
    WAYS: ClassVar = {"email": "email", "sms": "phone", "zbs": "phone"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ways = self._channels()
        self.choose_from("channel", told(ways))
        needed = {self.WAYS.get(way[0]) for way in ways}
        for field in {"email", "phone"} - needed:
            del self.fields[field]

    @staticmethod
    def _channels() -> list[tuple[str, object, object]]:
        ways: list[tuple[str, object, object]] = [
            ("portal", _("A private inbox on this site"), _("No phone, no e-mail: you keep its address.")),
            ("email", _("By e-mail"), _("We first send you a link to confirm.")),
            ("sms", _("By text message"), _("We first send you a link to confirm.")),
            ("zbs", _("On Zalo, by my phone number"), _("We first send you a text message with a link to confirm.")),
            ("telegram", _("On Telegram"), _("We show you a link that opens Telegram: press Start there.")),
        ]
        open_ = set(accounts_in_use())
        if "sms" not in open_:
            open_.discard("zbs")  # nothing else could prove the number
        return [way for way in ways if way[0] == "portal" or way[0] in open_]

    def clean(self) -> dict[str, Any]:
        """The chosen channel needs its address."""
        cleaned = super().clean() or {}
        field = self.WAYS.get(channel := cleaned.get("channel", ""))
        if field and field in cleaned:
            try:
                cleaned[field] = normalise(channel, cleaned[field])
            except BadAddressError as error:
                self.add_error(field, str(error))
        return cleaned

    def request(self) -> dict[str, Any]:
        """What `audience.services.request_subscription` needs."""
        channel = self.cleaned_data["channel"]
        value = self.cleaned_data[self.WAYS[channel]] if channel in self.WAYS else ""
        return {"channel": channel, "value": value, **self.agreed()}
