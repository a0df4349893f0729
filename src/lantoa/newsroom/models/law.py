"""The legal library: texts, what each does to older ones, and whether one binds on a day.

The chain is kept at the newer text, which says what it amends or replaces; the older one shows it without being
touched. Only published texts count. Once replaced, a text stays replaced, whatever becomes of its replacement.
What binds is a matter of the text, not of its language: of a text in several languages the original's days and acts
count, for all of them.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Orderable
from wagtail.models import PageManager as Manager
from wagtail.query import PageQuerySet
from wagtail.search import index

from lantoa.kernel import prepared
from lantoa.kernel.text import fold, normalise
from lantoa.newsroom.blocks import STORY
from lantoa.newsroom.enums import ChangeKind, LegalKind, SectionKind, Standing
from lantoa.newsroom.models.base import BasePage, tabs
from lantoa.newsroom.models.readable import ReadingPage, document


class LegalTexts(PageQuerySet):
    """Legal texts, with where each stands on a day."""

    def numbered(self, numbers: Iterable[str]) -> "LegalTexts":
        """Those of these folded numbers; of one number the one that counts, issued last, comes last."""
        wanted = Q(pk__in=[])
        for number in numbers:
            wanted |= Q(folded__startswith=f"{number} ")
        found: LegalTexts = self.filter(wanted).order_by("issued_on", "-pk")
        return found

    def standing_on(self, on: date) -> "LegalTexts":
        """With `standing` as of that day."""
        found: LegalTexts = self.annotate(standing=_on_that_day("standing", on, models.CharField()))
        return found

    def with_days(self, on: date) -> "LegalTexts":
        """With `standing`, `starts` and `ends` (the last day, moved by those who amend it) as of that day."""
        days = {name: _on_that_day("life", on, models.DateField(), part=name) for name in ("starts", "ends")}
        found: LegalTexts = self.standing_on(on).annotate(**days)
        return found

    def in_force(self, on: date) -> "LegalTexts":
        """Those that bind on that day, amended or not."""
        found: LegalTexts = self.filter(_on_that_day("binds", on, models.BooleanField()))
        return found


def _on_that_day(what: str, on: date, kind: models.Field[Any, Any], *, part: str = "") -> Func:
    """What the database's own function says of a text."""
    template = f"(%(function)s(%(expressions)s)).{part}" if part else Func.template
    day = Value(on, models.DateField())
    return Func("translation_key", day, function=f"newsroom_law_{what}", template=template, output_field=kind)


def cited(kind: str, number: str) -> str:
    """A legal text as people cite it."""
    return f"{LegalKind(kind).label} {number}"


class LegalTextPage(ReadingPage):
    """A text of law or administration with its life: issued, in force, amended, ended."""

    kind = models.CharField(_("kind of text"), max_length=20, choices=LegalKind, help_text=_("What its head calls it."))
    number = models.CharField(
        pgettext_lazy("document", "number"),
        max_length=80,
        help_text=_("As printed on the text, marks and slashes included."),
    )
    issuer = models.CharField(_("issued by"), max_length=200, help_text=_("The body whose name stands on it, in full."))
    issued_on = models.DateField(_("date of issue"), help_text=_("The day printed on the text."))
    effective_on = models.DateField(
        _("in force from"),
        null=True,
        blank=True,
        help_text=_("Leave empty when not known: it then counts from the day of issue."),
    )
    ends_on = models.DateField(
        _("last day in force"), null=True, blank=True,
        help_text=_("As the text itself says. When a later text moves it, say so at the later text."),
    )  # fmt: skip
    abstract = models.TextField(
        _("abstract"), max_length=1000, blank=True, help_text=_("The line under the title of the text, word for word.")
    )
    file = document(_("file"), _("The signed text as PDF, with words that can be selected."))
    source_url = models.URLField(
        _("where it is published"), blank=True, help_text=_("Its address in the official database of legal texts.")
    )
    body = StreamField(
        STORY, verbose_name=_("in plain words"), blank=True,
        help_text=_("What it changes for people, in their words. The text itself is the file."),
    )  # fmt: skip
    folded = models.TextField(editable=False, default="")

    objects = Manager.from_queryset(LegalTexts)()

    section = SectionKind.LAWS
    template = "newsroom/legal_text_page.html"
    content_template = "newsroom/legal_text_content.html"
    counted = False
    icon = "document"
    spoken = ("number", "issuer", "abstract")
    behind = ("source_url",)
    search_fields: ClassVar[list[Any]] = [*BasePage.search_fields, index.FilterField("kind")]
    edit_handler = tabs([
        *BasePage.content_panels,
        MultiFieldPanel([
            FieldRowPanel([FieldPanel("kind"), FieldPanel("number")]),
            FieldPanel("issuer"),
            FieldRowPanel([FieldPanel("issued_on"), FieldPanel("effective_on"), FieldPanel("ends_on")]),
            FieldPanel("abstract"),
        ], heading=_("The text")),
        InlinePanel("changes", heading=_("What it changes"), label=_("Older text")),
        MultiFieldPanel([FieldPanel("file"), FieldPanel("source_url")], heading=_("Where to read it")),
        FieldPanel("body"),
    ])  # fmt: skip

    class Meta:
        verbose_name = _("legal text")
        verbose_name_plural = _("legal texts")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=Coalesce("effective_on", "issued_on")),
                name="legal_text_ends_after_it_begins",
                violation_error_message=_("The last day lies before the first. Check both days."),
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["-issued_on"], name="legal_text_by_day")]

    def clean(self) -> None:
        """Keep number, issuer and abstract in one form, and all of it folded for the library's search."""
        super().clean()
        self.number = " ".join(normalise(self.number).split())
        self.issuer, self.abstract = normalise(self.issuer), normalise(self.abstract)
        self.folded = fold(f"{self.number} {self.title} {self.abstract} {self.issuer} {self.lead}")

    @property
    def named(self) -> str:
        """How people cite it: "Nghị định 07/2021/NĐ-CP"."""
        return cited(self.kind, self.number)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """With where it stands today and what was done to it since."""
        [(standing,)] = prepared.rows(_stands, timezone.localdate(), told=(self.pk,))
        context = super().get_context(request, *args, **kwargs)
        return {**context, "today": Standing(standing), "changed_by": self.changed_by()}

    def see_also(self) -> list[Any]:
        """Nothing: texts issued about the same day have little to do with each other."""
        return []

    def changed_by(self) -> list[tuple["LegalChange", "LegalTextPage"]]:
        """What published texts do to this one, oldest first, each with its text."""
        acts = prepared.objects(_acts_on, told=(self.pk,))
        done = sorted(acts, key=lambda act: (act.begins, act.pk))
        return list(zip(done, self._in_its_language([act.page for act in done]), strict=True))

    def changing(self) -> list[tuple["LegalChange", "LegalTextPage"]]:
        """What it does to older published texts, each with that text; in a draft, what the draft says."""
        if self._state.adding:
            acts = list(self.changes.all())
            older = LegalTextPage.objects.live().in_bulk([act.target_id for act in acts])
            done = [(act, older[act.target_id]) for act in acts if act.target_id in older]
        else:
            done = [(act, act.target) for act in prepared.objects(_acts_of, told=(self.pk,))]
        texts = self._in_its_language([text for _act, text in done])
        return [(act, text) for (act, _text), text in zip(done, texts, strict=True)]

    def _in_its_language(self, texts: list["LegalTextPage"]) -> list["LegalTextPage"]:
        """Each of these texts in the language of this one, where it is published in that."""
        foreign = [text.translation_key for text in texts if text.locale_id != self.locale_id]
        if not foreign:
            return texts
        spoken = LegalTextPage.objects.live().filter(locale=self.locale_id, translation_key__in=foreign)
        found = {text.translation_key: text for text in spoken}
        return [found.get(text.translation_key, text) for text in texts]


def _stands(on: date, pk: int) -> Any:
    return LegalTextPage.objects.filter(pk=pk).standing_on(on).values_list("standing")


def _in_all_languages(pk: int) -> Any:
    same = LegalTextPage.objects.filter(pk=pk).values("translation_key")[:1]
    return LegalTextPage.objects.filter(translation_key=same)


def _acts_on(pk: int) -> Any:
    return LegalChange.objects.counting().filter(target__in=_in_all_languages(pk).values("pk")).select_related("page")


def _acts_of(pk: int) -> Any:
    first = _in_all_languages(pk).order_by("pk").values("pk")[:1]
    rows = LegalChange.objects.filter(page__in=first, target__live=True)
    return rows.select_related("target").order_by("sort_order")


class LegalChanges(models.QuerySet["LegalChange"]):
    """What legal texts do to older ones."""

    def counting(self) -> Self:
        """What published texts say in the language they were first written in; translations repeat it."""
        before = LegalTextPage.objects.filter(
            translation_key=OuterRef("page__translation_key"), pk__lt=OuterRef("page_id")
        )
        return self.filter(~Exists(before), page__live=True)


class LegalChange(Orderable):
    """What one legal text does to an older one, from which day."""

    page = ParentalKey(LegalTextPage, on_delete=models.CASCADE, related_name="changes")
    kind = models.CharField(
        _("does what"), max_length=20, choices=ChangeKind, help_text=_("Replaces: the older text binds no more.")
    )
    target = models.ForeignKey(
        LegalTextPage, verbose_name=_("older text"), on_delete=models.CASCADE, related_name="+",
        help_text=_("The text that is amended or replaced; it must stand in the library."),
    )  # fmt: skip
    since = models.DateField(
        _("from"), null=True, blank=True, help_text=_("Leave empty when it does so from the day it is in force.")
    )
    moves_end_to = models.DateField(
        _("moves its last day to"), null=True, blank=True, help_text=_("Only when it keeps the older text longer or "
                                                                      "ends it sooner.")
    )  # fmt: skip
    note = models.CharField(
        _("which part"), max_length=200, blank=True, help_text=_("Articles and clauses concerned, or nothing for all.")
    )

    objects: ClassVar[Any] = LegalChanges.as_manager()

    panels: ClassVar = [
        FieldRowPanel([FieldPanel("kind"), FieldPanel("target")]),
        FieldRowPanel([FieldPanel("since"), FieldPanel("moves_end_to")]),
        FieldPanel("note"),
    ]

    class Meta(Orderable.Meta):
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["page", "target", "kind"], name="legal_change_once"),
            models.CheckConstraint(condition=~Q(page=F("target")), name="legal_change_of_another"),
            models.CheckConstraint(
                condition=Q(moves_end_to=None) | Q(kind=ChangeKind.AMENDS), name="legal_change_moves_what_it_amends"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.page_id} {self.kind} {self.target_id}"

    @property
    def begins(self) -> date:
        """The day it takes effect."""
        return self.since or self.page.effective_on or self.page.issued_on

    def clean(self) -> None:
        """No text changes itself; a replaced text has no other last day than the one before."""
        if self.target_id and self.page_id and self.target.translation_key == self.page.translation_key:
            raise ValidationError({"target": _("A text does not change itself. Choose the older text.")})
        if self.moves_end_to and self.kind == ChangeKind.REPLACES:
            raise ValidationError({"moves_end_to": _("A replaced text ends by itself. Leave this day empty.")})
