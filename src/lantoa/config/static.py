"""Static files: hashed and compressed when collected, plain while they are not."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class LantoaStaticFiles(CompressedManifestStaticFilesStorage):
    """Hashed names where `collectstatic` has run; plain names in tests and before the first collection."""

    manifest_strict = False
