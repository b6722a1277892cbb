"""Change-sets: many changes asked for at once, tried first, applied as one and undone as one."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from registry.kernel.audit.history import Recorded
from registry.kernel.files import StoredFile
from registry.models.people import Role
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


class ChangeSetQuerySet(models.QuerySet["ChangeSet"]):
    def imports(self) -> Self:
        return self.filter(kind=ChangeSet.Kind.IMPORT)

    def visible_to(self, user: Any) -> Self:
        """All for risk staff and auditors, their own for everybody else."""
        return self if user.has(Role.RISK, Role.AUDITOR) else self.filter(asked_by=user)


class ChangeSet(Recorded):
    class Kind(models.TextChoices):
        IMPORT = "IMPORT", _("Import")
        EDIT = "EDIT", _("Bulk edit")
        UNDO = "UNDO", _("Undoing")

    class Status(models.TextChoices):
        UPLOADED = "UPLOADED", _("Waiting for its columns to be mapped")
        TRIED = "TRIED", _("Tried, not applied")
        APPLIED = "APPLIED", _("Applied")
        UNDONE = "UNDONE", _("Undone")
        DISCARDED = "DISCARDED", _("Discarded")

    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.IMPORT)
    of = models.CharField(_("records"), max_length=30, blank=True)
    """The kind of records that an import brings in, as `registry.services.exchange` calls it; empty for workflows."""
    title = models.CharField(_("title"), max_length=200)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    undoes = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="undoing", verbose_name=_("undoes")
    )
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="+")
    """What was imported; nothing for a change that people made here."""
    filename = models.CharField(_("file name"), max_length=250, blank=True)
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

    objects: ClassVar[ChangeSetQuerySet] = ChangeSetQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = _("change-set")
        ordering = ["-id"]
        indexes = [models.Index(fields=["kind", "-id"], name="change_set_by_kind")]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="IMPORT", file__isnull=False) | ~Q(kind="IMPORT") & Q(file__isnull=True),
                name="change_set_file_where_imported",
            ),
            models.CheckConstraint(
                condition=Q(kind="UNDO", undoes__isnull=False) | ~Q(kind="UNDO") & Q(undoes__isnull=True),
                name="change_set_undoing_names_what",
            ),
            models.CheckConstraint(condition=Q(kind="IMPORT") | ~Q(reason=""), name="change_set_has_reason"),
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

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("import" if self.kind == self.Kind.IMPORT else "change-set", args=[self.pk])


class ImportRow(models.Model):
    """One row of a change-set, of an import as it stood in the file: once applied, an attachment of record.

    While the change-set is only tried, its rows say what would happen, and another trial replaces them.
    """

    class Outcome(models.TextChoices):
        CREATED = "CREATED", _("Created")
        CHANGED = "CHANGED", _("Changed")
        UNCHANGED = "UNCHANGED", _("Unchanged")
        SKIPPED = "SKIPPED", _("Skipped")
        REMOVED = "REMOVED", _("Removed")

    change_set = models.ForeignKey(ChangeSet, models.PROTECT, related_name="rows")
    row_number = models.PositiveIntegerField(_("row"))
    original = models.JSONField(_("original row"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    workflow = models.ForeignKey(Workflow, models.SET_NULL, null=True, blank=True, related_name="import_rows")
    workflow_reference = models.CharField(max_length=20, blank=True)
    record_id = models.BigIntegerField(null=True)
    """Number of the record that came of a row about something else than a workflow, whether or not it is still here."""
    record_name = models.CharField(max_length=200, blank=True)
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
