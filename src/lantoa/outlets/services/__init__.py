"""The verbs of this room; each is one transaction."""

from lantoa.outlets.services.imports import ImportRefusedError, cancel_import, problems, run_import, start_import
from lantoa.outlets.services.outlets import OutletRefusedError, note_seen, save_outlet

__all__ = [
    "ImportRefusedError",
    "OutletRefusedError",
    "cancel_import",
    "note_seen",
    "problems",
    "run_import",
    "save_outlet",
    "start_import",
]
