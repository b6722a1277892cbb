"""Parts of the organisation that own workflows, and suppliers they depend on."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
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


class VendorQuerySet(models.QuerySet["Vendor"]):
    def visible_to(self, user: Any) -> Self:
        return self if user.is_active else self.none()


class Vendor(Recorded):
    """A supplier. Its owner is who here keeps the relation and gets the proofs that are asked of it."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    website = models.URLField(_("website"), blank=True)
    supplies = models.TextField(_("what it supplies"), blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("owner of the relation"),
    )
    answers_due_date = models.DateField(_("answers due"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[VendorQuerySet] = VendorQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("vendor")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answers_due_date__isnull=True) | Q(owner__isnull=False), name="vendor_due_has_owner"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("vendor", args=[self.pk])
