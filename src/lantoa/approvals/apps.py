from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApprovalsConfig(AppConfig):
    """The one place that records who approved which content."""

    name = "lantoa.approvals"
    label = "approvals"
    verbose_name = _("Approvals")
