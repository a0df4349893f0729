"""Closed lists of the newsroom."""

from typing import Final

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lantoa.kernel.enums import Audience


class SectionKind(models.TextChoices):
    """What a section gathers; templates and lists go by it."""

    POLICIES = "policies", _("Policies")
    ARTICLES = "articles", _("Articles")
    LAWS = "laws", _("Legal texts")
    ROLE_MODELS = "role_models", _("Role models")
    INITIATIVES = "initiatives", _("Models and initiatives")
    REPORTAGE = "reportage", _("Reportage")
    PHOTOS = "photos", _("Photo stories")
    VIDEOS = "videos", _("Videos")
    AUDIO = "audio", _("To listen to")
    EVENTS = "events", _("Events")
    QUESTIONS = "questions", _("Frequent questions")
    GUIDES = "guides", _("Step by step")
    CAMPAIGNS = "campaigns", _("Campaigns")
    COLUMNS = "columns", pgettext_lazy("section", "Columns")
    SPECIALS = "specials", _("Special pages")
    INSTITUTIONS = "institutions", _("Directory of offices")


class EventKind(models.TextChoices):
    """What people come together for, as the plan names it; no kind needs a page type of its own."""

    DIALOGUE = "dialogue", _("Dialogue")
    SESSION = "session", _("Communication session")
    TRAINING = "training", _("Training")
    CONFERENCE = "conference", _("Conference or workshop")
    LAUNCH = "launch", _("Campaign or launch")
    OTHER = "other", _("Other event")


class LegalKind(models.TextChoices):
    """The kinds of legal and administrative texts a page may rest on."""

    LAW = "law", _("Law")
    RESOLUTION = "resolution", _("Resolution")
    DECREE = "decree", _("Decree")
    DECISION = "decision", _("Decision")
    CIRCULAR = "circular", _("Circular")
    DIRECTIVE = "directive", _("Directive")
    PLAN = "plan", _("Plan")
    GUIDANCE = "guidance", _("Guidance")
    OTHER = "other", _("Other text")


class ChangeKind(models.TextChoices):
    """What a legal text does to an older one."""

    AMENDS = "amends", _("amends")
    REPLACES = "replaces", _("replaces")


class Standing(models.TextChoices):
    """Whether a legal text binds on a day."""

    NOT_YET = "not_yet", _("Not yet in force")
    IN_FORCE = "in_force", pgettext_lazy("legal text", "In force")
    AMENDED = "amended", _("In force, amended")
    ENDED = "ended", _("Ended")
    REPLACED = "replaced", pgettext_lazy("standing of a law", "Replaced")


SPOKEN_TO: Final = (
    Audience.CADRE, Audience.PARTY_MEMBER, Audience.OFFICIAL, Audience.WORKER, Audience.RESIDENT, Audience.POOR,
    Audience.NEAR_POOR, Audience.ESCAPED, Audience.COASTAL, Audience.OFFICER, Audience.BUSINESS, Audience.PRESS,
)  # fmt: skip
"""Whom a page may be written for: the plan's audiences, and whom the home page has a door for besides."""


class Programme(models.TextChoices):
    """The national programmes a page counts for; the two sister programmes are counted once."""

    POVERTY = "ntp_poverty", _("Sustainable poverty reduction")
    NEW_RURAL = "ntp_rural", _("New rural areas")
    ETHNIC = "ntp_ethnic", _("Ethnic-minority and mountainous areas")


class ConsentScope(models.TextChoices):
    """How far the people in a picture agreed to its use."""

    EVERYWHERE = "everywhere", _("Every channel, in print too")
    ONLINE = "online", _("Web, e-mail and Zalo")
    ONE_STORY = "one_story", _("This one story")


class Stage(models.TextChoices):
    """Where a page stands, for the desk's list."""

    DRAFT = "draft", pgettext_lazy("stage of a page", "Being written")
    LAW = "law", pgettext_lazy("stage of a page", "At the legal check")
    WAITING = "waiting", pgettext_lazy("stage of a page", "Waiting for approval")
    RETURNED = "returned", pgettext_lazy("stage of a page", "Returned")
    APPROVED = "approved", pgettext_lazy("stage of a page", "Approved, not yet out")
    LIVE = "live", pgettext_lazy("stage of a page", "Published")
    WITHDRAWN = "withdrawn", pgettext_lazy("stage of a page", "Taken down")


class Severity(models.TextChoices):
    """What a finding of a content check does to the way out."""

    STOP = "stop", _("Must be mended")
    WARN = "warn", _("May stand with a word of why")


class LawVerdict(models.TextChoices):
    """What the legal officer says of a version."""

    CLEARED = "cleared", _("Cleared by the legal check")
    OBJECTED = "objected", _("Returned by the legal check")
