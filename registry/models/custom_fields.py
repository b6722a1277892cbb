"""Fields that this organisation adds to the record of a workflow."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from registry.custom_values import PREFIX, FieldKind
from registry.kernel.audit.history import Recorded
from registry.models.workflow_words import Stage

FACETS = (FieldKind.CHOICE, FieldKind.PERSON)
RANGES = (FieldKind.NUMBER, FieldKind.DATE)
FROM_STAGES = [(stage.value, stage.label) for stage in Stage if stage is not Stage.RETIRED]


class CustomFieldQuerySet(models.QuerySet["CustomField"]):
    def in_use(self) -> Self:
        return self.filter(retired_at__isnull=True)


class CustomField(Recorded):
    """Key and kind stay: values, saved views and programs rely on them."""

    key = models.CharField(_("key"), max_length=30, unique=True)
    kind = models.CharField(_("kind"), max_length=8, choices=FieldKind.choices)
    name = models.CharField(_("name"), max_length=60)
    help_text = models.CharField(_("help"), max_length=300, blank=True)
    choices = ArrayField(models.CharField(max_length=80), verbose_name=_("choices"), default=list, blank=True)
    required_from = models.CharField(_("needed from"), max_length=12, choices=FROM_STAGES, blank=True)
    """The stage from which on an entry may not be without; empty where it always may."""
    is_filter = models.BooleanField(_("offered as a filter"), default=True)
    position = models.PositiveSmallIntegerField(_("place"), default=100)
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True)
    retired_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("retired by")
    )
    version = models.PositiveIntegerField(default=1)

    objects: ClassVar[models.Manager["CustomField"]] = CustomFieldQuerySet.as_manager()

    class Meta:
        verbose_name = _("custom field")
        ordering = ["position", "name", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="custom_field_has_name"),
            models.CheckConstraint(
                condition=Q(key__regex=r"^(?!.*__)[a-z][a-z0-9_]{0,29}$"), name="custom_field_key_is_plain"
            ),
            models.CheckConstraint(
                condition=Q(kind="CHOICE") & ~Q(choices=[]) | ~Q(kind="CHOICE") & Q(choices=[]),
                name="custom_field_choices_where_chosen",
            ),
            models.CheckConstraint(
                condition=Q(retired_at__isnull=True, retired_by__isnull=True)
                | Q(retired_at__isnull=False, retired_by__isnull=False),
                name="custom_field_retired_by_and_at",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("custom-field", args=[self.pk])

    @property
    def parameter(self) -> str:
        """As filters, columns, mappings and errors call it."""
        return f"{PREFIX}{self.key}"

    @property
    def is_facet(self) -> bool:
        return self.is_filter and self.kind in FACETS

    @property
    def is_range(self) -> bool:
        return self.kind in RANGES

    def is_needed_at(self, stage: str) -> bool:
        """At its stage and all later ones but the last: nothing is asked of what is retired."""
        order: list[Any] = [value for value, _label in FROM_STAGES]
        return bool(self.required_from) and stage in order[order.index(self.required_from) :]
