"""Files that no address leads to: apart from the public media, handed out only by a view that asks for the right."""

from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, Storage, storages


class PrivateFileStorage(FileSystemStorage):
    """Files under `LANTOA_PRIVATE_ROOT`; they have no address."""

    @property
    def base_location(self) -> Any:
        """The folder, as the settings name it now."""
        return settings.LANTOA_PRIVATE_ROOT

    @property
    def location(self) -> str:
        """The same, absolute."""
        return str(Path(settings.LANTOA_PRIVATE_ROOT).absolute())

    def url(self, name: str | None) -> str:
        """Raise: a private file has no address."""
        raise ValueError("a private file has no address")


def _storage() -> Storage:
    return storages["private"]


def keep(content: bytes, *, folder: str, suffix: str) -> str:
    """Write a file under a name nobody guesses and return it. Written before the row that names it: what a failed
    transaction leaves behind is named by nothing."""
    return _storage().save(f"{folder}/{uuid4().hex}{suffix}", ContentFile(content))


def opened(name: str) -> "File[bytes]":
    """Return a kept file to be read and closed; raises FileNotFoundError."""
    return _storage().open(name)


def forget(name: str) -> None:
    """Delete a kept file; one that is gone already is gone."""
    _storage().delete(name)


def content_of(name: str) -> bytes:
    """Return a kept file's bytes; raises FileNotFoundError."""
    with _storage().open(name) as stream:
        found: bytes = stream.read()
        return found
