"""Evidence and its chain of custody."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from incidents.models.incidents import Incident
from registry.kernel.audit.context import Origin, current
from registry.kernel.audit.history import Recorded
from registry.kernel.ledger.governing import EnteredAs
from registry.models import StoredFile


class Evidence(Recorded):
    class Kind(models.TextChoices):
        INTERACTION_LOG = "INTERACTION_LOG", _("Interaction log")
        RAW_OUTPUT = "RAW_OUTPUT", _("Raw output")
        SYSTEM_PROMPT = "SYSTEM_PROMPT", _("System prompt")
        USER_PROMPT = "USER_PROMPT", _("User prompt")
        PARAMETERS = "PARAMETERS", _("Parameters")
        MODEL_VERSION = "MODEL_VERSION", _("Model version")
        CONFIGURATION = "CONFIGURATION", _("Configuration")
        RETRIEVAL_CONTEXT = "RETRIEVAL_CONTEXT", _("Retrieval context")
        VECTOR_QUERY = "VECTOR_QUERY", _("Vector query")
        TOOL_CALL = "TOOL_CALL", _("Tool call")
        APPROVAL_RECORD = "APPROVAL_RECORD", _("Approval record")
        DOWNSTREAM_ACTION = "DOWNSTREAM_ACTION", _("Downstream action")
        TRACE = "TRACE", _("Trace")
        SCREENSHOT = "SCREENSHOT", _("Screenshot")
        COMMUNICATION = "COMMUNICATION", _("Communication")
        VALIDATION = "VALIDATION", _("Validation result")
        OTHER = "OTHER", _("Other")

    class Retention(models.TextChoices):
        STANDARD = "STANDARD", _("Standard, 3 years")
        REGULATORY = "REGULATORY", _("Regulatory, 10 years")
        SHORT = "SHORT", _("Personal data, 1 year")

    class Custody(models.TextChoices):
        UNCHECKED = "UNCHECKED", _("Not checked since it was received")
        VERIFIED = "VERIFIED", _("Verified")
        ALTERED = "ALTERED", _("Altered")
        MISSING = "MISSING", _("Missing")
        DISPOSED = "DISPOSED", _("Disposed of at the end of its keeping")

    incident = models.ForeignKey(Incident, models.PROTECT, related_name="evidence")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    title = models.CharField(_("title"), max_length=200)
    note = models.TextField(_("note"), blank=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, null=True, blank=True, related_name="evidence")
    filename = models.CharField(_("file name"), max_length=250, blank=True)
    declared_type = models.CharField(max_length=100, blank=True)
    link = models.URLField(_("link"), max_length=1000, blank=True)
    collected_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    collected_at = models.DateTimeField(_("collected"))
    received_at = models.DateTimeField(_("received"))
    method = models.CharField(_("how it was collected"), max_length=200)
    source = models.CharField(_("where it comes from"), max_length=200)
    retention = models.CharField(_("retention"), max_length=12, choices=Retention, default=Retention.STANDARD)
    is_on_hold = models.BooleanField(_("legal hold"), default=True)
    is_restricted = models.BooleanField(_("restricted"), default=False)
    is_named_only = models.BooleanField(_("named people only"), default=False)
    """Of what is restricted: only people named for this piece open it, and auditors."""
    redaction_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="redactions")
    request = models.ForeignKey(
        "incidents.EvidenceRequest", models.PROTECT, null=True, blank=True, related_name="pieces"
    )
    """What it was handed in for."""
    trace_id = models.CharField(_("trace"), max_length=32, blank=True)
    """Of a distributed trace, as W3C Trace Context and OpenTelemetry write it: 32 hexadecimal digits, lower case."""
    span_id = models.CharField(_("span"), max_length=16, blank=True)
    run_id = models.CharField(_("run"), max_length=200, blank=True)
    observed_at = models.DateTimeField(_("observed"), null=True, blank=True)
    """When the source saw what this shows, where that is not when it was collected."""
    push_key = models.CharField(_("key of the sender"), max_length=200, blank=True)
    """Sent by a pipeline that may send twice: once for each incident."""
    custody = models.CharField(_("custody"), max_length=10, choices=Custody, default=Custody.UNCHECKED)
    checked_at = models.DateTimeField(_("last checked"), null=True, blank=True)
    keep_until = models.DateField(_("keep until"), null=True, blank=True)
    """The day its keeping ends by its class or by the last review; reviewed then, never removed by itself."""
    disposed_at = models.DateTimeField(_("disposed of"), null=True, blank=True)

    class Meta:
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")
        ordering = ["id"]
        indexes = [
            models.Index(fields=["-received_at", "-id"]),
            models.Index(fields=["trace_id"], name="evidence_by_trace", condition=~Q(trace_id="")),
            models.Index(fields=["run_id"], name="evidence_by_run", condition=~Q(run_id="")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(file__isnull=False) | ~Q(link="") | ~Q(note="") | ~Q(trace_id=""),
                name="evidence_holds_something",
            ),
            models.CheckConstraint(
                condition=Q(is_named_only=False) | Q(is_restricted=True), name="evidence_named_only_is_restricted"
            ),
            models.CheckConstraint(condition=Q(span_id="") | ~Q(trace_id=""), name="evidence_span_belongs_to_a_trace"),
            models.UniqueConstraint(
                fields=["incident", "push_key"], condition=~Q(push_key=""), name="evidence_pushed_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("evidence", args=[self.pk])

    @property
    def reference(self) -> str:
        return f"EV-{self.pk:05d}" if self.pk else "EV-new"


class RetentionReview(Recorded):
    """What becomes of evidence whose keeping has ended: proposed by the sweep, decided by two people."""

    class State(models.TextChoices):
        DUE = "DUE", _("To be reviewed")
        PROPOSED = "PROPOSED", _("Disposal proposed")
        KEPT = "KEPT", _("Kept on")
        DISPOSED = "DISPOSED", _("Disposed of")

    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="retention_reviews")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DUE)
    due_date = models.DateField(_("keeping ended"))
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    proposed_at = models.DateTimeField(_("proposed"), null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    reason = models.TextField(_("reason"), blank=True)
    keep_until = models.DateField(_("keep until"), null=True, blank=True)

    class Meta:
        verbose_name = _("retention review")
        ordering = ["due_date", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["evidence"], condition=Q(state__in=["DUE", "PROPOSED"]), name="retention_one_open_review"
            ),
            models.CheckConstraint(
                condition=~Q(state="DISPOSED") | ~Q(proposed_by=models.F("decided_by")), name="retention_two_people"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.evidence_id} {self.state}"


class CustodyEvent(models.Model):
    """One link of the chain of custody. Append-only: the database refuses to change or remove it."""

    class Kind(models.TextChoices):
        RECEIVED = "RECEIVED", _("Received")
        READ = "READ", _("Read")
        COPIED = "COPIED", _("Copied")
        EXPORTED = "EXPORTED", _("Exported")
        REDACTED = "REDACTED", _("Redacted")
        COPY_APPROVED = "COPY_APPROVED", _("Approved as a redacted copy")
        COPY_REFUSED = "COPY_REFUSED", _("Refused as a redacted copy")
        NAMED = "NAMED", _("Who opens it changed")
        VERIFIED = "VERIFIED", _("Verified")
        FOUND_ALTERED = "FOUND_ALTERED", _("Found altered")
        FOUND_MISSING = "FOUND_MISSING", _("Found missing")
        HELD = "HELD", _("Put on hold")
        RELEASED = "RELEASED", _("Released")
        KEPT = "KEPT", _("Kept on after review")
        RECLASSIFIED = "RECLASSIFIED", _("Kept for another period")
        DISPOSED = "DISPOSED", _("Disposed of")

    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="custody_events")
    kind = models.CharField(_("what"), max_length=14, choices=Kind)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("when"))
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)

    origin = models.CharField(max_length=10, default=Origin.UNKNOWN)
    unit_id = models.CharField(max_length=64, blank=True, default="")

    never_changes = True
    entered_as = EnteredAs("CUSTODY", about="incidents.evidence", number="evidence_id", at="at", by="by_id")

    class Meta:
        verbose_name = _("custody event")
        ordering = ["id"]
        indexes = [models.Index(fields=["evidence", "id"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.at}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.origin, self.unit_id = str(current().origin), current().unit_id
        super().save(*args, **kwargs)
