"""The tables of the press room."""

from lantoa.pressroom.models.clippings import Clipping, ClippingSet
from lantoa.pressroom.models.kits import Kit, KitFile, KitSet, KitVersion

__all__ = ["Clipping", "ClippingSet", "Kit", "KitFile", "KitSet", "KitVersion"]
