"""A tool, a pipeline or people that send signals, and the tokens they prove themselves with."""

import secrets
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from intake.binding import Rule
from intake.formats.reading import Mapped
from intake.kinds import SourceKind
from intake.promoting import Promotion
from registry.kernel.audit.history import Recorded, Whole, recorded
from registry.kernel.ledger.governing import Noted
from registry.models import Role, Signal, Workflow


def _public_id() -> str:
    return secrets.token_hex(8)


class SourceQuerySet(models.QuerySet["SignalSource"]):
    def listed_for(self, user: Any) -> Self:
        """Whoever looks after sources, decides on signals, or audits. What people report has no page of its own."""
        may = user.has(Role.RISK, Role.RESPONDER, Role.ADMINISTRATOR, Role.AUDITOR)
        return self if may else self.none()

    def machines(self) -> Self:
        return self.exclude(kind=SourceKind.PEOPLE)


class SignalSource(Whole):
    name = models.CharField(_("name"), max_length=100)
    kind = models.CharField(_("kind"), max_length=12, choices=SourceKind.choices)
    public_id = models.CharField(_("public id"), max_length=32, unique=True, default=_public_id)
    """Stands in the address. It tells sources apart and opens nothing."""
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("owner")
    )
    is_enabled = models.BooleanField(_("takes deliveries"), default=True)
    signature_secret = models.TextField(_("signature secret"), blank=True)
    """Encrypted. No history, log or file holds it; that it was replaced is an event."""
    has_signature = models.BooleanField(_("signs what it sends"), default=False)
    binding_rules = models.JSONField(_("rules that find the workflow"), default=list, blank=True)
    """`{label, value, workflow}` each; the first that fits counts."""
    default_workflow = models.ForeignKey(
        Workflow, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("workflow of all the rest")
    )
    mapping = models.JSONField(_("mapping"), default=dict, blank=True)
    """Name of a part → where it stands, for JSON of one's own; and `over`, the values that mean it has ended."""
    promotes = models.BooleanField(_("makes incidents by itself"), default=False)
    promote_levels = models.JSONField(_("of these levels"), default=list, blank=True)
    promote_labels = models.JSONField(_("with these labels"), default=dict, blank=True)
    rule_problem = models.CharField(_("why its rule makes no incident"), max_length=500, blank=True)
    """What stood in the way when the rule was to make one; empty once it has made one, or the source was changed."""
    prepared_signal = models.ForeignKey(
        Signal, models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("prepared signal it serves")
    )
    """The entry in the register that this source is the voice of: it counts as heard when something arrives."""
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", null=True)
    created_at = models.DateTimeField(_("created"))
    version = models.PositiveIntegerField(default=1)

    hidden_fields = ("signature_secret",)
    noted_fields = (Noted("signature_secret", "SIGNATURE_SECRET_REPLACED", unless=()),)
    history = recorded(excluded_fields=["signature_secret"])
    objects: ClassVar[models.Manager["SignalSource"]] = SourceQuerySet.as_manager()

    class Meta:
        verbose_name = _("signal source")
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(fields=["kind"], condition=Q(kind="PEOPLE"), name="source_of_people_is_one"),
            models.CheckConstraint(
                condition=Q(kind="PEOPLE") | Q(owner__isnull=False), name="source_machine_has_an_owner"
            ),
            models.CheckConstraint(
                condition=Q(has_signature=False, signature_secret="")
                | (Q(has_signature=True) & ~Q(signature_secret="")),
                name="source_signature_has_a_secret",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=[kind.value for kind in SourceKind if kind.signs]) | Q(has_signature=True),
                name="source_that_only_signs_has_a_signature",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("signal-source", args=[self.pk])

    @property
    def speaks(self) -> SourceKind:
        return SourceKind(self.kind)

    @property
    def rules(self) -> list[Rule]:
        return [Rule(**each) for each in self.binding_rules]

    @property
    def promotion(self) -> Promotion:
        return Promotion(self.promotes, tuple(self.promote_levels), dict(self.promote_labels))

    @property
    def mapped(self) -> Mapped:
        over = tuple(self.mapping.get("over", ()))
        return Mapped({name: path for name, path in self.mapping.items() if name != "over"}, over)


class SourceToken(Recorded):
    """What a source sends along. Shown once and kept as a hash."""

    source = models.ForeignKey(SignalSource, models.PROTECT, related_name="tokens")
    prefix = models.CharField(max_length=12, help_text=_("First characters, to recognise the token by."))
    digest = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("created"))
    expires_at = models.DateTimeField(_("ends"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    hidden_fields = ("digest",)

    class Meta:
        verbose_name = _("token of a source")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.source_id} ({self.prefix}…)"
