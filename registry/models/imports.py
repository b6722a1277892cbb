"""Change-sets: many changes asked for at once, tried first, applied as one and undone as one."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from registry.kernel.audit.history import Recorded
from registry.kernel.files import StoredFile
from registry.models.workflows import Workflow


class ImportMapping(Recorded):
    """How the columns of one kind of spreadsheet become fields, remembered for the next file of that kind."""

    name = models.SlugField(_("name"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=150)
    definition = models.JSONField(_("columns"))
    is_shipped = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("import mapping")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class ChangeSet(Recorded):
    class Status(models.TextChoices):
        UPLOADED = "UPLOADED", _("Waiting for its columns to be mapped")
        TRIED = "TRIED", _("Tried, not applied")
        APPLIED = "APPLIED", _("Applied")
        UNDONE = "UNDONE", _("Undone")
        DISCARDED = "DISCARDED", _("Discarded")

    title = models.CharField(_("title"), max_length=200)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")
    filename = models.CharField(_("file name"), max_length=250)
    mapping = models.ForeignKey(ImportMapping, models.PROTECT, null=True, blank=True, related_name="change_sets")
    mapping_used = models.JSONField(default=dict)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.UPLOADED)
    counts = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("uploaded"))
    applied_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    applied_at = models.DateTimeField(_("applied"), null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(_("undone"), null=True)

    class Meta:
        verbose_name = _("change-set")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(applied_by__isnull=True, applied_at__isnull=True)
                | Q(applied_by__isnull=False, applied_at__isnull=False),
                name="change_set_applied_by_and_at",
            ),
            models.CheckConstraint(
                condition=Q(undone_by__isnull=True, undone_at__isnull=True)
                | Q(undone_by__isnull=False, undone_at__isnull=False),
                name="change_set_undone_by_and_at",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ImportRow(models.Model):
    """One row of a change-set, as it stood in the file: once applied, an attachment of record.

    While the change-set is only tried, its rows say what would happen, and another trial replaces them.
    """

    class Outcome(models.TextChoices):
        CREATED = "CREATED", _("Created")
        CHANGED = "CHANGED", _("Changed")
        UNCHANGED = "UNCHANGED", _("Unchanged")
        SKIPPED = "SKIPPED", _("Skipped")

    change_set = models.ForeignKey(ChangeSet, models.PROTECT, related_name="rows")
    row_number = models.PositiveIntegerField(_("row"))
    original = models.JSONField(_("original row"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    workflow = models.ForeignKey(Workflow, models.SET_NULL, null=True, blank=True, related_name="import_rows")
    workflow_reference = models.CharField(max_length=20, blank=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    """Changed fields, stored values before and after, so that the change-set can be reviewed and undone."""
    problems = models.JSONField(default=list)
    """What did not fit in this row, by column and in words; what concerns the whole file is with the change-set."""

    class Meta:
        verbose_name = _("imported row")
        ordering = ["change_set", "row_number"]
        indexes = [models.Index(fields=["workflow", "-id"])]
        constraints = [models.UniqueConstraint(fields=["change_set", "row_number"], name="import_row_once")]

    def __str__(self) -> str:
        return f"{self.change_set_id} row {self.row_number}"
