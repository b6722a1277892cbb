"""Surfaces: whatever, when changed, changes how the workflow behaves. Each has versions; one is known to be good."""

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from registry.kernel.audit.history import Recorded
from registry.models.workflows import Workflow


class Surface(Recorded):
    class Kind(models.TextChoices):
        MODEL = "MODEL", _("Model")
        PROMPT = "PROMPT", _("Prompt")
        RETRIEVAL = "RETRIEVAL", _("Retrieval source")
        CONFIGURATION = "CONFIGURATION", _("Configuration")
        POLICY = "POLICY", _("Policy or rulepack")
        TOOL = "TOOL", _("Tool and its schema")
        PERMISSIONS = "PERMISSIONS", _("Permissions")
        VALIDATION = "VALIDATION", _("Output validation")

    workflow = models.ForeignKey(Workflow, models.PROTECT, related_name="surfaces")
    kind = models.CharField(_("kind"), max_length=14, choices=Kind)
    name = models.CharField(_("name"), max_length=150)
    is_active = models.BooleanField(_("in use"), default=True)
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True)
    retired_reason = models.CharField(_("why it was retired"), max_length=500, blank=True)
    current = models.ForeignKey("SurfaceVersion", models.PROTECT, null=True, blank=True, related_name="+")
    known_good = models.ForeignKey("SurfaceVersion", models.PROTECT, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("surface")
        ordering = ["workflow", "kind", "name"]
        indexes = [GinIndex(SearchVector("name", config="english"), name="surface_search")]
        constraints = [
            models.UniqueConstraint(fields=["workflow", "kind", "name"], name="surface_once_per_workflow_kind_name"),
            models.CheckConstraint(
                condition=Q(is_active=True, retired_at__isnull=True, retired_reason="")
                | (Q(is_active=False, retired_at__isnull=False) & ~Q(retired_reason="")),
                name="surface_retired_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.name}"

    @property
    def is_at_known_good(self) -> bool:
        return self.known_good_id is not None and self.current_id == self.known_good_id


class SurfaceVersion(Recorded):
    """One state of a surface. Never edited: another version follows."""

    surface = models.ForeignKey(Surface, models.PROTECT, related_name="versions")
    label = models.CharField(_("version"), max_length=100)
    digest = models.CharField(_("digest"), max_length=150, blank=True)
    source_url = models.URLField(_("source"), max_length=500, blank=True)
    note = models.TextField(_("what changed"), blank=True)
    author = models.CharField(_("author"), max_length=150, blank=True)
    changed_at = models.DateTimeField(_("in use since"))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField(_("recorded"))
    known_good_at = models.DateTimeField(null=True, blank=True)
    known_good_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    known_good_note = models.TextField(_("how it was proven"), blank=True)

    class Meta:
        verbose_name = _("surface version")
        ordering = ["-changed_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["surface", "label"], name="surface_version_label_once"),
            models.CheckConstraint(
                condition=Q(known_good_at__isnull=True, known_good_by__isnull=True)
                | Q(known_good_at__isnull=False, known_good_by__isnull=False),
                name="surface_version_known_good_by_and_at",
            ),
        ]

    def __str__(self) -> str:
        return self.label
