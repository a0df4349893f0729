"""Who may see and change units."""

from django.utils.translation import gettext_lazy as _

from lantoa.kernel.access import declare
from lantoa.kernel.enums import Role

VIEW_UNITS = declare("territory.view_units", *Role, label=_("see administrative units"))
CHANGE_UNITS = declare("territory.change_units", Role.ADMINISTRATOR, label=_("change administrative units"))
