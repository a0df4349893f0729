"""Closed lists of the territory."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class UnitKind(models.TextChoices):
    """What a unit is in law. Its level is kept beside it as a number, because the levels themselves change."""

    PROVINCE = "province", _("Province")
    CENTRAL_CITY = "central_city", _("City under central government")
    URBAN_DISTRICT = "urban_district", _("Urban district")
    DISTRICT = "district", _("District")
    TOWN = "town", _("Town")
    CITY = "city", _("City of a province")
    COMMUNE = "commune", _("Commune")
    WARD = "ward", _("Ward")
    TOWNSHIP = "township", _("Township")
    SPECIAL_ZONE = "special_zone", _("Special zone")
    URBAN_HAMLET = "khom", _("Urban hamlet (khóm)")
    HAMLET = "ap", _("Hamlet (ấp)")
    VILLAGE = "thon", _("Village (thôn, bản, buôn)")
    QUARTER = "to_dan_pho", _("Residential quarter")


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
