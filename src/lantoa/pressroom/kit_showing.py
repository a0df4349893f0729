"""A kit in words, for whoever releases it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from lantoa.approvals.models import Submission
from lantoa.approvals.subjects import Section, register_subject
from lantoa.kernel.models import User
from lantoa.pressroom.kit_content import KitText
from lantoa.pressroom.models import KitVersion
from lantoa.pressroom.models.kits import SUBJECT
from lantoa.pressroom.services.kits import why_not_released
from lantoa.ui.templatetags.ui import vn_datetime


def register() -> None:
    """Tell approvals how kits are read, and what holds them."""
    register_subject(SUBJECT, sections, label=gettext_lazy("Press kit"), link=link, hold=hold)


def link(subject: str) -> str | None:
    """The kit's page on the desk."""
    version = _version(subject)
    return reverse("pressroom:kit", args=[version.kit_id]) if version else None


def hold(submission_id: int, _by: User) -> str:
    """Why it cannot be released yet, by whomever."""
    version = _version(Submission.objects.values_list("subject", flat=True).get(pk=submission_id))
    return why_not_released(version) if version else _("This kit is not there any more.")


def sections(content: Mapping[str, Any]) -> Sequence[Section]:
    """Embargo first, then the words, files with their credits, films, pages and whom to call."""
    text = KitText.of(content)
    embargo = _("Until %(moment)s only registered journalists read it.") % {"moment": vn_datetime(text.embargo_at)}
    files = "\n".join(f"{one.title} · {one.credit} · {one.name}, {filesizeformat(one.size)}" for one in text.files)
    films = "\n".join(f"{one.title} · {one.credit} · {one.url}" for one in text.films)
    whom = ", ".join(filter(None, (text.contact.words, text.contact.phone, text.contact.email)))
    parts = [
        (_("Embargo"), embargo if text.embargo_at else _("None: everybody reads it at once.")),
        (_("What is put right"), text.why), (_("Title"), text.title), (pgettext("press kit", "Summary"), text.summary),
        (_("Text for newsrooms"), text.text), (_("Files, with credits"), files), (_("Films elsewhere"), films),
        (_("Our pages it refers to"), "\n".join(one.title for one in text.pages)), (_("Whom to call"), whom),
    ]  # fmt: skip
    return [Section(label=label, text=words) for label, words in parts if words]


def _version(subject: str) -> KitVersion | None:
    rows = KitVersion.objects.select_related("kit").filter(pk=int(subject.partition(":")[2]))
    found: KitVersion | None = rows.first()
    return found
