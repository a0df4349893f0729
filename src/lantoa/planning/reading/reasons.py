"""Why a finding is believed as much as it is, in words for the person who confirms it."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

REASONS: dict[str, Promise] = {
    "number": _("number and sign after “Số:”"),
    "number left blank": _("the number is left blank in the text"),
    "date": _("place and date line"),
    "date blank": _("the date is left blank in the text"),
    "letterhead": _("last body named in the letterhead"),
    "letterhead unusual": _("the letterhead is unusual"),
    "capitals": _("capitals after the kind of text"),
    "basis follows": _("between the kind of text and its legal basis"),
    "no legal basis follows": _("no legal basis follows it, so its end is a guess"),
    "under its own heading": _("stands under its own heading"),
    "from the title": _("taken from the title"),
    "kind, number": _("kind and number are written out"),
    "kind from the symbol": _("the kind is read from the sign"),
    "kind from the text before": _("the kind is that of the text cited before it"),
    "kind unknown": _("the kind is not written"),
    "named, no number": _("named, but no number is given"),
    "law by name": _("a law cited by its name"),
    "no such day": _("the date written does not exist"),
    "item of the list": _("an item of the list"),
    "heading shared": _("its heading covers several lists"),
    "split from a sentence": _("split from a longer sentence"),
    "known group": _("a known group"),
    "group not known": _("not among the known groups"),
    "heading names a body": _("the heading names a body"),
    "heading may name a body": _("the heading may name a body"),
    "no task found": _("no task found under it"),
    "sentence opens with a body": _("the sentence opens with a body"),
    "row of a table": _("a row of a table"),
    "paragraph": _("a paragraph of its own"),
    "sentence of a paragraph": _("a sentence of a paragraph"),
    "clause": _("part of a sentence"),
    "recipients": _("list of recipients"),
    "signature": _("signature block"),
    "closing": _("closing paragraph"),
    "added": _("added by hand"),
}


def in_words(reason: str) -> str:
    """The words for a reason; an unknown one as it is."""
    return str(REASONS.get(reason, reason))
