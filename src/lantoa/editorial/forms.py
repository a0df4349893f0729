"""What people fill in at the editors' desk."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django import forms
from django.db.models import F
from django.http import QueryDict
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.query import PageQuerySet

from lantoa.agencies import selectors as agencies
from lantoa.agencies.models import Post
from lantoa.editorial.enums import Stage
from lantoa.editorial.models import Commission
from lantoa.editorial.selectors import bundles, commissions, reviews, stories
from lantoa.editorial.services import Handed, Order
from lantoa.kernel.file_kinds import is_what_it_says
from lantoa.kernel.models import User
from lantoa.newsroom.enums import SectionKind
from lantoa.newsroom.selectors import titled, writable_pages
from lantoa.planning.selectors import line_choices

MOST_BYTES = 25 * 1024 * 1024
KINDS = ("pdf", "docx", "odt", "zip", "jpg", "jpeg", "png", "webp", "mp3", "wav", "m4a", "mp4")
"""The endings a delivered file may have."""
SHOWN = 100
"""How many pages are offered to choose from at most."""


class MomentField(forms.DateTimeField):
    """A day and an hour of Vietnam."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class DongField(forms.IntegerField):
    """A sum in đồng, as people write it: 12.500.000."""

    widget = forms.TextInput(attrs={"inputmode": "numeric"})

    def to_python(self, value: Any) -> int | None:
        """Points and spaces between the digits do not count."""
        return super().to_python(str(value or "").replace(".", "").replace(" ", "").replace("\xa0", ""))


def offer(field: forms.Field, choices: Iterable[tuple[Any, str]], *, none: str = "") -> None:
    """Give a field its choices; `none` is what an empty choice is called."""
    assert isinstance(field, forms.ChoiceField)
    field.choices = [*([("", none)] if none else []), *choices]


def offer_pages(form: forms.Form, pages: PageQuerySet, words: str, *, chosen: Any, none: str = "") -> None:
    """Give the field `page` the newest of these pages whose title holds the words, and say when that is not all of
    them; the one chosen already stays, however old it is."""
    field = form.fields["page"]
    rows = pages.order_by(F("latest_revision_created_at").desc(nulls_last=True), "-pk")
    found = dict(titled(rows, words).values_list("pk", "draft_title")[: SHOWN + 1])
    said = ""
    if len(found) > SHOWN:
        found.popitem()
        said = gettext(
            "These are the newest %(n)s; there are more. To find another one, search for words of its title."
        )
    elif words and not found:
        said = gettext("No page that can be chosen has these words in its title.")
    field.help_text = f"{field.help_text} {said % {'n': SHOWN}}".strip()
    kept = rows.filter(pk=int(chosen)) if str(chosen or "").isdecimal() else rows.none()
    offer(field, (dict(kept.values_list("pk", "draft_title")) | found).items(), none=none)


class OrderForm(forms.Form):
    """A piece to order."""

    title = forms.CharField(label=_("What is wanted"), max_length=200)
    kind = forms.ChoiceField(label=_("Kind of page"), choices=SectionKind, initial=SectionKind.ARTICLES)
    brief = forms.CharField(
        label=_("Brief"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("For whom it is, what must be in it, whom to speak to, how long."),
    )  # fmt: skip
    unit = forms.TypedChoiceField(label=_("For which place"), coerce=int)
    content_line = forms.ChoiceField(label=_("Content line of the plan"), required=False)
    task = forms.TypedChoiceField(label=_("Task of the plan"), coerce=int, required=False, empty_value=None)
    for_post = forms.TypedChoiceField(
        label=_("From someone of the house"), coerce=int, required=False, empty_value=None
    )
    for_agency = forms.TypedChoiceField(label=_("Or from a press agency"), coerce=int, required=False, empty_value=None)
    contract_number = forms.CharField(label=_("Number of the contract"), max_length=60, required=False)
    value = DongField(label=_("Value in đồng"), min_value=0, max_value=10**13, required=False)
    due_at = MomentField(label=_("Deadline"), help_text=_("In Vietnam's time."))

    def __init__(self, *args: Any, user: User, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.at = at
        tasks = ((row.pk, Truncator(row.duty.text).chars(90)) for row in commissions.open_tasks(user, at=at)[:200])
        posts = list(commissions.writers(user, at=at))
        homes = agencies.names_on({post.agency_id for post in posts}, at.date())
        people = ((post.pk, _person(post, homes.get(post.agency_id, ""))) for post in posts)
        offer(self.fields["unit"], commissions.ordering_units(user, at=at))
        offer(self.fields["content_line"], line_choices(timezone.localdate(at)))
        offer(self.fields["task"], tasks, none=gettext("No task of a plan"))
        offer(self.fields["for_post"], people, none="—")
        offer(self.fields["for_agency"], commissions.press_agencies(at=at), none="—")

    def clean(self) -> dict[str, Any]:
        """From exactly one; a contract only with an agency; a deadline ahead."""
        given = super().clean() or self.cleaned_data
        post, agency = given.get("for_post"), given.get("for_agency")
        if bool(post) == bool(agency) and not {"for_post", "for_agency"} & set(self.errors):
            self.add_error("for_post", gettext("Choose one person of the house, or one press agency: exactly one."))
        if post and not agency and given.get("contract_number"):
            self.add_error("contract_number", gettext("Only a press agency has a contract. Leave it empty."))
        if post and not agency and given.get("value") is not None:
            self.add_error("value", gettext("Only a press agency has a contract. Leave it empty."))
        if (due := given.get("due_at")) and due <= self.at:
            self.add_error("due_at", gettext("The deadline lies behind us. Choose an hour to come."))
        return given

    def order(self) -> Order:
        """What was asked for."""
        given = dict(self.cleaned_data)
        unit, task, post, agency = (given.pop(name) for name in ("unit", "task", "for_post", "for_agency"))
        return Order(unit_id=unit, task_id=task, for_post_id=post, for_agency_id=agency, **given)


def _person(post: Post, agency: str) -> str:
    return f"{post.user}, {post.title or post.get_role_display()} ({agency})"


def words(label: Any, *, required: bool = False) -> forms.CharField:
    """A few words beside a step."""
    return forms.CharField(label=label, required=required, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))


class StepForm(forms.Form):
    """A step of a commission; `user` and `row` narrow what may be chosen, `words` which pages are offered."""

    def __init__(self, *args: Any, user: User, row: Commission, words: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "page" in self.fields:
            pages = writable_pages(user).exclude(pk__in=commissions.pages_taken(but=row.pk))
            chosen = self.data.get("page") or row.page_id
            offer_pages(self, pages, words, chosen=chosen, none=gettext("No page yet"))
            self.initial.setdefault("page", row.page_id)


class AcceptForm(StepForm):
    """Saying yes."""

    note = words(_("A word to whoever ordered it"))


class DeliverForm(StepForm):
    """Handing over."""

    page = forms.TypedChoiceField(label=_("Page in draft"), coerce=int, required=False, empty_value=None)
    link = forms.URLField(label=_("Or a link"), max_length=500, required=False, assume_scheme="https")
    file = forms.FileField(
        label=_("Or a file"), required=False,
        help_text=_("Text, picture, sound or film; 25 MB at most. A larger one: give a link."),
    )  # fmt: skip
    note = words(pgettext_lazy("remark", "Note"))

    def clean_file(self) -> Any:
        """Not too large, and what its ending says."""
        given = self.cleaned_data.get("file")
        if given is None:
            return None
        if given.size > MOST_BYTES:
            raise forms.ValidationError(gettext("This file is larger than 25 MB. Give a link instead."))
        if given.name.rpartition(".")[2].lower() not in KINDS or not is_what_it_says(given.name, given):
            raise forms.ValidationError(
                gettext("This kind of file is not taken. Give a PDF, Word, ODT, ZIP, JPEG, PNG, WebP, MP3, WAV or MP4.")
            )
        return given

    def clean(self) -> dict[str, Any]:
        """Something at least."""
        given = super().clean() or self.cleaned_data
        if not any(given.get(name) for name in ("page", "link", "file")) and not self.errors:
            self.add_error("page", gettext("Hand something over: a page, a link or a file."))
        return given

    def handed(self) -> Handed:
        """What was handed over."""
        given, file = self.cleaned_data, self.cleaned_data.get("file")
        content = file.read() if file else b""
        return Handed(page_id=given["page"], link=given["link"], file_name=file.name if file else "", content=content)


class TakeForm(StepForm):
    """Taking it as a page."""

    page = forms.TypedChoiceField(
        label=_("The page it became"), coerce=int, empty_value=None,
        help_text=_("Delivered as a link or a file? Write the page first, then choose it here."),
    )  # fmt: skip
    note = words(pgettext_lazy("remark", "Note"))


class ReturnForm(StepForm):
    """Handing back."""

    note = words(_("What must be mended"), required=True)


class CancelForm(StepForm):
    """Calling off."""

    note = words(_("Why it is called off"), required=True)


class DeadlineForm(StepForm):
    """Another deadline."""

    due_at = MomentField(label=_("New deadline"), help_text=_("In Vietnam's time."))
    note = words(pgettext_lazy("remark", "Why"))


class EmbargoForm(forms.Form):
    """Until when nobody publishes the page."""

    until = MomentField(label=_("Not public before"), help_text=_("In Vietnam's time."))
    reason = forms.CharField(label=_("Why"), max_length=300, required=False)


class LiftForm(forms.Form):
    """Ending an embargo early."""

    reason = forms.CharField(
        label=_("Why it is lifted"), max_length=300, help_text=_("The reason stays on record.")
    )  # fmt: skip


class StoryFilter(forms.Form):
    """What the list of stories is narrowed to; read from the address."""

    kind = forms.ChoiceField(label=_("Kind of page"), required=False)
    unit = forms.TypedChoiceField(label=_("For which place"), coerce=int, required=False, empty_value=None)
    owner = forms.TypedChoiceField(label=_("Whose"), coerce=int, required=False, empty_value=None)
    late = forms.BooleanField(label=_("Only what is late"), required=False)

    def __init__(self, data: QueryDict, *, user: User, at: datetime) -> None:
        super().__init__(data)
        self.stage = data.get("giai-doan", "") if data.get("giai-doan", "") in Stage.values else ""
        offer(self.fields["kind"], ((one.value, str(one.label)) for one in SectionKind), none=gettext("Every kind"))
        offer(self.fields["unit"], commissions.ordering_units(user, at=at), none=gettext("Every place"))
        people = ((person.pk, str(person)) for person in stories.owners(user))
        offer(self.fields["owner"], people, none=gettext("Everybody's"))

    def wanted(self) -> stories.Wanted:
        """The same for the selector; what is not in a list counts as not asked."""
        self.is_valid()
        given = self.cleaned_data
        return stories.Wanted(
            stage=self.stage, kind=given.get("kind") or "", unit_id=given.get("unit"), owner_id=given.get("owner"),
            late=bool(given.get("late")),
        )  # fmt: skip

    def narrows(self) -> bool:
        """Whether anything but the stage is asked."""
        return any(self.cleaned_data.values())


class BundleForm(forms.Form):
    """A bundle to begin."""

    name = forms.CharField(label=_("Name of the bundle"), max_length=160)
    unit = forms.TypedChoiceField(label=_("For which place"), coerce=int)
    go_live_at = MomentField(
        label=_("Goes out at"), required=False,
        help_text=_("In Vietnam's time. Left empty, someone lets it out by the button."),
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self.fields["unit"], commissions.ordering_units(user, at=at))


class HourForm(forms.Form):
    """A bundle's hour."""

    go_live_at = MomentField(
        label=_("Goes out at"), required=False,
        help_text=_("In Vietnam's time. Left empty, someone lets it out by the button."),
    )  # fmt: skip


class AddForm(forms.Form):
    """A page for a bundle; `words` narrow which are offered."""

    page = forms.TypedChoiceField(label=pgettext_lazy("bundle", "Page"), coerce=int)

    def __init__(self, *args: Any, user: User, at: datetime, words: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_pages(self, bundles.pages_to_add(user, at=at), words, chosen=self.data.get("page"))


class AbsenceForm(forms.Form):
    """Who is away, from when to when."""

    user = forms.TypedChoiceField(label=_("Who is away"), coerce=int)
    first_on = forms.DateField(
        label=pgettext_lazy("day", "From"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    last_on = forms.DateField(
        label=_("Until and with"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def __init__(self, *args: Any, user: User, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer(self.fields["user"], ((person.pk, str(person)) for person in reviews.noted_for(user, at=at)))
