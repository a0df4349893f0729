"""Pages, pictures and the gate between them and the public."""

from lantoa.newsroom.models.base import BasePage
from lantoa.newsroom.models.columns import CampaignPage, ColumnPage, GatheringPage, SpecialPage
from lantoa.newsroom.models.corrections import Correction, Withdrawal
from lantoa.newsroom.models.embargo import Embargo, embargo_hold
from lantoa.newsroom.models.events import EventPage
from lantoa.newsroom.models.exemplars import InitiativeCopy, InitiativePage, RoleModelPage
from lantoa.newsroom.models.gate import (
    GatedPage,
    IndependentReviewTask,
    ReviewState,
    subject_of,
)
from lantoa.newsroom.models.gathering import Card, cards
from lantoa.newsroom.models.guides import GuidePage, QuestionPage
from lantoa.newsroom.models.law import LegalChange, LegalTextPage
from lantoa.newsroom.models.media import NewsImage, NewsRendition
from lantoa.newsroom.models.media_pages import AudioPage, PhotoStoryPage, ReportagePage, VideoPage
from lantoa.newsroom.models.pages import ArticlePage, HomePage, PolicyPage, SectionPage
from lantoa.newsroom.models.passage import AcceptedWarning, Clearance, KeptBack, LawCheck, Sending, awaits_law
from lantoa.newsroom.models.places import InstitutionPage
from lantoa.newsroom.models.readable import ReadingPage, StoryPage, types_by_section
from lantoa.newsroom.models.rereading import LapsedLaw, ReadingReminder, Rereading
from lantoa.newsroom.models.translating import InterfaceReading, TranslationStep, without_original

PAGE_TYPES: tuple[type[BasePage], ...] = (
    HomePage, SectionPage, PolicyPage, ArticlePage, LegalTextPage, RoleModelPage, InitiativePage, ReportagePage,
    PhotoStoryPage, VideoPage, AudioPage, EventPage, QuestionPage, GuidePage, CampaignPage, ColumnPage, SpecialPage,
    InstitutionPage,
)  # fmt: skip

__all__ = [
    "PAGE_TYPES", "AcceptedWarning", "ArticlePage", "AudioPage", "BasePage", "CampaignPage", "Card", "Clearance",
    "ColumnPage", "Correction", "Embargo", "EventPage", "GatedPage", "GatheringPage", "GuidePage", "HomePage",
    "IndependentReviewTask", "InitiativeCopy", "InitiativePage", "InstitutionPage", "InterfaceReading", "KeptBack",
    "LapsedLaw", "LawCheck", "LegalChange", "LegalTextPage", "NewsImage", "NewsRendition", "PhotoStoryPage",
    "PolicyPage", "QuestionPage", "ReadingPage", "ReadingReminder", "ReportagePage", "Rereading", "ReviewState",
    "RoleModelPage", "SectionPage", "Sending", "SpecialPage", "StoryPage", "TranslationStep", "VideoPage", "Withdrawal",
    "awaits_law", "cards", "embargo_hold", "subject_of", "types_by_section", "without_original",
]  # fmt: skip
