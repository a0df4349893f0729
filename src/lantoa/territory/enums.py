"""Closed lists of the territory."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class UnitKind(models.TextChoices):
    """What a unit is in law. Its level is kept beside it as a number, because the levels themselves change."""

    PROVINCE = "province", pgettext_lazy("kind of unit", "Province")
    CENTRAL_CITY = "central_city", pgettext_lazy("kind of unit", "City under central government")
    URBAN_DISTRICT = "urban_district", pgettext_lazy("kind of unit", "Urban district")
    DISTRICT = "district", pgettext_lazy("kind of unit", "District")
    TOWN = "town", pgettext_lazy("kind of unit", "Town")
    CITY = "city", pgettext_lazy("kind of unit", "City of a province")
    COMMUNE = "commune", pgettext_lazy("kind of unit", "Commune")
    WARD = "ward", pgettext_lazy("kind of unit", "Ward")
    TOWNSHIP = "township", pgettext_lazy("kind of unit", "Township")
    SPECIAL_ZONE = "special_zone", pgettext_lazy("kind of unit", "Special zone")
    URBAN_HAMLET = "khom", pgettext_lazy("kind of unit", "Urban hamlet (khóm)")
    HAMLET = "ap", pgettext_lazy("kind of unit", "Hamlet (ấp)")
    VILLAGE = "thon", pgettext_lazy("kind of unit", "Village (thôn, bản, buôn)")
    QUARTER = "to_dan_pho", pgettext_lazy("kind of unit", "Residential quarter")


class EventKind(models.TextChoices):
    """What happened to units on a day."""

    CREATE = "create", _("Recorded or created")
    RENAME = "rename", _("Renamed or given another kind")
    RECODE = "recode", _("Given another code")
    MOVE = "move", _("Placed under another unit")
    MERGE = "merge", _("Merged")
    SPLIT = "split", _("Split")
    DISSOLVE = "dissolve", _("Dissolved")
    LEVEL_ABOLISHED = "level_abolished", _("Level abolished")
    EXTEND = "extend", _("Extended")


class DesignationKind(models.TextChoices):
    """A status a unit holds by decision for some years."""

    COASTAL = "coastal", _("Specially difficult coastal commune")
    REGION_I = "region_1", _("Region I commune")
    REGION_II = "region_2", _("Region II commune")
    REGION_III = "region_3", _("Region III (specially difficult) commune")
    HARD_HAMLET = "hard_hamlet", _("Specially difficult hamlet")
    POOR_DISTRICT = "poor_district", _("Poor district")
    SAFE_ZONE = "safe_zone", _("Revolutionary safe zone commune")
    BORDER = "border", _("Border commune")
    ISLAND = "island", _("Island commune")
    NEW_RURAL = "new_rural", _("New-style rural commune")


class RunKind(models.TextChoices):
    """What an import brought in."""

    LOAD = "load", _("Units as of a day")
    REFORM = "reform", _("Reform")
    HAMLETS = "hamlets", _("Hamlets")
    DESIGNATIONS = "designations", _("Designations")


class SheetKind(models.TextChoices):
    """What a sheet of the map draws of its units."""

    OUTLINES = "outlines", _("Boundaries")
    TILES = "tiles", _("Places of tiles")


GSO = "gso"
"""The code list of the General Statistics Office; codes in it are re-used and name a unit only on a date."""

PROVINCE_LEVEL, DISTRICT_LEVEL, COMMUNE_LEVEL, HAMLET_LEVEL = 1, 2, 3, 4
"""How our present units rank. Nothing counts on a level being filled: a unit's parent may be any rank above it."""

LEVEL_OF_KIND: dict[str, int] = {
    **dict.fromkeys((UnitKind.PROVINCE, UnitKind.CENTRAL_CITY), PROVINCE_LEVEL),
    **dict.fromkeys((UnitKind.URBAN_DISTRICT, UnitKind.DISTRICT, UnitKind.TOWN, UnitKind.CITY), DISTRICT_LEVEL),
    **dict.fromkeys((UnitKind.COMMUNE, UnitKind.WARD, UnitKind.TOWNSHIP, UnitKind.SPECIAL_ZONE), COMMUNE_LEVEL),
    **dict.fromkeys((UnitKind.URBAN_HAMLET, UnitKind.HAMLET, UnitKind.VILLAGE, UnitKind.QUARTER), HAMLET_LEVEL),
}


GRID = 10_000
"""Parts of a degree that outlines are kept in: about 11 m."""
