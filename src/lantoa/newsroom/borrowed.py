"""Words of Wagtail that an editor meets while writing and submitting a page, and that it leaves without Vietnamese.

Nothing imports this list: it only lets `makemessages` keep their translations in this room's catalogue.
"""

from django.utils.translation import gettext_noop

WORDS = (
    gettext_noop("Save draft"),
    gettext_noop("Replace current draft"),
    gettext_noop("More actions"),
    gettext_noop("Actions (footer)"),
    gettext_noop("Page title"),
    gettext_noop("The page title as you'd like it to be seen by the public"),
    gettext_noop("Breadcrumb"),
    gettext_noop("Toggle breadcrumbs"),
    gettext_noop("Toggle section"),
    gettext_noop("Toggle side panel"),
    gettext_noop("Toggle status"),
    gettext_noop("Toggle checks"),
    gettext_noop("Toggle comments"),
    gettext_noop("Toggle preview"),
    gettext_noop("Documents"),
    gettext_noop("Page '%(page_title)s' created."),
    gettext_noop("Page '%(page_title)s' created and submitted for moderation."),
    gettext_noop("Page '%(page_title)s' has been updated."),
    gettext_noop("Page '%(page_title)s' has been submitted for moderation."),
)
