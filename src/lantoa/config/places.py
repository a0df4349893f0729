"""Where Lan Tỏa keeps what it makes on this machine."""

import os
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1]
_CHECKOUT = SOURCE.parents[1]


def home() -> Path:
    """The folder for the database, media and secrets of this installation.

    `LANTOA_HOME` wins; a checkout keeps everything in its own `.local`; an installed package in the user's data folder.
    """
    if chosen := os.environ.get("LANTOA_HOME"):
        return Path(chosen)
    if (_CHECKOUT / "pyproject.toml").exists():
        return _CHECKOUT / ".local"
    return Path.home() / ".local" / "share" / "lantoa"
