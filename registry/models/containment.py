"""Containment options: prepared ways to limit harm, from narrowing the scope to stopping everything."""

from datetime import datetime

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from registry.containment_proof import Occasion, Rung, fresh_until, is_stale, rung_of
from registry.kernel.audit.history import Recorded
from registry.models.people import Role
from registry.models.workflows import Workflow
from registry.modes import Effect


class ContainmentOption(Recorded):
    class Kind(models.TextChoices):
        """In graduated order, mildest first."""

        NARROW_SCOPE = "NARROW_SCOPE", _("Narrow the scope")
        PAUSE_PATHS = "PAUSE_PATHS", _("Pause high-consequence paths")
        TIGHTEN_CONTROLS = "TIGHTEN_CONTROLS", _("Tighten controls")
        FORCE_REVIEW = "FORCE_REVIEW", _("Force human review")
        DISABLE_TOOL = "DISABLE_TOOL", _("Disable a tool")
        RESTRICT_INPUTS = "RESTRICT_INPUTS", _("Restrict inputs")
        BLOCK_SOURCE = "BLOCK_SOURCE", _("Block a retrieval source")
        RESTRICT_PERMISSIONS = "RESTRICT_PERMISSIONS", _("Restrict permissions")
        SWITCH_PROVIDER = "SWITCH_PROVIDER", _("Switch provider or fallback path")
        DEGRADE = "DEGRADE", _("Degrade gracefully")
        ROLLBACK_PROMPT = "ROLLBACK_PROMPT", _("Roll back the prompt")
        ROLLBACK_RETRIEVAL = "ROLLBACK_RETRIEVAL", _("Roll back retrieval")
        ROLLBACK_CONFIGURATION = "ROLLBACK_CONFIGURATION", _("Roll back configuration")
        ROLLBACK_MODEL = "ROLLBACK_MODEL", _("Roll back the model")
        FALL_BACK_TO_HUMAN = "FALL_BACK_TO_HUMAN", _("Fall back to people")
        KILL_SWITCH = "KILL_SWITCH", _("Kill switch")

    workflow = models.ForeignKey(Workflow, models.PROTECT, related_name="containment_options")
    kind = models.CharField(_("kind"), max_length=24, choices=Kind)
    name = models.CharField(_("name"), max_length=150)
    instructions = models.TextField(_("how it is done"))
    executors = ArrayField(
        models.CharField(max_length=20, choices=Role), verbose_name=_("roles that may execute it"), default=list
    )
    named_executors = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        through="ContainmentExecutor",
        related_name="+",
        verbose_name=_("people who may execute it"),
        blank=True,
    )
    expected_minutes = models.PositiveIntegerField(_("expected time"), help_text=_("Minutes until it takes effect."))
    load_carrier = models.CharField(_("what carries the load meanwhile"), max_length=250, blank=True)
    effect = models.JSONField(_("what it sets"), default=dict, blank=True)
    """As `registry.modes.Effect` is written. Empty: it is done by hand, and a person says that it is done."""
    is_active = models.BooleanField(_("available"), default=True)
    proven_at = models.DateTimeField(_("last proven"), null=True, blank=True)
    proven_in = models.CharField(_("proven in"), max_length=8, choices=Occasion.choices, blank=True)
    """Empty for proofs from before this was asked."""
    proven_how = models.CharField(_("proven by"), max_length=250, blank=True)
    proven_minutes = models.PositiveIntegerField(_("time it took"), null=True, blank=True)
    proven_seconds = models.FloatField(_("time until every instance had it"), null=True, blank=True)
    """In seconds, as the instances were last seen to receive it; only of options that are driven."""
    version = models.PositiveIntegerField(default=1)

    class Meta:
        verbose_name = _("containment option")
        ordering = ["workflow", "id"]
        constraints = [
            models.UniqueConstraint(fields=["workflow", "name"], name="containment_option_once_per_workflow"),
            models.CheckConstraint(
                condition=Q(proven_at__isnull=True) | ~Q(proven_how=""), name="containment_proof_says_how"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def sets(self) -> Effect:
        return Effect.read(self.effect)

    @property
    def is_driven(self) -> bool:
        """Whether carrying it out reaches the running workflow by itself."""
        return bool(self.effect)

    @property
    def rank(self) -> int:
        """Place in the graduated order, mildest first."""
        return list(self.Kind.values).index(self.kind)

    @property
    def rung(self) -> Rung:
        return rung_of(self.kind)

    @property
    def fresh_until(self) -> datetime | None:
        """When its proof goes stale."""
        return fresh_until(self.proven_at, self.workflow.tier)

    def is_proof_stale(self, now: datetime) -> bool:
        """By the tier of the workflow."""
        return is_stale(self.proven_at, now, self.workflow.tier)


class ContainmentExecutor(Recorded):
    """A person named on an option, beside the roles that may execute it."""

    option = models.ForeignKey(ContainmentOption, models.CASCADE)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)

    class Meta:
        verbose_name = _("named executor")
        constraints = [models.UniqueConstraint(fields=["option", "user"], name="containment_executor_once")]

    def __str__(self) -> str:
        return f"{self.user} for {self.option}"
