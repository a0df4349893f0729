"""The verbs of the territory. Each is one transaction: rule, lock, change, audit."""

from lantoa.territory.services.deciding import (
    CannotDecide,
    Newcomer,
    designate,
    merge_units,
    rename_unit,
    split_unit,
)
from lantoa.territory.services.designations import import_designations
from lantoa.territory.services.drafts import NoSuchDraft, confirm_draft, give_up_draft, hand_in, try_draft
from lantoa.territory.services.hamlets import import_hamlets
from lantoa.territory.services.listing import Listing
from lantoa.territory.services.loading import REFORM_DAY, CannotLoad, load_units
from lantoa.territory.services.outcome import Doubt, Outcome
from lantoa.territory.services.reform import apply_reform
from lantoa.territory.services.sheets import Boundaries, import_boundaries, import_layout
from lantoa.territory.writing import UntimelyChange

__all__ = [
    "REFORM_DAY",
    "Boundaries",
    "CannotDecide",
    "CannotLoad",
    "Doubt",
    "Listing",
    "Newcomer",
    "NoSuchDraft",
    "Outcome",
    "UntimelyChange",
    "apply_reform",
    "confirm_draft",
    "designate",
    "give_up_draft",
    "hand_in",
    "import_boundaries",
    "import_designations",
    "import_hamlets",
    "import_layout",
    "load_units",
    "merge_units",
    "rename_unit",
    "split_unit",
    "try_draft",
]
