"""Parts of the organisation that own workflows, and suppliers they depend on."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.kernel.audit.history import Recorded


class BusinessUnit(Recorded):
    name = models.CharField(_("name"), max_length=200)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("part of")
    )

    class Meta:
        verbose_name = _("business unit")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                fields=["name", "parent"], nulls_distinct=False, name="business_unit_once_per_parent"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Vendor(Recorded):
    name = models.CharField(_("name"), max_length=200, unique=True)
    website = models.URLField(_("website"), blank=True)

    class Meta:
        verbose_name = _("vendor")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
