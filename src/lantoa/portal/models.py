"""The portal's one table: what has changed, so that baked pages know when they are old."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Stamp(models.Model):
    """How often an area of the site has changed. Written by triggers alone, in the transaction of the change.

    An area's stamp is the sum over its slots; a transaction writes one that no other running one
    writes, so that two who publish at once do not wait for each other.
    """

    pk = models.CompositePrimaryKey("area", "slot")
    area = models.TextField()
    slot = models.SmallIntegerField()
    number = models.BigIntegerField()

    class Meta:
        verbose_name = _("stamp of baked pages")
        verbose_name_plural = _("stamps of baked pages")

    def __str__(self) -> str:
        return f"{self.area} {self.number}"
