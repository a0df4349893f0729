"""What the gateway's words mean: result 0 comes with words and no code.

Source: tables of these words, alike in five callers in public code, each with the provider's explanation in Vietnamese;
no document of the provider's own was found. Words no line here explains go through `sms.unexplained`, and so does a
brand name that is refused for a network: where it is declared for others, it is the message, and else the account.
"""

from django.utils.translation import gettext_noop as _

from lantoa.channels.contract import AccountProblem, Rejected, Retry, SendProblem, explain

DEAD_ADDRESS = ("CHECK RECEIVERID: FORMAT_ERROR", "LENGTH OF RECEIVERID IS INVALID")
REFUSED = {
    "CONTENT_NOT_MATCH_TEMPLATE": _("the text does not match a registered template"),
    "MSG_ERROR_CONTAIN_BLACKLIST": _("the text holds a word that the gateway does not carry"),
    "MAXLENGTH_LIMIT": _("the text is too long for the gateway"),
    "CHECK CONTENT: NULL_OR_BLANK": _("the text is empty"),
    "DUPLICATE MESSAGE": _("the gateway has had the same text for this number already"),
    "UNABLE TO CHECK TELCO": _("the gateway does not know whose network the number is in"),
}
ACCOUNT = {
    "IP_INVALID": _("our address is not on the gateway's list"),
    "CP_CODE": _("the partner code (CPCode) is wrong or missing"),
    "AUTHENTICATE": _("the user name or password is wrong or missing"),
    "CHECK COMMANDCODE": _("the gateway refuses the account"),
}
LATER = "CHECK INFORMATION ERROR"
"""A fault of the gateway's own."""


def meaning(words: str, *, code: str, shown: str) -> SendProblem | None:
    """Return what a refusal means; None where no table tells. `shown`: the words as they may stand in a reason."""
    said = words.upper()
    if any(known in said for known in DEAD_ADDRESS):
        return Rejected(explain(_("the number is not a phone number"), code=code), suppress=True)
    for known, reason in REFUSED.items():
        if known in said:
            return Rejected(explain(reason, code=code))
    for known, reason in ACCOUNT.items():
        if known in said:
            return AccountProblem(explain(reason, code=code, detail=shown))
    if LATER in said:
        return Retry(explain(_("the gateway has a fault of its own"), code=code))
    return None
