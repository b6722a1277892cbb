"""Redacted copies of evidence, and the people named for a piece that only they open."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from incidents.models.evidence import Evidence
from registry.kernel.audit.history import Recorded


class Redaction(Recorded):
    """How a copy came to be: what was taken out, why, by whom, and who looked whether nothing was left in.

    Until a second person approved it, the copy is as restricted as what it was made from.
    """

    class Status(models.TextChoices):
        WAITING = "WAITING", _("To be checked by a second person")
        APPROVED = "APPROVED", _("Approved")
        REFUSED = "REFUSED", _("Refused")

    copy = models.OneToOneField(Evidence, models.PROTECT, related_name="redaction")
    taken_out = models.CharField(_("what was taken out"), max_length=500)
    reason = models.CharField(_("why"), max_length=500)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(_("made"))
    status = models.CharField(_("status"), max_length=8, choices=Status, default=Status.WAITING)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decision_note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("redaction")
        constraints = [
            models.CheckConstraint(
                condition=Q(status="WAITING", decided_by__isnull=True, decided_at__isnull=True)
                | (~Q(status="WAITING") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="redaction_decided_by_and_at",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("made_by")), name="redaction_two_people"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.copy_id} {self.status}"


class EvidenceOpener(Recorded):
    """One person who opens a piece that only named people open. It ends with who took the name off, and when."""

    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="openers")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    reason = models.CharField(_("reason"), max_length=300)
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    named_at = models.DateTimeField(_("named"))
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("person named for evidence")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["evidence", "person"], condition=Q(ended_at__isnull=True), name="evidence_opener_once"
            ),
            models.CheckConstraint(
                condition=Q(ended_by__isnull=True, ended_at__isnull=True)
                | Q(ended_by__isnull=False, ended_at__isnull=False),
                name="evidence_opener_ended_by_and_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.evidence_id}: {self.person_id}"
