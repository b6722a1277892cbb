"""The keys that instances of running workflows ask with, what they were last told, and what was asked for in vain."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from registry.kernel.audit.history import Recorded
from registry.models.control_feed import statements
from registry.models.workflows import Workflow


def who(verbose_name: Any) -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=verbose_name, null=True, blank=True
    )


class ControlToken(Recorded):
    """A key with which instances of one workflow ask. Shown once and kept as a hash."""

    workflow = models.ForeignKey(Workflow, models.PROTECT, null=True, blank=True, related_name="control_tokens")
    """Empty for a key given out before the workflow is registered: it opens nothing, and what it asks for is listed."""
    name = models.CharField(_("name"), max_length=100)
    prefix = models.CharField(max_length=12, help_text=_("First characters, to recognise the key by."))
    digest = models.CharField(max_length=64, unique=True)
    may_acknowledge = models.BooleanField(_("may report that it obeys"), default=True)
    default_declared = models.CharField(_("default in the code"), max_length=10, blank=True)
    """The mode that the program falls back to when nobody answers, as its owner declared it."""
    created_by = who(_("created by"))
    created_at = models.DateTimeField(_("created"))
    expires_at = models.DateTimeField(_("ends"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    hidden_fields = ("digest",)

    class Meta:
        verbose_name = _("control key")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    @property
    def is_ending(self) -> bool:
        """Revoked, or given an end: its instances are to change over."""
        return self.revoked_at is not None or self.expires_at is not None


class ControlInstance(models.Model):
    """What one running instance was last told. Kept by the serving processes; facts of operation, not a record."""

    token = models.ForeignKey(ControlToken, models.CASCADE, related_name="instances")
    name = models.CharField(_("instance"), max_length=200, blank=True)
    """Its `targetingKey`; empty for instances that give none."""
    appeared_at = models.DateTimeField(_("first seen"))
    revision = models.BigIntegerField(_("revision"))
    first_at = models.DateTimeField(_("had it from"))
    """When it was first told this revision."""
    last_at = models.DateTimeField(_("last seen"))
    acknowledged = models.BigIntegerField(_("revision it said it obeys"), default=0)
    acknowledged_at = models.DateTimeField(null=True)
    client = models.CharField(_("client"), max_length=120, blank=True)
    calls = models.BigIntegerField(_("calls"), default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["token", "name"], name="control_instance_once")]
        indexes = [models.Index(fields=["token", "-last_at"], name="control_instance_by_last")]

    def __str__(self) -> str:
        return self.name or "unnamed"

    @property
    def obeys(self) -> int:
        """The revision it is known to have: what it acknowledged, if it ever does; otherwise what it was told."""
        return self.acknowledged or self.revision


class ControlCandidate(models.Model):
    """A key that somebody with a valid token asked for in vain: perhaps a workflow that nobody has registered."""

    token = models.ForeignKey(ControlToken, models.CASCADE, related_name="candidates")
    key = models.CharField(_("asked for"), max_length=200)
    first_at = models.DateTimeField(_("first asked"))
    last_at = models.DateTimeField(_("last asked"))
    calls = models.BigIntegerField(_("calls"), default=0)
    dismissed_by = who(_("set aside by"))
    dismissed_at = models.DateTimeField(_("set aside"), null=True, blank=True)
    dismissal_reason = models.CharField(_("why"), max_length=300, blank=True)

    class Meta:
        ordering = ["-last_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="control_candidate_once")]
        indexes = [
            models.Index(
                fields=["-last_at", "-id"], condition=Q(dismissed_at__isnull=True), name="control_candidate_open"
            )
        ]

    def __str__(self) -> str:
        return self.key


class ControlChange(models.Model):
    """That something of a workflow changed which its instances are told. Written by triggers, read by those who serve.

    The transaction's number orders nothing; it tells a reader which changes it cannot have seen at its last look.
    """

    workflow_id = models.BigIntegerField(null=True)
    """No reference: a row here must never wait for a lock on a workflow."""
    transaction = models.BigIntegerField()
    at = models.DateTimeField()

    own_statements = staticmethod(statements)

    class Meta:
        indexes = [models.Index(fields=["transaction"], name="control_change_by_transaction")]

    def __str__(self) -> str:
        return f"{self.workflow_id} in {self.transaction}"
