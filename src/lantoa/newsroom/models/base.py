"""What every page of ours carries."""

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any, ClassVar

from django import forms
from django.contrib.postgres.fields import ArrayField
from django.db import models, transaction
from django.db.models import OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from modelcluster.fields import ParentalManyToManyField
from wagtail import blocks
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.search import index

from lantoa.agencies import selectors as agencies
from lantoa.kernel.access import Grant, granted
from lantoa.kernel.everybody import EVERYBODYS
from lantoa.kernel.text import fold, normalise, slugify
from lantoa.newsroom import care, finding, lines
from lantoa.newsroom.enums import SPOKEN_TO, Programme
from lantoa.newsroom.models.gate import GatedPage
from lantoa.territory import selectors as territory


class CodesField(ArrayField[list[str], list[str]]):
    """A few codes of a closed list, ticked in a form."""

    def formfield(self, **kwargs: Any) -> forms.Field | None:
        """Boxes to tick."""
        return forms.TypedMultipleChoiceField(
            choices=list(self.base_field.choices or ()),
            required=not self.blank,
            label=self.verbose_name,
            help_text=self.help_text,
            widget=forms.CheckboxSelectMultiple,
            coerce=str,
        )


def codes(choices: Any, **options: Any) -> CodesField:
    """A field of codes out of this list."""
    return CodesField(models.CharField(max_length=40, choices=choices), default=list, blank=True, **options)


class Named(forms.ModelChoiceField[models.Model]):
    """A choice of units or agencies by their names of today, out of those the writer has posts over."""

    names: Mapping[int, str]

    def label_from_instance(self, obj: models.Model) -> str:
        """Its name today."""
        return self.names.get(obj.pk or 0, str(obj))


class NamedMany(forms.ModelMultipleChoiceField[models.Model]):
    """The same for several at once."""

    names: Mapping[int, str]
    label_from_instance = Named.label_from_instance


BESIDE = {
    "title": _("What readers see first, at its head and in every list: short, and true without the text."),
    "slug": _(
        "The last part of its address, in small plain letters. People share it: change it only before the page is out."
    ),
    "seo_title": _("The title as search engines show it, if it should differ. Empty: the title above."),
    "search_description": _("The two lines below it as search engines show it. Empty: the lead."),
    "go_live_at": _("The hour it goes out once it is approved. Empty: at once."),
    "expire_at": _("The hour it comes down; its address then says that its time is over. Empty: it stays."),
}
"""Our words beside the fields that every page has from Wagtail."""


class BasePageForm(WagtailAdminPageForm):
    """The editor's form: a new page starts in its parent's unit or in the writer's own, in the care of their office."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in BESIDE.keys() & self.fields.keys():
            self.fields[name].help_text = BESIDE[name]
        if "unit" in self.fields:
            units = self._my_units()
            self.fields["unit"] = named(self.fields["unit"], units, territory.names_on)
            self.fields["further_units"] = named(self.fields["further_units"], units, territory.names_on, NamedMany)
            if self.instance.unit_id is None and self.parent_page is not None:
                self._start(first_of(units, getattr(self.parent_page.specific, "unit_id", None)))
        if "owner_agency" in self.fields:
            field = self.fields["owner_agency"]
            self.fields["owner_agency"] = named(field, field.queryset, agencies.names_on)
        if (line := self.fields.get("content_line")) is not None:
            offered = lines.choices(timezone.localdate(), self.instance.content_line)
            self.fields["content_line"] = forms.ChoiceField(
                choices=offered, required=False, label=line.label, help_text=line.help_text
            )

    def clean_slug(self) -> str:
        """The short address in plain letters, as it is read aloud and shared; Khmer has none and keeps its own."""
        typed: str = self.cleaned_data["slug"]
        return slugify(typed) or typed

    def _start(self, unit_id: int | None) -> None:
        """A new page's place, the office that answers for it and the day it is read again, all there to be changed."""
        self.initial["unit"] = unit_id
        if unit_id is not None:
            given = care.first(self.instance.section, unit_id=unit_id, held=self._held(), on=timezone.localdate())
            self.initial |= {"owner_agency": given["owner_agency_id"], "review_by": given["review_by"]}

    def _held(self) -> list[Grant]:
        return granted(self.for_user, "newsroom.write") if self.for_user else []

    def _my_units(self) -> Any:
        mine = Q(pk=self.instance.unit_id) | Q(pk__in=[unit.pk for unit in self.instance.further_units.all()])
        for grant in self._held():
            mine |= Q(pk__in=grant.units)
        return self.fields["unit"].queryset.filter(mine)


def first_of(units: Any, wanted: int | None) -> int | None:
    """The wanted unit when it is among these, else the highest of them."""
    ids = set(units.values_list("pk", flat=True))
    if wanted in ids:
        return wanted
    highest = min(territory.rows_on(ids, timezone.localdate()), key=attrgetter("level", "id"), default=None)
    return highest.id if highest else None


def named(field: Any, rows: Any, names_on: Callable[..., dict[int, str]], kind: Any = Named) -> Any:
    """The same form field with its choices out of these rows, each by its name of today."""
    made = kind(queryset=rows, required=field.required, label=field.label, help_text=field.help_text)
    made.names = names_on(rows.values_list("pk", flat=True), timezone.localdate())
    return made


class BasePage(GatedPage):
    """A page with its unit, its place in the plan, whom it speaks to, who answers for it and until when."""

    lead = models.TextField(
        _("lead"), max_length=500, blank=True, help_text=_("Two short sentences: what it is, and for whom.")
    )
    unit = models.ForeignKey(
        "territory.Unit", verbose_name=pgettext_lazy("page", "unit"), on_delete=models.PROTECT, related_name="+",
        help_text=_("The place this page is about; those who hold a post there write and approve it."),
    )  # fmt: skip
    further_units = ParentalManyToManyField(
        "territory.Unit", verbose_name=_("further places it is about"), blank=True, related_name="+",
        help_text=_("Hold Ctrl to choose several. Who writes and approves goes by the unit above alone."),
    )  # fmt: skip
    owner_agency = models.ForeignKey(
        "agencies.Agency", verbose_name=_("who answers for it"), null=True, blank=True, on_delete=models.PROTECT,
        related_name="+", help_text=_("The office readers may hold to what the page says."),
    )  # fmt: skip
    content_line = models.CharField(
        _("content line of the plan"),
        max_length=40,
        blank=True,
        help_text=_("Its letter in the plan: a, b, c, d, đ, e."),
    )
    audience_groups = codes(
        [(audience.value, audience.label) for audience in SPOKEN_TO],
        verbose_name=_("whom it speaks to"),
        help_text=_("Tick those it was written for; none means everyone."),
    )
    programmes = codes(
        Programme, verbose_name=_("programmes it counts for"),
        help_text=_("Tick every programme it serves: a report counts the page once all the same."),
    )  # fmt: skip
    column = models.ForeignKey(
        "newsroom.ColumnPage", verbose_name=_("column"), null=True, blank=True, on_delete=models.SET_NULL,
        related_name="+", help_text=_("The regular column it is filed in."),
    )  # fmt: skip
    campaign = models.ForeignKey(
        "newsroom.CampaignPage", verbose_name=_("campaign"), null=True, blank=True, on_delete=models.SET_NULL,
        related_name="+", help_text=_("The campaign it belongs to."),
    )  # fmt: skip
    sources = models.CharField(
        _("sources"), max_length=500, blank=True,
        help_text=_("Where its figures come from: who counted, and when. Shown at its foot."),
    )  # fmt: skip
    review_by = models.DateField(
        _("read again by"), null=True, blank=True, help_text=_("The day someone must check that it is still true.")
    )

    section: ClassVar[str] = ""
    """The only kind of section it stands in; empty for the scaffold itself."""
    spoken: ClassVar[tuple[str, ...]] = ()
    """Plain fields that readers search for besides title, lead and text."""
    behind: ClassVar[tuple[str, ...]] = ()
    """Fields of its own that the reviewer reads beside the page, not in it."""

    base_form_class = BasePageForm
    search_fields: ClassVar[list[Any]] = [
        *GatedPage.search_fields,
        index.SearchField("plain"),
        index.AutocompleteField("plain_title"),
        index.FilterField("unit"),
    ]
    content_panels: ClassVar[list[Any]] = [*GatedPage.content_panels, FieldPanel("lead")]
    promote_panels: ClassVar[list[Any]] = [
        MultiFieldPanel(
            [
                FieldPanel(name)
                for name in ("unit", "further_units", "owner_agency", "review_by", "content_line", "sources")
            ],
            heading=_("Place and care"),
        ),
        MultiFieldPanel([FieldPanel("column"), FieldPanel("campaign")], heading=_("Filed in")),
        MultiFieldPanel([FieldPanel("audience_groups"), FieldPanel("programmes")], heading=_("For whom")),
        MultiFieldPanel(
            [FieldPanel(name) for name in ("slug", "seo_title", "search_description")],
            heading=_("Its address, and how search engines show it"),
        ),
    ]

    class Meta:
        abstract = True

    def clean(self) -> None:
        """Keep titles and leads in one Unicode form, whatever keyboard typed them."""
        super().clean()
        self.title: str = normalise(self.title)
        self.lead = normalise(self.lead)

    @transaction.atomic
    def publish(self, *args: Any, **kwargs: Any) -> Any:
        """Through the gate, and in the same transaction into what can be found."""
        outcome = super().publish(*args, **kwargs)
        finding.show(type(self).objects.filter(pk=self.pk))
        return outcome

    @classmethod
    def further_places(cls) -> QuerySet[Any]:
        """Inside a query for pages: the rows that name the further places of each, by `unit_id`."""
        field = cls._meta.get_field("further_units")
        return field.remote_field.through.objects.filter(**{field.m2m_field_name(): OuterRef("pk")})  # type: ignore[no-any-return]

    def plain(self) -> str:
        """Everything a reader would search for, folded: "giam ngheo" finds "giảm nghèo", "d" finds "đ"."""
        return fold(self.as_written())

    def as_written(self) -> str:
        """Everything a reader reads, as written."""
        return f"{self.title} {self.lead} {self.all_words()}"

    def plain_title(self) -> str:
        """The title, folded, for suggestions while typing."""
        return fold(self.title)

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """A published page is the same for everybody, unless it or a page above it is shut."""
        response = super().serve(request, *args, **kwargs)
        if not getattr(request, "is_preview", False) and not self.get_view_restrictions():
            patch_cache_control(response, **EVERYBODYS)
        return response

    @classmethod
    def can_exist_under(cls, parent: Page) -> bool:
        """A section takes only pages of its own kind, however they come into it: made, moved or copied."""
        fits = bool(super().can_exist_under(parent))
        return fits and (not cls.section or getattr(parent.specific, "kind", "") == cls.section)

    def all_words(self) -> str:
        """The words of the page besides its title and lead, as written."""
        said = [str(getattr(self, name) or "") for name in self.spoken]
        return (
            " ".join(said)
            + " "
            + " ".join(
                piece
                for field in self._meta.get_fields()
                if isinstance(field, StreamField | RichTextField)
                for piece in field.get_searchable_content(field.value_from_object(self))
            )
        )


def tabs(content: list[Any]) -> TabbedInterface:
    """The editor's two tabs: what is read, and where it belongs."""
    return TabbedInterface(
        [
            ObjectList(content, heading=_("Content")),
            ObjectList(BasePage.promote_panels, heading=_("Place, audience, address")),
            ObjectList(BasePage.settings_panels, heading=_("Schedule")),
        ]
    )


def items(name: str, block: blocks.Block, label: Any, **options: Any) -> StreamField:
    """A list of one kind of piece."""
    return StreamField([(name, block)], verbose_name=label, blank=True, **options)
