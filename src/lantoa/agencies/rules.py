"""Who may see and change agencies and posts."""

from django.utils.translation import gettext_lazy as _

from lantoa.kernel.access import declare
from lantoa.kernel.enums import Role

VIEW_AGENCIES = declare("agencies.view_agencies", *Role, label=_("see agencies and posts"))
CHANGE_AGENCIES = declare("agencies.change_agencies", Role.ADMINISTRATOR, label=_("change agencies"))
CHANGE_POSTS = declare("agencies.change_posts", Role.ADMINISTRATOR, label=_("appoint people to posts"))
