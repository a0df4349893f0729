"""The site's scaffold: languages, home pages, sections, the review every page goes through."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.db import connection, transaction
from django.utils.text import capfirst
from django.utils.translation import gettext, override
from wagtail.models import Locale, Page, Site, Task, Workflow, WorkflowPage, WorkflowTask

from lantoa.kernel import audit
from lantoa.kernel.models import User
from lantoa.newsroom.enums import SectionKind
from lantoa.newsroom.models import HomePage, IndependentReviewTask, SectionPage
from lantoa.newsroom.services.posts import ensure_groups
from lantoa.newsroom.services.scaffold import Sections, ensure_sections

SHIPPED_REVIEW = "Moderators approval"
"""What Wagtail's migrations name the review that they make."""


def languages() -> list[str]:
    """The languages pages are written in, the first being the one they are translated from."""
    return [code for code, _name in settings.LANGUAGES]


@dataclass(frozen=True, slots=True)
class SiteMade:
    """The scaffold: `home["vi"]`, `sections[SectionKind.LAWS]["vi"]`, and for short `policies`, `articles`."""

    home: dict[str, HomePage]
    sections: Sections

    @property
    def policies(self) -> dict[str, SectionPage]:
        """The sections of policies by language."""
        return self.sections[SectionKind.POLICIES]

    @property
    def articles(self) -> dict[str, SectionPage]:
        """The sections of articles by language."""
        return self.sections[SectionKind.ARTICLES]


@transaction.atomic
def ensure_site(*, province_name: str, unit_id: int, by: User | None, at: datetime) -> SiteMade:
    """Make what is missing of the site: groups, review, home and sections in each language; safe to repeat.

    The scaffold holds only the product's own words, so it is live at once; every later edit goes through the gate.
    """
    _as_scaffold(on=True)
    ensure_groups()
    _ensure_review()
    root = _root()
    homes = {code: _home(root, code, province_name, unit_id, by) for code in languages()}
    _site_on_any_host(homes[settings.LANGUAGE_CODE])
    made = SiteMade(home=homes, sections=ensure_sections(homes, by))
    _as_scaffold(on=False)
    audit.record("newsroom.site_ensured", by=by, at=at, subject=f"newsroom.page:{homes['vi'].pk}")
    return made


def _as_scaffold(*, on: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lantoa.newsroom_scaffold', %s, true)", ["on" if on else "off"])


def _ensure_review() -> None:
    """The review that every page goes through, in place of the one that Wagtail ships."""
    task = IndependentReviewTask.objects.first() or IndependentReviewTask()
    workflow = Workflow.objects.filter(workflow_tasks__task=task.pk).first() or Workflow()
    with override(settings.LANGUAGE_CODE):
        task.name = workflow.name = capfirst(str(IndependentReviewTask._meta.verbose_name))
    task.save()
    workflow.save()
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task)
    WorkflowPage.objects.update_or_create(page=Page.get_first_root_node(), defaults={"workflow": workflow})
    Workflow.objects.filter(name=SHIPPED_REVIEW, workflow_states=None).delete()
    Task.objects.filter(name=SHIPPED_REVIEW, task_states=None).delete()


def _root() -> Page:
    """The page above the homes; editors meet its name in every trail, and Wagtail calls it Root."""
    root = Page.get_first_root_node()
    with override(settings.LANGUAGE_CODE):
        root.title = root.draft_title = str(apps.get_app_config("newsroom").verbose_name)
    root.save(update_fields=["title", "draft_title"])
    return root


def _home(root: Page, code: str, province_name: str, unit_id: int, by: User | None) -> HomePage:
    locale, _made = Locale.objects.get_or_create(language_code=code)
    found: HomePage | None = HomePage.objects.filter(locale=locale).first()
    if found is not None:
        return found
    with override(code):
        title = gettext("Leaving poverty behind, %(province)s") % {"province": province_name}
    home = HomePage(title=title, slug=f"home-{code}", locale=locale, unit_id=unit_id, owner=by)
    if sister := HomePage.objects.first():
        home.translation_key = sister.translation_key
    root.add_child(instance=home)
    return home


def _site_on_any_host(home: HomePage) -> None:
    """One site for whatever host name it is reached by, that tells the public one; Wagtail's welcome page goes."""
    site = Site.objects.filter(is_default_site=True).first() or Site(is_default_site=True)
    welcome = site.root_page if site.pk else None
    site.hostname, site.port = _reached_at()
    site.site_name, site.root_page = home.title, home.page_ptr
    site.save()
    if welcome is not None and type(welcome.specific) is Page:
        Page.objects.get(pk=welcome.pk).delete()


def follow_address(**_signal: Any) -> None:
    """After a migration the site's address is the one that `LANTOA_BASE_URL` names now: letters, calendars and printed
    codes lead there. A site that is not made yet, and one that somebody added, are left alone."""
    host, port = _reached_at()
    ours = Site.objects.filter(is_default_site=True, root_page__in=HomePage.objects.values("page_ptr"))
    for site in ours.exclude(hostname=host, port=port):
        site.hostname, site.port = host, port
        site.save()


def _reached_at() -> tuple[str, int]:
    """Host and port of the public address, as Wagtail keeps them: 443 means https."""
    public = urlsplit(settings.LANTOA_BASE_URL)
    return public.hostname or "localhost", public.port or (443 if public.scheme == "https" else 80)
