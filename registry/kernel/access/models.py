"""Tokens for programs and remembered answers of creating requests."""

import hashlib
import secrets

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from registry.kernel.audit.history import Recorded

PREFIX = "hf_"


def digest_of(secret: str) -> str:
    """SHA-256 in hex. A token has 256 random bits, so that a slow hash would add nothing."""
    return hashlib.sha256(secret.encode()).hexdigest()


class ApiToken(Recorded):
    """A bearer token of one person, shown once and kept as a hash."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("name"), max_length=100)
    prefix = models.CharField(max_length=12, help_text=_("First characters, to recognise the token by."))
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    hidden_fields = ("digest",)

    class Meta:
        verbose_name = _("API token")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class TokenUse(models.Model):
    """When a token was last used, apart from the token so that a call does not write history."""

    token = models.OneToOneField(ApiToken, models.CASCADE, related_name="use", primary_key=True)
    last_used_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.token_id}: {self.last_used_at}"


class RememberedAnswer(models.Model):
    """The answer of a creating request, so that sending it again does nothing twice."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    body = models.JSONField(null=True)
    location = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="remembered_answer_once_per_key")]

    def __str__(self) -> str:
        return self.key


def new_secret(prefix: str = PREFIX) -> str:
    return prefix + secrets.token_urlsafe(32)
