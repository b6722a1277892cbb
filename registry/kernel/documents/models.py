"""Numbered documents: what was frozen, what was made of it, and who took it."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.kernel.audit.history import Recorded
from registry.kernel.files import StoredFile


class Document(Recorded):
    """A report of a record as it was at one moment. The frozen record is never changed; the PDF follows from it.

    What takes long to gather is numbered when it is asked for and has no record until a worker has gathered it.
    """

    class Status(models.TextChoices):
        QUEUED = "QUEUED", _("Waiting")
        READY = "READY", _("Ready")
        FAILED = "FAILED", _("Failed")

    kind = models.CharField(_("kind"), max_length=40)
    number = models.CharField(_("number"), max_length=40, unique=True)
    title = models.CharField(_("title"), max_length=300)
    template = models.CharField(max_length=100)
    object_type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=40)
    as_of = models.DateTimeField(_("as of"))
    """The moment it shows. One that shows things as they are now names, once it is gathered, the moment of that."""
    record = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", null=True, blank=True)
    """The canonical record, stored once by its hash; `record.sha256` is the hash printed in the document. None until
    it is gathered."""
    code = models.CharField(_("verification code"), max_length=24, blank=True, db_index=True)
    """The first 100 bits of the record's hash in base 32, in groups of five; printed on every page."""
    options = models.JSONField(default=dict, blank=True)
    """What was asked for beside the subject: period, filters, language, sample."""
    selection = models.JSONField(default=dict, blank=True)
    """By what a worker gathers the record. Empty where it was frozen in the moment it was asked for."""
    correction = models.TextField(_("what was corrected"), blank=True)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.QUEUED)
    pdf = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", null=True, blank=True)
    unsigned_sha256 = models.CharField(max_length=64, blank=True)
    """Hash of the file before it was signed: made again from the record, it comes out the same. Empty for an
    archive, whose volumes are signed one by one."""
    proofs = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", null=True, blank=True)
    """The checkpoint and the inclusion proofs that travel inside, kept so that the file can be made again."""
    signer = models.CharField(_("signed with"), max_length=300, blank=True)
    media_type = models.CharField(max_length=100, default="application/pdf")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(_("asked for"))
    gathered_at = models.DateTimeField(_("gathered"), null=True, blank=True)
    """The moment of the snapshot it was gathered under. Empty where the record was frozen when it was asked for."""
    ready_at = models.DateTimeField(_("ready"), null=True, blank=True)
    supersedes = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="superseded_by")

    class Meta:
        verbose_name = _("document")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["object_type", "object_id"]),
            models.Index(
                fields=["id"],
                condition=models.Q(status="QUEUED"),
                name="document_to_make",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(status="READY") | models.Q(pdf__isnull=False, ready_at__isnull=False),
                name="document_ready_has_pdf",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="READY") | models.Q(record__isnull=False),
                name="document_ready_has_record",
            ),
            models.CheckConstraint(
                condition=models.Q(record__isnull=False) | models.Q(code="", gathered_at__isnull=True),
                name="document_code_is_of_record",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def frozen_at(self) -> datetime | None:
        """The moment its record was taken, the only date in the file; None while it is gathered."""
        return None if self.record_id is None else self.gathered_at or self.requested_at

    @property
    def record_sha256(self) -> str:
        """The hash printed in the document; empty while the record is gathered."""
        return self.record.sha256 if self.record is not None else ""

    def read_record(self) -> bytes:
        """The canonical record; nothing while it is gathered. Raises StorageProblem."""
        return self.record.read_bytes() if self.record is not None else b""


class DocumentPart(models.Model):
    """A stored file that the frozen record of a document of many files names by its hash: needed as long as that."""

    document = models.ForeignKey(Document, models.CASCADE, related_name="parts")
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "file"], name="document_part_once")]

    def __str__(self) -> str:
        return f"{self.document_id}: {self.file_id}"


class Volume(models.Model):
    """A file of an archive that is signed for itself, so that its hashes are found. They are also in the ledger, with
    FROZEN and ISSUED.
    """

    document = models.ForeignKey(Document, models.CASCADE, related_name="volumes")
    number = models.PositiveIntegerField()
    record_sha256 = models.CharField(max_length=64, db_index=True)
    unsigned_sha256 = models.CharField(max_length=64, blank=True, db_index=True)
    sha256 = models.CharField(max_length=64, blank=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["document", "number"], name="volume_once")]

    def __str__(self) -> str:
        return f"{self.document_id}: {self.number}"


class RenderingJob(models.Model):
    """How far the making of a document is. Not part of the record: it says nothing once the document is ready."""

    document = models.OneToOneField(Document, models.CASCADE, related_name="job", primary_key=True)
    progress = models.PositiveSmallIntegerField(default=0, help_text=_("percent"))
    not_before = models.DateTimeField(null=True, blank=True)
    """Left alone until then, because printing is costly and what it waited for takes a while."""
    attempts = models.PositiveSmallIntegerField(default=0)
    failure = models.CharField(max_length=500, blank=True)

    def __str__(self) -> str:
        return f"{self.document_id}: {self.progress} %"


class DocumentCounter(models.Model):
    """The last number given in one series and year, locked while the next is taken, so that no number is missing."""

    series = models.CharField(max_length=40, unique=True)
    last = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.series}: {self.last}"
