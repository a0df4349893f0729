"""Pages, pictures and the gate between them and the public."""

from lantoa.newsroom.models.base import BasePage
from lantoa.newsroom.models.gate import (
    Clearance,
    GatedPage,
    IndependentReviewTask,
    ReviewState,
    subject_of,
)
from lantoa.newsroom.models.media import NewsImage, NewsRendition
from lantoa.newsroom.models.pages import ArticlePage, HomePage, PolicyPage, SectionPage

__all__ = [
    "ArticlePage", "BasePage", "Clearance", "GatedPage", "HomePage", "IndependentReviewTask", "NewsImage",
    "NewsRendition", "PolicyPage", "ReviewState", "SectionPage", "subject_of",
]  # fmt: skip
