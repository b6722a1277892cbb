"""Notices and outgoing mail. A notice's key is unique, so that running a sweep twice tells nobody twice."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Digest(models.Model):
    """One gathered mail to one person. A moment at which mail is due counts once for each person."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="digests")
    due_at = models.DateTimeField(_("due"))
    mail = models.OneToOneField("registry.Mail", models.PROTECT, related_name="digest")
    created_at = models.DateTimeField(_("created"))

    class Meta:
        verbose_name = _("mail digest")
        ordering = ["-due_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["person", "due_at"], name="digest_once_per_moment")]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.due_at}"


class Notice(models.Model):
    """Something one person should know, with a link to where to act on it."""

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=40)
    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="notices")
    subject = models.CharField(_("subject"), max_length=250)
    body = models.TextField(_("text"))
    url = models.CharField(max_length=300, blank=True)
    object_type = models.CharField(max_length=60, blank=True)
    object_id = models.CharField(max_length=40, blank=True)
    under_type = models.CharField(max_length=60, blank=True, default="")
    under_id = models.CharField(max_length=40, blank=True, default="")
    """The record this is listed under, where that is not what it is about."""
    is_watched = models.BooleanField(_("told to whoever watches"), default=False)
    """Whether the recipient hears of it for watching it; otherwise it is addressed to the recipient."""
    awaits_digest = models.BooleanField(default=False)
    digest = models.ForeignKey(Digest, models.PROTECT, related_name="notices", null=True, blank=True)
    """The mail that told it, among other things."""
    created_at = models.DateTimeField(_("created"))
    read_at = models.DateTimeField(_("read"), null=True, blank=True)

    class Meta:
        verbose_name = _("notice")
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["recipient", "-created_at"]),
            models.Index(fields=["object_type", "object_id"]),
            models.Index(fields=["recipient"], condition=models.Q(read_at__isnull=True), name="notice_unread"),
            models.Index(
                fields=["recipient", "id"], condition=models.Q(awaits_digest=True), name="notice_awaits_digest"
            ),
        ]

    def __str__(self) -> str:
        return self.subject


class Mail(models.Model):
    """A mail to send, written in the transaction that wants it and sent afterwards."""

    notice = models.OneToOneField(Notice, models.PROTECT, related_name="mail", null=True, blank=True)
    recipient = models.EmailField(_("to"))
    subject = models.CharField(_("subject"), max_length=250)
    body = models.TextField(_("text"))
    html = models.TextField(_("the same as a page"), blank=True, default="")
    """Empty for mail that is text alone."""
    message_id = models.CharField(max_length=200, unique=True)
    created_at = models.DateTimeField(_("created"))
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_attempt_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("mail")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["id"], condition=models.Q(sent_at__isnull=True), name="mail_unsent"),
        ]

    def __str__(self) -> str:
        return f"{self.recipient}: {self.subject}"


class DeliveredMail(models.Model):
    """What the local mail backend received: the mailbox of the demonstration."""

    recipient = models.EmailField()
    subject = models.CharField(max_length=250)
    body = models.TextField()
    html = models.TextField(blank=True, default="")
    message_id = models.CharField(max_length=200, blank=True)
    delivered_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.recipient}: {self.subject}"
