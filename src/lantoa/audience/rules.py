"""Who may see, bring in and remove people; and how small a figure may be before it points at somebody."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from lantoa.kernel.access import declare
from lantoa.kernel.enums import Role

MIN_CELL: Final = 5
"""The smallest count shown for a sensitive group (poverty status, ethnicity): below it, only "fewer than 5"."""

VIEW_AUDIENCE = declare(
    "audience.view_audience",
    Role.LEADER,
    Role.EDITOR,
    Role.REVIEWER,
    Role.CHANNEL_OFFICER,
    Role.REPORTER,
    Role.AUDITOR,
    Role.ADMINISTRATOR,
    label=_("See audience figures"),
)
VIEW_SEGMENTS = declare(
    "audience.view_segments",
    Role.LEADER,
    Role.EDITOR,
    Role.REVIEWER,
    Role.CHANNEL_OFFICER,
    Role.ADMINISTRATOR,
    label=_("See segments"),
)
EDIT_SEGMENTS = declare(
    "audience.edit_segments", Role.EDITOR, Role.CHANNEL_OFFICER, Role.ADMINISTRATOR, label=_("Describe segments")
)
VIEW_PEOPLE = declare(
    "audience.view_people", Role.CHANNEL_OFFICER, Role.ADMINISTRATOR, label=_("See people by name, phones masked")
)
IMPORT_PEOPLE = declare(
    "audience.import_people", Role.CHANNEL_OFFICER, Role.ADMINISTRATOR, label=_("Bring in lists of people")
)
RECORD_CONSENT = declare(
    "audience.record_consent",
    Role.CHANNEL_OFFICER,
    Role.CASE_OFFICER,
    Role.ADMINISTRATOR,
    label=_("Record what a person agreed to or withdrew"),
)
ERASE_PEOPLE = declare(
    "audience.erase_people", Role.CHANNEL_OFFICER, Role.ADMINISTRATOR, label=_("Erase a person's data")
)
MERGE_PEOPLE = declare(
    "audience.merge_people",
    Role.CHANNEL_OFFICER,
    Role.ADMINISTRATOR,
    label=_("Join two records of one person, and take them apart"),
)
HANDLE_RIGHTS = declare(
    "audience.handle_rights",
    Role.CHANNEL_OFFICER,
    Role.CASE_OFFICER,
    Role.ADMINISTRATOR,
    label=_("Handle people's requests about their own data, and data breaches"),
)


def shown(count: int, *, sensitive: bool) -> int | None:
    """The count as it may be shown: None stands for "fewer than `MIN_CELL`" when the group is sensitive."""
    return None if sensitive and 0 < count < MIN_CELL else count
