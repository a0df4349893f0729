"""Settings forms: one base, one small subclass in each channel's folder. Secrets go in and never come out."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from lantoa.channels.models import ChannelAccount
from lantoa.channels.placing import TryOut


class SecretField(forms.CharField):
    """A secret: never shown again; left empty, the old value stays."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("max_length", 2000)
        widget = forms.PasswordInput(render_value=False, attrs={"autocomplete": "off"})
        super().__init__(widget=widget, **kwargs)


class PriceField(forms.IntegerField):
    """What one unit costs (an SMS of 70 or 160 characters, a Zalo message), in đồng; empty while nobody knows."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            label=_("Price of one unit, in dong"), min_value=0, max_value=1_000_000, required=False,
            help_text=_("As in the contract. Left empty, pages say that the price is not known."), **kwargs,
        )  # fmt: skip


class AccountForm(forms.ModelForm[ChannelAccount]):
    """What every account has; subclasses add fields: a SecretField is a secret, any other a setting."""

    needed: ClassVar[tuple[str, ...]] = ()
    """Secrets without which the account cannot work: asked for when none is stored yet."""

    class Meta:
        model = ChannelAccount
        fields: ClassVar = ["name", "enabled"]

    def __init__(self, *args: Any, held: frozenset[str] = frozenset(), **kwargs: Any) -> None:
        """Take ``held``: the names of the secrets that are stored."""
        super().__init__(*args, **kwargs)
        self.held = held
        for name in self._own():
            field = self.fields[name]
            if not isinstance(field, SecretField):
                field.initial = (self.instance.settings or {}).get(name, field.initial)
            elif name in held:
                field.help_text = _("Stored and hidden. Leave empty to keep it.")
            elif name in self.needed:
                field.required = True

    def _own(self) -> list[str]:
        return [name for name in self.fields if name not in AccountForm.base_fields]

    def values(self) -> dict[str, Any]:
        """Return the arguments for ``services.save_account`` after ``is_valid``; settings no field asks for stay."""
        data, before = self.cleaned_data, self.instance.settings or {}
        secrets = {name for name in self._own() if isinstance(self.fields[name], SecretField)}
        return {
            "name": data["name"],
            "enabled": data["enabled"],
            "settings": {name: value for name, value in before.items() if name not in self.fields}
            | {name: data[name] for name in self._own() if name not in secrets and data[name] not in (None, "")},
            "secrets": {name: data[name] for name in secrets},
        }


class TestMessageForm(forms.Form):
    """Where to send a message to oneself."""

    address = forms.CharField(label=_("Your own address on this channel"), max_length=2000)

    def __init__(self, *args: Any, hint: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["address"].help_text = hint


class TryOutForm(forms.Form):
    """What a public kind asks before one of its accounts is tried; often nothing."""

    address = forms.CharField(max_length=254)

    def __init__(self, *args: Any, asked: TryOut, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["address"]
        field.label, field.help_text, field.required = asked.asks, asked.hint, bool(asked.asks)
        if not asked.asks:
            field.widget = forms.HiddenInput()
