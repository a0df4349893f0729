"""Pictures: the people in them agreed, and those who cannot see them are told what they show."""

import re
from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lantoa.kernel.text import fold
from lantoa.newsroom.checks.draft import Draft, Piece, of_picture
from lantoa.newsroom.checks.registry import Check, Finding, register
from lantoa.newsroom.enums import Severity
from lantoa.newsroom.models import VideoPage

FILE_NAME = re.compile(
    r"(?i)\.(?:jpe?g|png|gif|webp|avif|heic|bmp)\s*$|^(?:img|dsc|dscf|pxl|screenshot|zalo|image)[\s_-]?\d|^[\d\s_-]+$"
)
GENERIC = frozenset(
    {"anh", "hinh", "hinh anh", "anh minh hoa", "hinh minh hoa", "anh bia", "anh dai dien", "anh chup", "image",
     "photo", "picture", "tu lieu", "anh tu lieu", "logo", "banner", "khong co", "anh 1", "hinh 1"}
)  # fmt: skip


@register
class FacesAgreed(Check):
    """People who can be recognised agreed, and that is on record."""

    code = "consent"
    label = gettext_lazy("Faces with consent")
    severity = Severity.STOP

    def look(self, draft: Draft) -> Iterator[Finding]:
        """Pictures and films of our own with people without their consent, those of which nobody said whether there are
        any, and pictures given for another story."""
        for image in draft.images:
            if why := image.why_not_on(draft.page):
                yield self.found(
                    of_picture(image.title), "", why=why,
                    remedy=_("Say at the picture whether people can be recognised, and if so who agreed, when and by "
                             "which paper; or use another picture."),
                )  # fmt: skip
        if isinstance(draft.page, VideoPage) and (why := draft.page.why_hidden()):
            yield self.found(
                Piece("file", "video", _("The video"), ""), "", why=why,
                remedy=_("Say beside the film whether people can be recognised, and if so who agreed, when and by "
                         "which paper; or use another film."),
            )  # fmt: skip


@register
class AltTextSays(Check):
    """Alt text tells what the picture shows."""

    code = "alt"
    label = gettext_lazy("Alt text that says something")

    def look(self, draft: Draft) -> Iterator[Finding]:
        """Alt texts that are a file's name or a word for "picture"."""
        for image in draft.images:
            said = fold(image.description).strip(" .!:-")
            if FILE_NAME.search(image.description) or said in GENERIC or len(said) < 4:
                yield self.found(
                    of_picture(image.title), image.description,
                    why=_("Those who cannot see the picture learn nothing."),
                    remedy=_("Say in one sentence who or what is seen, and doing what."),
                )  # fmt: skip
