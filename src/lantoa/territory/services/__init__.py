"""The verbs of the territory. Each is one transaction: rule, lock, change, audit."""

from lantoa.territory.services.loading import REFORM_DAY, CannotLoad, load_units
from lantoa.territory.services.outcome import Doubt, Outcome
from lantoa.territory.services.reform import apply_reform

__all__ = ["REFORM_DAY", "CannotLoad", "Doubt", "Outcome", "apply_reform", "load_units"]
