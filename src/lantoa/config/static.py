"""Static files: hashed and compressed when collected, plain while they are not."""

from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage


class LantoaStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Hashed names where `collectstatic` has run; plain names in tests and before the first collection."""

    manifest_strict = False

    def hashed_name(self, name: str, content: Any = None, filename: str | None = None) -> str:
        """The hashed name, or the plain one when the file has not been collected."""
        try:
            return str(super().hashed_name(name, content, filename))
        except ValueError:
            return name
