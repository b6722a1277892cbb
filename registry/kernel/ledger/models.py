"""The tables of the ledger. People's actions write none of them: the database and the sequencer do.

`AuditEntry` holds the sealed entries themselves; here is their order, the tree over them, and what was signed.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.kernel.audit.models import AuditEntry


class Leaf(models.Model):
    """The place of one entry in the log. Places have no gap and are never given twice."""

    index = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(AuditEntry, models.PROTECT, related_name="leaf")

    class Meta:
        db_table = "ledger_leaf"

    def __str__(self) -> str:
        return str(self.index)


class Tile(models.Model):
    """Up to 256 neighbouring hashes of one level of the tree; level n holds the roots of full tiles of level n-1."""

    level = models.PositiveSmallIntegerField()
    index = models.BigIntegerField()
    width = models.PositiveSmallIntegerField()
    data = models.BinaryField(help_text="`width` hashes of 32 bytes")

    class Meta:
        db_table = "ledger_tile"
        constraints = [models.UniqueConstraint(fields=["level", "index"], name="ledger_tile_once")]

    def __str__(self) -> str:
        return f"{self.level}/{self.index} ({self.width})"


class Checkpoint(models.Model):
    """A signed statement of how long the log is and what its root is, as a C2SP signed note."""

    size = models.BigIntegerField(primary_key=True, help_text=_("number of leaves"))
    origin = models.CharField(max_length=200)
    root = models.CharField(max_length=64, help_text="hex")
    note = models.TextField()
    settled_id = models.BigIntegerField(help_text=_("every entry up to this number was sequenced or rolled back"))
    signed_at = models.DateTimeField()

    class Meta:
        db_table = "ledger_checkpoint"
        ordering = ["-size"]

    def __str__(self) -> str:
        return f"{self.origin} {self.size}"


class LogKey(models.Model):
    """The public half of a key, kept for ever: of checkpoints (Ed25519, as a vkey) or of reports (a certificate)."""

    class Purpose(models.TextChoices):
        CHECKPOINTS = "CHECKPOINTS", _("Checkpoints")
        DOCUMENTS = "DOCUMENTS", _("Documents")

    purpose = models.CharField(max_length=12, choices=Purpose)
    name = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64, unique=True)
    public = models.TextField(help_text=_("vkey, or certificate chain in PEM"))
    first_used_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "ledger_key"
        ordering = ["-first_used_at"]

    def __str__(self) -> str:
        return f"{self.name} {self.fingerprint[:12]}"


class Secret(models.Model):
    """A personal value that the entry only commits to: SHA-256 of salt and value. The only rows that can be erased."""

    entry = models.ForeignKey(AuditEntry, models.PROTECT, related_name="secrets")
    field = models.CharField(max_length=60)
    salt = models.BinaryField(help_text=_("32 bytes of chance"))
    value = models.TextField()

    class Meta:
        db_table = "ledger_secret"
        constraints = [models.UniqueConstraint(fields=["entry", "field"], name="ledger_secret_once")]

    def __str__(self) -> str:
        return f"{self.entry_id}.{self.field}"


class Gap(models.Model):
    """A change that reached the database past the application; the guard wrote the history row that was missing."""

    at = models.DateTimeField()
    object_type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=40)
    operation = models.CharField(max_length=6, help_text="INSERT, UPDATE or DELETE")
    role = models.CharField(max_length=63, help_text=_("login at the database"))
    application = models.TextField(blank=True)
    address = models.TextField(blank=True)
    query = models.TextField(blank=True)

    class Meta:
        db_table = "ledger_gap"
        ordering = ["-id"]
        indexes = [models.Index(fields=["object_type", "object_id"]), models.Index(fields=["-at", "-id"])]

    def __str__(self) -> str:
        return f"{self.operation} {self.object_type} {self.object_id}"


class Receipt(models.Model):
    """One checkpoint handed to one witness outside, and what came back."""

    checkpoint = models.ForeignKey(Checkpoint, models.PROTECT, related_name="receipts")
    witness = models.CharField(max_length=300, help_text=_("kind and address, without secrets"))
    attempts = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    answer = models.BinaryField(blank=True, default=bytes)
    failure = models.CharField(max_length=500, blank=True)

    class Meta:
        db_table = "ledger_receipt"
        ordering = ["-checkpoint_id"]
        constraints = [models.UniqueConstraint(fields=["checkpoint", "witness"], name="ledger_receipt_once")]

    def __str__(self) -> str:
        return f"{self.checkpoint_id} → {self.witness}"


class IntegrityCheck(models.Model):
    """One run of the standing check over history, ledger or stored files, and every difference it found."""

    class Subject(models.TextChoices):
        HISTORY = "HISTORY", _("Records against their history")
        LEDGER = "LEDGER", _("History against the ledger")
        FILES = "FILES", _("Stored files")

    subject = models.CharField(max_length=10, choices=Subject)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    examined = models.BigIntegerField(default=0)
    findings = models.JSONField(default=list, help_text="sentences, the first hundred")
    findings_count = models.BigIntegerField(default=0)
    erased = models.BigIntegerField(default=0, help_text=_("contents and values gone with a record of their erasure"))
    position = models.JSONField(default=dict, help_text=_("where an unfinished run goes on"))

    class Meta:
        db_table = "ledger_check"
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.subject} {self.started_at}"

    @property
    def unnamed(self) -> int:
        """Differences that were counted and not put into words."""
        return self.findings_count - len(self.findings)


class SchemaSeal(models.Model):
    """What the guarding triggers and functions of the database looked like after a migration."""

    fingerprint = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()
    definitions = ArrayField(models.TextField(), default=list)

    class Meta:
        db_table = "ledger_schema"
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.fingerprint[:12]
