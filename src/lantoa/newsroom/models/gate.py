"""The editorial gate: no version of any page goes live that a second person has not approved in exactly that wording.

Approvals are kept by the approvals room. Here every way of Wagtail's to a live page passes one door, `publish`, and
the database refuses a live page without a clearance (migration 0002).
"""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Q
from django.forms import CharField, Textarea
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from wagtail.actions.publish_page_revision import PublishPagePermissionError
from wagtail.admin.forms.pages import CopyForm
from wagtail.forms import TaskStateCommentForm
from wagtail.models import Page, PagePermissionTester, PageViewRestriction, Revision, Task, TaskState, WorkflowState
from wagtail.signals import task_submitted

from lantoa.approvals import selectors as approvals
from lantoa.approvals import services as approving
from lantoa.approvals.enums import Verdict
from lantoa.approvals.rules import why_closed, why_not
from lantoa.approvals.services import Submission
from lantoa.kernel import clock
from lantoa.kernel.access import allowed
from lantoa.kernel.errors import LantoaError
from lantoa.kernel.events import emit
from lantoa.kernel.models import User
from lantoa.newsroom import bars
from lantoa.newsroom.enums import ConsentScope
from lantoa.newsroom.events import PageWentOut
from lantoa.newsroom.exact import exact_content, images_shown
from lantoa.newsroom.holding import Hold, hold_of
from lantoa.newsroom.models.media import NewsImage
from lantoa.newsroom.models.passage import Clearance, Sending, awaits_law
from lantoa.newsroom.roots import asking


def subject_of(page: Page) -> str:
    """The page's name in the approvals room."""
    return f"newsroom.page:{page.pk}"


def _let_through(page_id: int, revision_id: int) -> Any:
    """The decision by which a version of a page went out."""
    return Clearance.objects.filter(page_id=page_id, revision_id=revision_id).values("decision_id")


class DraftCopyForm(CopyForm):
    """Copies start as drafts: a copy is a new page, and nobody has approved it yet."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("publish_copies", None)
        self.fields.pop("alias", None)


class GatedPermissions(PagePermissionTester):
    """Wagtail's tester with the two things it lacks: the second person, and the unit of the page."""

    @cached_property
    def _in_my_units(self) -> bool:
        unit_id = getattr(self.page, "unit_id", None)
        return unit_id is None or allowed(self.user, "newsroom.write", unit_id=unit_id)

    @cached_property
    def _writes(self) -> bool:
        return allowed(self.user, "newsroom.write")

    def can_add_subpage(self) -> bool:
        """In a section with any writing post: the editor offers no units but those of the writer's posts."""
        shared = getattr(self.page.specific_class, "shared_by_all_units", False)
        return bool(super().can_add_subpage() and (self._in_my_units or (shared and self._writes)))

    def can_edit(self) -> bool:
        """Only with a writing post over this page's unit."""
        return bool(super().can_edit() and self._in_my_units)

    def can_delete(self, ignore_bulk: bool = False) -> bool:
        """Only with a writing post over this page's unit, and nothing that readers ever had: that is taken down."""
        return bool(super().can_delete(ignore_bulk) and self._in_my_units and not was_public(self.page))

    def can_unpublish(self) -> bool:
        """Taking down needs a post that may."""
        unit_id = getattr(self.page, "unit_id", None)
        return bool(super().can_unpublish() and allowed(self.user, "newsroom.withdraw", unit_id=unit_id))

    def can_publish(self) -> bool:
        """Only exactly what a second person approved; superusers included."""
        return bool(super().can_publish() and self._in_my_units and self.page.specific.approved_now() is not None)

    def can_publish_subpage(self) -> bool:
        """Never: a page is written, approved, and only then published."""
        return False


def was_public(page: Page) -> bool:
    """Whether readers have, or ever had, this page or one below it."""
    if page.live or page.first_published_at:
        return True
    below = page.get_descendants().filter(Q(live=True) | Q(first_published_at__isnull=False))
    return not page.is_leaf() and bool(below.exists())


class GatedPage(Page):
    """A page that only approved versions reach the public of."""

    copy_form_class = DraftCopyForm

    class Meta:
        abstract = True

    def get_view_restrictions(self) -> Any:
        """What shuts it to the public; asked of the database only when its own address has not told already."""
        shut = getattr(self, "shut", True)
        return super().get_view_restrictions() if shut else PageViewRestriction.objects.none()

    def _get_site_root_paths(self, cache_object: Any = None, **kwargs: Any) -> list[Any]:
        """Where the sites begin: asked once in a request, however many pages work out their addresses."""
        return list(super()._get_site_root_paths(cache_object or asking.get(), **kwargs))

    @property
    def localized_draft(self) -> Page:
        """The page in the language being read; itself, unasked, when it is known to be in that."""
        known = self._meta.get_field("locale").get_cached_value(self, default=None)
        return self if known and known.language_code == get_language() else super().localized_draft

    def permissions_for_user(self, user: User) -> PagePermissionTester:
        """The gated tester; Wagtail asks it at every door of its admin."""
        return GatedPermissions(user, self)

    def approval_of_revision(self, revision: Revision) -> approvals.Approval | None:
        """The approval in force of exactly this version."""
        return approvals.approval_of(subject_of(self), approvals.content_hash(exact_content(revision)))

    def approved_now(self) -> approvals.Approval | None:
        """The approval in force of exactly the newest version."""
        revision = self.get_latest_revision()
        return self.approval_of_revision(revision) if revision else None

    def approval_it_stands_on(self) -> approvals.Approval | None:
        """The approval on which the live version was let through, while it is in force."""
        if self.live_revision_id is None:
            return None
        return approvals.approval_among(_let_through, self.pk, self.live_revision_id)

    @transaction.atomic
    def clear(self, revision: Revision) -> None:
        """Record on which approval this version may go out; refuse one that has none. Holds the page's row, so that
        what is asked here still holds when it goes out."""
        Page.objects.select_for_update(of=("self",)).get(pk=self.pk)
        approval = self.approval_of_revision(revision)
        if approval is None:
            raise PublishPagePermissionError(
                _("Exactly this version has not been approved by a second person. Send it for approval first.")
            )
        version = revision.as_object()
        of_one_story = NewsImage.objects.filter(pk__in=images_shown(version), consent_scope=ConsentScope.ONE_STORY)
        # Held until the end, so that no two pages become the one story at once.
        list(of_one_story.select_for_update().order_by("pk").values_list("pk"))
        if missing := missing_consent(version):
            raise PublishPagePermissionError(missing)
        if reason := bars.why_barred(self.pk):
            raise PublishPagePermissionError(reason)
        of_one_story.filter(given_for=None).update(given_for=self.translation_key)
        Clearance.objects.get_or_create(page=self.page_ptr, revision=revision, decision_id=approval.decision_id)

    @transaction.atomic
    def publish(self, revision: Revision, user: User | None = None, *args: Any, **kwargs: Any) -> Any:
        """Let an approved version through, now, at its hour, or once nothing holds it; refuse any other."""
        self.clear(revision)
        if (hold := hold_of(self.pk, timezone.now())) is not None:
            return self._wait(revision, hold)
        outcome = super().publish(revision, user, *args, **kwargs)
        emit(PageWentOut(self.pk))
        return outcome

    def _wait(self, revision: Revision, hold: Hold) -> None:
        """Stand approved: until the hold's hour (or the version's own, if later), or until whoever holds it lets go."""
        own = revision.as_object().go_live_at
        hour = max(hold.until, own) if hold.until and own else hold.until
        self.revisions.exclude(pk=revision.pk).update(approved_go_live_at=None)
        revision.approved_go_live_at = hour
        revision.save(update_fields=["approved_go_live_at"])
        self.has_unpublished_changes = True
        Page.objects.filter(pk=self.pk).update(has_unpublished_changes=True)


def missing_consent(page: Page) -> str:
    """The pictures on the page that nobody looked at for faces, that show people whose consent is not on record, or
    that were given for another story: each by name with what is wrong, and the way out. Empty when all may be shown."""
    shown = NewsImage.objects.filter(pk__in=images_shown(page)).order_by("pk")
    wrong = [f"“{image.title}”: {why}" for image in shown if (why := image.why_not_on(page))]
    return " ".join([*wrong, _("Say it at the picture in the image library, or use another picture.")]) if wrong else ""


class ReviewState(TaskState):
    """One round of review, bound to what was put before the second person."""

    submission = models.ForeignKey("approvals.Submission", on_delete=models.PROTECT, related_name="+")

    def cancel(self, user: User | None = None, resume: bool = False, comment: str = "") -> TaskState:
        """Ending the round takes the open submission back, when the one who ends it wrote it."""
        if user is not None and why_closed(self.submission) is None:
            try:
                approving.withdraw(submission_id=self.submission.pk, by=user, at=timezone.now())
            except LantoaError as refusal:
                raise PermissionDenied(str(refusal)) from refusal
        return super().cancel(user=user, resume=resume, comment=comment)


class ReturnForm(TaskStateCommentForm):
    """Sending a page back says what must change."""

    comment = CharField(label=gettext_lazy("What must change"), widget=Textarea({"rows": 3}))


class IndependentReviewTask(Task):
    """A second person reads exactly this version and decides; posts say who may, not groups."""

    task_state_class = ReviewState

    class Meta:
        verbose_name = gettext_lazy("review by a second person")
        verbose_name_plural = gettext_lazy("reviews by a second person")

    @classmethod
    def get_description(cls) -> str:
        """What an administrator reads when arranging workflows."""
        return str(gettext_lazy("Someone who had no hand in the text approves exactly this version."))

    def start(self, workflow_state: WorkflowState, user: User | None = None) -> TaskState:
        """Put exactly the newest version before a second person."""
        page = workflow_state.content_object.specific
        revision = page.get_latest_revision()
        if user is None or revision is None:
            raise PermissionDenied(_("A page is sent for approval by the person who wrote it."))
        submission = sent(page, revision)
        if submission is None:
            raise PermissionDenied(_("A page is sent from its page of content checks."))
        decided = hasattr(submission, "decision")  # exactly this content is approved already
        state = ReviewState.objects.create(
            workflow_state=workflow_state, revision=revision, task=self, submission=submission,
            status=TaskState.STATUS_APPROVED if decided else TaskState.STATUS_IN_PROGRESS,
        )  # fmt: skip
        task_submitted.send(sender=ReviewState, instance=state, user=user)
        return state

    def on_action(self, task_state: TaskState, user: User, action_name: str, **kwargs: Any) -> None:
        """Record the decision in the approvals room, then let Wagtail move on (and publish)."""
        submission = task_state.specific.submission
        approve = action_name == "approve"
        if approve and not is_current(task_state, submission.sha256):
            raise PermissionDenied(_("The text changed after it was sent. Return it, so that it is sent again."))
        if approve and (reason := bars.why_barred(task_state.workflow_state.content_object.pk)):
            raise PermissionDenied(reason)
        if hasattr(submission, "decision"):
            if (submission.decision.verdict == Verdict.APPROVED) is not approve:
                raise PermissionDenied(_("This version has been decided already."))
        else:
            self._decide(submission.pk, user, approve, str(kwargs.get("comment", "")))
        super().on_action(task_state, user, action_name, **kwargs)

    def _decide(self, submission_id: int, user: User, approve: bool, note: str) -> None:
        try:
            approving.decide(submission_id=submission_id, by=user, at=timezone.now(), approve=approve, note=note)
        except LantoaError as refusal:
            raise PermissionDenied(str(refusal)) from refusal

    def get_actions(self, obj: Page, user: User) -> list[tuple[str, str, bool]]:
        """Approve or return, for those who had no hand in the text; for all others nothing."""
        state = obj.current_workflow_task_state
        submission = state.specific.submission if state else None
        if submission is None or why_not(submission, user, at=timezone.now()) is not None:
            return []
        actions = [("reject", _("Return for changes"), True)]
        if is_current(state, submission.sha256) and not awaits_law(submission, user):
            actions.append(("approve", _("Approve exactly this version"), False))
        return actions

    def get_form_for_action(self, action: str) -> type[TaskStateCommentForm]:
        """A return needs words."""
        form: type[TaskStateCommentForm] = ReturnForm if action == "reject" else super().get_form_for_action(action)
        return form

    def user_can_access_editor(self, obj: Page, user: User) -> bool:
        """Whoever may decide may look inside."""
        return bool(self.get_actions(obj, user))

    def locked_for_user(self, obj: Page, user: User) -> bool:
        """While the page waits, nobody who cannot decide changes it: take it back first."""
        return not self.get_actions(obj, user)

    def get_task_states_user_can_moderate(self, user: User, **kwargs: Any) -> models.QuerySet[TaskState]:
        """The rounds that wait for this person."""
        mine = ReviewState.objects.filter(submission__in=approvals.pending_for(user).values("pk"))
        waiting: models.QuerySet[TaskState] = TaskState.objects.filter(
            pk__in=mine.values("pk"), task=self, status=TaskState.STATUS_IN_PROGRESS
        )
        return waiting


def sent(page: Page, revision: Revision) -> Submission | None:
    """The submission, open or approved, in which the newsroom sent exactly this version."""
    digest = approvals.content_hash(exact_content(revision))
    rows = approvals.history(subject_of(page)).filter(sha256=digest, withdrawn_at=None)
    rows = rows.filter(pk__in=Sending.objects.values("submission")).exclude(decision__verdict=Verdict.RETURNED)
    return rows.exclude(decision__revocation__isnull=False).first()


def review_due(at: datetime) -> datetime:
    """Until when a text sent at that moment should be read: `LANTOA_REVIEW_WORKING_DAYS`, at the close of business."""
    return clock.due_at(at, settings.LANTOA_REVIEW_WORKING_DAYS)


def is_current(task_state: TaskState, sha256: str) -> bool:
    """Whether the page's newest version is still the one that was sent."""
    revision = task_state.workflow_state.content_object.get_latest_revision()
    return bool(approvals.content_hash(exact_content(revision)) == sha256)


def authors_since_live(page: Page) -> list[User]:
    """Everyone who saved a version since the one that is live (or ever)."""
    versions = page.revisions.exclude(user=None)
    if page.live_revision_id:
        versions = versions.filter(created_at__gt=page.live_revision.created_at)
    return list(User.objects.filter(pk__in=versions.values("user")))
