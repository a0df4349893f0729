"""What people ask, and how a thing is done from beginning to end."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import RichTextField, StreamField

from lantoa.newsroom.blocks import STORY, WRITING, GuideStep, LegalReference, Paper
from lantoa.newsroom.enums import SectionKind
from lantoa.newsroom.models.base import BasePage, items, tabs
from lantoa.newsroom.models.readable import ReadingPage


class QuestionPage(ReadingPage):
    """One question as people ask it (the title), answered at once and then in full."""

    answer = RichTextField(_("answer"), features=WRITING, help_text=_("Yes, no or how much first; then why."))
    body = StreamField(
        STORY, verbose_name=_("more"), blank=True, help_text=_("What does not fit above; often nothing.")
    )
    legal = items(
        "reference", LegalReference(), _("legal basis"), help_text=_("Each text this rests on, the highest first.")
    )

    section = SectionKind.QUESTIONS
    template = "newsroom/reading_page.html"
    content_template = "newsroom/question_content.html"
    icon = "question"
    edit_handler = tabs([*BasePage.content_panels, FieldPanel("answer"), FieldPanel("body"), FieldPanel("legal")])

    class Meta:
        verbose_name = _("question and answer")
        verbose_name_plural = _("questions and answers")


class GuidePage(ReadingPage):
    """How to get one thing done: where it begins, each step in its order, how one knows that it is done."""

    takes = models.CharField(
        _("how long it takes"), max_length=120, blank=True, help_text=_("In all, such as: 15 days.")
    )
    begin = RichTextField(
        _("before you begin"), features=WRITING, blank=True, help_text=_("Who may do it, and what must be in hand.")
    )
    papers = items("paper", Paper(), _("papers needed"), help_text=_("One paper a line, as people call it."))
    steps = items("step", GuideStep(), _("steps"), min_num=1, help_text=_("One thing a person does, a step."))
    done = RichTextField(
        _("how you know it is done"),
        features=WRITING,
        help_text=_("What one holds in the end, and what to do when it does not come."),
    )
    legal = items(
        "reference", LegalReference(), _("legal basis"), help_text=_("Each text this rests on, the highest first.")
    )

    section = SectionKind.GUIDES
    template = "newsroom/reading_page.html"
    content_template = "newsroom/guide_content.html"
    icon = "list"
    spoken = ("takes",)
    edit_handler = tabs([
        *BasePage.content_panels,
        *(FieldPanel(name) for name in ("takes", "begin", "papers", "steps", "done", "legal")),
    ])  # fmt: skip

    class Meta:
        verbose_name = _("guide")
        verbose_name_plural = _("guides")
