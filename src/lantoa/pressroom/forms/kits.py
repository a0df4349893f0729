"""What staff fill in for a kit."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator, URLValidator
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from wagtail.models import Page

from lantoa.agencies import selectors as agencies
from lantoa.agencies.models import Post
from lantoa.kernel.access import Person, granted
from lantoa.kernel.clock import today
from lantoa.kernel.enums import Role
from lantoa.newsroom.library import document_given, documents_out, edit_url, newest, thumb_of, why_not_given
from lantoa.newsroom.models import NewsImage
from lantoa.pressroom.forms.clippings import UnitForm
from lantoa.pressroom.kit_content import Enclosed, Film, KitText, Whom
from lantoa.pressroom.models import KitVersion
from lantoa.pressroom.rules import WRITE_KITS
from lantoa.pressroom.selectors import page_at
from lantoa.pressroom.services.kits import pages_named, why_not_upon

CALLED = (Role.LEADER, Role.EDITOR, Role.REVIEWER, Role.REPORTER, Role.CASE_OFFICER)
"""Holders of which posts newsrooms may be sent to."""
SHOWN, MOST_LINKS, DOCUMENTS = 12, 20, 60
PARTS = {"title": "title", "summary": "summary", "text": "text", "embargo_at": "embargo_at", "post": "contact",
         "pages": "pages", "films": "films", "files": "files"}  # fmt: skip
"""The form's fields and the part of a kit each of them writes."""


def posts_of(user: Person) -> list[tuple[int, str]]:
    """The posts of the person's units that may be named as contact, in words as they are printed."""
    day = today()
    found: dict[int, Post] = {}
    for grant in granted(user, WRITE_KITS):
        found |= {post.pk: post for post in agencies.posts_in(grant.units, CALLED, day)}
    homes = agencies.names_on({post.agency_id for post in found.values()}, day)
    words = {
        pk: f"{post.user}, {post.title or post.get_role_display()}, {homes.get(post.agency_id, '')}"
        for pk, post in found.items()
    }
    return list(words.items())


class MomentField(forms.DateTimeField):
    """A day and an hour of Vietnam."""

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class KitForm(UnitForm):
    """The words of a kit, new or upon its newest version. What a colleague kept meanwhile is not written over."""

    right = WRITE_KITS

    upon = forms.IntegerField(widget=forms.HiddenInput, required=False)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    summary = forms.CharField(
        label=pgettext_lazy("press kit", "Summary"), max_length=600, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Two or three sentences: who, what, where, when."),
    )  # fmt: skip
    text = forms.CharField(
        label=gettext_lazy("Text for newsrooms"), max_length=30_000, widget=forms.Textarea(attrs={"rows": 14}),
        help_text=gettext_lazy("As it may be printed. An empty line begins a paragraph."),
    )  # fmt: skip
    embargo_at = MomentField(
        label=gettext_lazy("Embargo until"), required=False,
        help_text=gettext_lazy("Until then only registered journalists read it. Leave it empty: everybody at once."),
    )  # fmt: skip
    post = forms.TypedChoiceField(label=gettext_lazy("Whom newsrooms call"), coerce=int)
    phone = forms.CharField(
        label=gettext_lazy("Their office phone"), max_length=40, required=False,
        validators=[RegexValidator(r"^[0-9+(). -]{6,40}$",
                                   gettext_lazy("Write a phone number, in digits: 0290 383 1234."))],
    )  # fmt: skip
    email = forms.EmailField(label=gettext_lazy("Their office e-mail"), max_length=254, required=False)
    pages = forms.CharField(
        label=gettext_lazy("Our pages it refers to"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Published pages; one address a line."),
    )  # fmt: skip
    films = forms.CharField(
        label=gettext_lazy("Films elsewhere"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One a line: address | what it shows | whose it is."),
    )  # fmt: skip

    def __init__(self, *args: Any, user: Person, version: KitVersion | None = None, corrects: bool = False,
                 **kwargs: Any) -> None:  # fmt: skip
        kept = KitText.read(version.content) if version else None
        if version is not None and kept is not None:
            kwargs["initial"] = typed_of(kept) | {"upon": version.number}
        super().__init__(*args, user=user, **kwargs)
        self.kept, self.version = kept, version
        posts = posts_of(user)
        whom = kept.contact if kept else Whom()
        if whom.post and whom.post not in dict(posts):
            posts.insert(0, (whom.post, whom.words))
        self.words_of_post = dict(posts)
        self.fields["post"].choices = posts  # type: ignore[attr-defined]
        if kept is not None:
            del self.fields["unit_id"]
        if kept is not None and kept.files:
            self.fields["files"] = files_field(kept.files)
        if corrects:
            self.fields["why"] = why_field()

    def clean_pages(self) -> list[int]:
        """The pages at these addresses, published."""
        found = []
        for line in filter(None, (one.strip() for one in self.cleaned_data["pages"].splitlines())):
            if (page := page_at(line)) is None:
                words = {"address": line[:120]}
                raise ValidationError(_("No published page of ours stands at “%(address)s”.") % words)
            found.append(page)
        _few(found)
        return found

    def clean_films(self) -> list[Film]:
        """Each film with its three parts."""
        lines = [one.strip() for one in self.cleaned_data["films"].splitlines() if one.strip()]
        _few(lines)
        return [_film(line) for line in lines]

    def clean(self) -> dict[str, Any]:
        """Whoever may be called can be reached; and it is written upon the newest version."""
        cleaned = super().clean() or {}
        if not cleaned.get("phone") and not cleaned.get("email") and not {"phone", "email"} & self.errors.keys():
            self.add_error("phone", _("Write a phone number or an e-mail, so that journalists can reach them."))
        if self.version is not None and (reason := why_not_upon(self.version, cleaned.get("upon"))):
            opened = KitVersion.objects.filter(kit=self.version.kit_id, number=cleaned.get("upon") or 0).first()
            before = KitText.read(opened.content) if opened else KitText(title="", summary="", text="")
            self.add_error(None, [reason, *self._changed_since(before)])
            self._go_on_upon(self.version, before)
        return cleaned

    def _changed_since(self, before: KitText) -> list[str]:
        """What the colleague changed, by the names of the form's own fields."""
        parts = [name for name, part in PARTS.items() if getattr(before, part) != getattr(self.kept, part)]
        labels = [str(self.fields[name].label) for name in parts if name in self.fields]
        return [_("Changed meanwhile: %(fields)s.") % {"fields": ", ".join(labels)}] if labels else []

    def _go_on_upon(self, newest: KitVersion, before: KitText) -> None:
        """Whoever sends it again has read that there is a newer version: it counts as seen, its new files ticked."""
        known = {one.id for one in before.files}
        came = [str(one.id) for one in self.kept.files if one.id not in known] if self.kept else []
        self.errors.pop("files", None)
        self.data = typed = cast("QueryDict", self.data).copy()
        typed["upon"] = str(newest.number)
        typed.setlist("files", [*typed.getlist("files"), *came])

    def told(self) -> KitText:
        """What the version says: what was typed, and of the files those that stay ticked."""
        said = self.cleaned_data
        stay = set(said.get("files", ()))
        files = [one for one in self.kept.files if one.id in stay] if self.kept else []
        whom = Whom(post=said["post"], words=self.words_of_post[said["post"]], phone=said["phone"].strip(),
                    email=said["email"].strip())  # fmt: skip
        return KitText(
            title=said["title"].strip(), summary=said["summary"].strip(), text=said["text"].strip(), contact=whom,
            pages=pages_named(said["pages"]), files=files, films=said["films"], embargo_at=said["embargo_at"],
            why=said.get("why", "").strip(),
        )  # fmt: skip


def _few(lines: Sequence[object]) -> None:
    if len(lines) > MOST_LINKS:
        words = {"n": MOST_LINKS, "more": len(lines) - MOST_LINKS}
        raise ValidationError(_("%(n)s lines are the most. Take %(more)s away.") % words)


def _film(line: str) -> Film:
    url, title, credit = (part.strip() for part in [*line.split("|"), "", ""][:3])
    try:
        URLValidator(schemes=["https"])(url)
    except ValidationError as wrong:
        words = {"line": line[:120]}
        raise ValidationError(_("“%(line)s” does not begin with an address: https://…") % words) from wrong
    if not title or not credit:
        raise ValidationError(_("“%(line)s” wants three parts: address | what it shows | whose it is.")
                              % {"line": line[:120]})  # fmt: skip
    return Film(url=url, title=title[:200], credit=credit[:160])


def files_field(files: Sequence[Enclosed]) -> forms.Field:
    """Which files stay."""
    return forms.TypedMultipleChoiceField(
        label=_("Files"), coerce=int, required=False, initial=[one.id for one in files],
        choices=[(one.id, f"{one.title} ({one.name})") for one in files], widget=forms.CheckboxSelectMultiple,
        help_text=_("Take the tick away to leave one out. The first picture stands at the head."),
    )  # fmt: skip


def why_field() -> forms.Field:
    """What is put right, of a kit that is out."""
    return forms.CharField(
        label=_("What is put right"), max_length=300,
        help_text=_("Everybody reads it beside the kit: what was wrong, what holds now."),
    )  # fmt: skip


def typed_of(text: KitText) -> dict[str, Any]:
    """What the form shows of a version; pages by their addresses. One query."""
    pages = [page.get_url() or "" for page in Page.objects.filter(pk__in=[one.id for one in text.pages])]
    return {
        "title": text.title, "summary": text.summary, "text": text.text, "embargo_at": text.embargo_at,
        "post": text.contact.post, "phone": text.contact.phone, "email": text.contact.email,
        "pages": "\n".join(pages),
        "films": "\n".join(f"{one.url} | {one.title} | {one.credit}" for one in text.films),
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Pick:
    """A picture to choose: small version, what forbids it and where that is mended."""

    image: NewsImage
    thumb: str
    fault: str
    edit: str


class DocumentForm(forms.Form):
    """A document for the kit: a file, or one of the library that a published page shows already."""

    file = forms.FileField(label=gettext_lazy("File"), required=False, help_text=gettext_lazy(
        "PDF, Word, Excel, PowerPoint, OpenDocument, ZIP, MP3, M4A or MP4; at most 25 MB."))  # fmt: skip
    library = forms.TypedChoiceField(
        label=gettext_lazy("Or a document of the library"), required=False, coerce=int, empty_value=None,
        help_text=gettext_lazy("Those that our published pages show; the newest first."),
    )  # fmt: skip
    title = forms.CharField(
        label=gettext_lazy("Name of the document"), max_length=255, required=False,
        help_text=gettext_lazy("Leave it empty for the name it has in the library."),
    )  # fmt: skip
    credit = forms.CharField(label=gettext_lazy("Whose it is"), max_length=160)

    def __init__(self, *args: Any, corrects: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.held = {one.pk: one for one in documents_out(limit=DOCUMENTS)}
        named = [(pk, f"{one.title} ({one.filename})") for pk, one in self.held.items()]
        self.fields["library"].choices = [("", "—"), *named]  # type: ignore[attr-defined]
        if corrects:
            self.fields["why"] = why_field()

    def clean(self) -> dict[str, Any]:
        """One of the two; a file has a name."""
        cleaned = super().clean() or {}
        file, library = cleaned.get("file"), cleaned.get("library")
        if bool(file) == bool(library) and not self.errors.keys() & {"file", "library"}:
            self.add_error("file", _("Choose a file, or a document of the library: one of the two."))
        if file and not cleaned.get("title", "").strip() and "title" not in self.errors:
            self.add_error("title", _("Write what the document is called."))
        return cleaned

    @property
    def chosen(self) -> str:
        """The field it was chosen in."""
        return "library" if self.cleaned_data.get("library") else "file"

    def told(self) -> dict[str, Any]:
        """The document as the kit takes it: bytes, name, words; raises NotGivenError."""
        said = dict(self.cleaned_data)
        file, library = said.pop("file"), said.pop("library")
        if not library:
            return said | {"content": file.read(), "filename": file.name}
        held = self.held[library]
        title = said["title"].strip() or held.title
        return said | {"title": title, "content": document_given(held), "filename": held.filename}


class PictureForm(forms.Form):
    """Pictures of the library for the kit."""

    pictures = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Pictures"), coerce=int,
        error_messages={"required": gettext_lazy("Tick the pictures that go into the kit.")},
    )  # fmt: skip

    def __init__(self, *args: Any, corrects: bool, query: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.query = query
        self.fields["pictures"].choices = [  # type: ignore[attr-defined]
            (one.image.pk, one.image.title) for one in self.picks if not one.fault
        ]
        if corrects:
            self.fields["why"] = why_field()

    @cached_property
    def picks(self) -> list[Pick]:
        """The newest of the library that the query finds."""
        found = newest(self.query, limit=SHOWN)
        return [Pick(one, thumb_of(one), why_not_given(one), edit_url(one)) for one in found]
