"""Saved views: filters, order and columns of a list under a name, for oneself or for everyone."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.kernel.audit.history import Recorded


class SavedView(Recorded):
    page = models.CharField(max_length=40)
    name = models.CharField(_("name"), max_length=60)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="saved_views", null=True)
    is_shared = models.BooleanField(_("for everyone"), default=False)
    query = models.CharField(max_length=2000, blank=True)
    position = models.PositiveSmallIntegerField(default=100)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("saved view")
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint(
                fields=["page", "owner", "name"], nulls_distinct=False, name="saved_view_name_once_per_person"
            )
        ]

    def __str__(self) -> str:
        return self.name
