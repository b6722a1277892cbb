"""People and their roles. Roles are additive; each says what a person may do, never what they must not."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower, Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from registry.kernel.audit.history import Whole, recorded
from registry.kernel.ledger.governing import Noted


class Role(models.TextChoices):
    MEMBER = "MEMBER", _("Member")
    OWNER = "OWNER", _("Workflow owner")
    RESPONDER = "RESPONDER", _("Responder")
    RISK = "RISK", _("Risk and compliance")
    EXECUTIVE = "EXECUTIVE", _("Executive")
    AUDITOR = "AUDITOR", _("Auditor")
    ADMINISTRATOR = "ADMINISTRATOR", _("Administrator")


class DigestRhythm(models.TextChoices):
    """How often somebody is sent what happened to the workflows they watch."""

    DAILY = "DAILY", _("Every day")
    WEEKLY = "WEEKLY", _("Once a week")
    NEVER = "NEVER", _("Never")


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def active(self) -> models.QuerySet["User"]:
        """People whose account is open and has not come to its end."""
        return self.filter(is_active=True).exclude(access_until__lte=Now())

    def with_role(self, role: str) -> models.QuerySet["User"]:
        return self.active().filter(roles__contains=[role])


class User(Whole, AbstractBaseUser):
    """A person who signs in. A person who left stays, inactive, so that the record keeps its names."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=150)
    title = models.CharField(_("job title"), max_length=150, blank=True)
    roles = ArrayField(models.CharField(max_length=20, choices=Role), verbose_name=_("roles"), default=list)
    is_active = models.BooleanField(_("active"), default=True)
    access_until = models.DateTimeField(_("access until"), null=True, blank=True)
    """From this moment on the account opens nothing; for visiting auditors. Empty: no end."""
    is_demo = models.BooleanField(default=False)
    single_key_shortcuts = models.BooleanField(_("single-key shortcuts"), default=True)
    register_columns = ArrayField(
        models.CharField(max_length=40), verbose_name=_("columns of the register"), default=list, blank=True
    )
    """Keys of the columns this person usually wants to see, from left to right; empty for those all begin with."""
    digest_rhythm = models.CharField(
        _("mail about watched workflows"), max_length=6, choices=DigestRhythm, default=DigestRhythm.DAILY
    )
    digest_weekday = models.PositiveSmallIntegerField(_("day of the week"), default=0)
    """0 is Monday. Counts for the weekly mail."""
    digest_hour = models.PositiveSmallIntegerField(_("hour"), default=7)
    """On the clock of `time_zone`."""
    time_zone = models.CharField(_("time zone"), max_length=60, blank=True)
    """Name in the IANA database; empty for that of the installation."""
    date_joined = models.DateTimeField(_("joined"), auto_now_add=True)

    personal_fields = ("email", "name", "title")
    noted_fields = (Noted("password", "PASSWORD_STORED", unless=("PASSWORD_CHANGED",)),)
    history = recorded(excluded_fields=["password", "last_login"])
    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_unique_any_case"),
            models.CheckConstraint(condition=models.Q(digest_weekday__lte=6), name="user_digest_weekday_is_one"),
            models.CheckConstraint(condition=models.Q(digest_hour__lte=23), name="user_digest_hour_is_one"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Signing in stamps `last_login`. That is an event of its own and no change of the person."""
        if kwargs.get("update_fields") == ["last_login"]:
            type(self).objects.filter(pk=self.pk).update(last_login=self.last_login)
            return
        super().save(*args, **kwargs)

    def get_absolute_url(self) -> str:
        return reverse("person", args=[self.pk])

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split(" ")[0]

    def has(self, *roles: str) -> bool:
        """Whether this person holds any of `roles`. Everyone who is active is a member."""
        return self.is_active and (Role.MEMBER in roles or any(role in self.roles for role in roles))

    @property
    def initials(self) -> str:
        parts = [part for part in self.name.split() if part]
        return "".join(part[0] for part in (parts[:1] + parts[-1:] if len(parts) > 1 else parts)).upper()

    @property
    def role_labels(self) -> list[str]:
        return [str(Role(role).label) for role in self.roles]
