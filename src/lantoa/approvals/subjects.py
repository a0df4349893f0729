"""What kinds of things are put up for approval, and how each shows its content to the reader who decides.

A room registers its kind once, in its `AppConfig.ready` or `rules.py`:

    register_subject("outreach.message", label=_("Message"), render=sections_of_message, link=address_of_message)
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.safestring import SafeString

from lantoa.approvals.content import leaves


@dataclass(frozen=True, slots=True)
class Section:
    """One form of the content as its reader will get it: the SMS, the e-mail, the page's introduction.

    `text` is shown with its line breaks; `html`, when given, is shown instead and must be safe already. `icon` names a
    symbol of the ui room; `meta` is one short line under the form ("2 messages, 131 characters").
    """

    label: str | Promise
    text: str = ""
    language: str = "vi"
    html: SafeString | None = None
    meta: str = ""
    icon: str = "document"


type Renderer = Callable[[Mapping[str, Any]], Sequence[Section]]
type Link = Callable[[str], str | None]
type Hold = Callable[[int], str]
type Beside = Callable[[int], Sequence[Section]]


@dataclass(frozen=True, slots=True)
class SubjectKind:
    """A kind of thing that is put up for approval."""

    prefix: str
    label: str | Promise
    render: Renderer
    link: Link
    hold: Hold = lambda _submission_id: ""
    beside: Beside = lambda _submission_id: ()


_kinds: dict[str, SubjectKind] = {}


def register_subject(
    prefix: str, renderer: Renderer, *, label: str | Promise = "", link: Link = lambda _subject: None,
    hold: Hold = lambda _submission_id: "", beside: Beside = lambda _submission_id: (),
) -> None:  # fmt: skip
    """Name the renderer of subjects `prefix:pk`; `link(subject)` is where the thing itself can be opened.

    `hold(submission id)` is the sentence that says why it cannot be approved yet, empty when it can; `beside` is what
    the reader should know besides the content.
    """
    _kinds[prefix] = SubjectKind(prefix, label or prefix, renderer, link, hold, beside)


def kind_of(subject: str) -> SubjectKind:
    """The kind of a subject; an unregistered one shows each of its texts plainly."""
    prefix = subject.partition(":")[0]
    return _kinds.get(prefix) or SubjectKind(prefix, prefix, plain_sections, lambda _subject: None)


def plain_sections(content: Mapping[str, Any]) -> Sequence[Section]:
    """Every text of the content under its path."""
    return [Section(label=path, text=text) for path, text in leaves(content)]
