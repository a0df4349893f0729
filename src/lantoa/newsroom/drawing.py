"""How Wagtail draws the sizes of a picture: upright, and without what its camera or its maker wrote into it."""

from PIL import ImageOps
from willow.plugins.pillow import PillowImage
from willow.registry import registry

KEPT = ("icc_profile", "transparency", "background")
"""What a file says of its own colours; all else in it (EXIF with place, device and hour, XMP, remarks) stays behind."""


def register() -> None:
    """Put our way of turning a picture upright, the step each size begins with, in the place of Willow's."""
    registry.register_operation(PillowImage, "auto_orient", _upright_and_bare)


def _upright_and_bare(picture: PillowImage) -> PillowImage:
    image = ImageOps.exif_transpose(picture.image)
    image.info = {name: image.info[name] for name in KEPT if name in image.info}
    return PillowImage(image)
