"""The production AI workflow: what it is for, whose it is, how far it can hurt."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from registry.approvals import Autonomy, Basis
from registry.kernel.audit.history import Whole, recorded
from registry.kernel.audit.keyed import KeyedField
from registry.models.organisation import BusinessUnit, Vendor
from registry.models.packed import pack
from registry.models.workflow_lists import ASIDE, INDEXES, LISTED_BY, PACKED
from registry.models.workflow_words import OWNERS, Answer, Impact, Stage, Tier, answered_for_by
from registry.readiness import Readiness


class WorkflowQuerySet(models.QuerySet["Workflow"]):
    def visible_to(self, user: Any) -> Self:
        """The registry is open to everyone who is signed in; nothing is shown to others."""
        return self if user.is_active else self.none()

    def owned_by(self, user: Any) -> Self:
        return self.filter(answered_for_by(user))

    def orphaned(self) -> Self:
        """Without an active business owner, while in pilot or production."""
        return self.filter(stage__in=[Stage.PILOT, Stage.PRODUCTION]).exclude(business_owner__is_active=True)

    def running(self) -> Self:
        return self.filter(stage__in=[Stage.PILOT, Stage.PRODUCTION])

    def search_for(self, words: str) -> Self:
        """Full text over name, purpose, outputs and reference; the last word may be unfinished."""
        from registry.kernel.searching import prefix_query

        query = prefix_query(words)
        number = words.upper().removeprefix("WF-").lstrip("0")
        by_number = Q(pk=int(number)) if number.isdigit() and len(number) < 10 else Q()
        if query is None:
            return self.filter(by_number) if by_number else self
        return self.filter(Q(search=query) | by_number) if by_number else self.filter(search=query)


class Workflow(Whole):
    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(_("name"), max_length=300)
    purpose = models.TextField(_("purpose"), blank=True)
    outputs = models.TextField(_("outputs"), blank=True)
    affected_people = models.TextField(_("affected people"), blank=True)
    business_unit = models.ForeignKey(
        BusinessUnit, models.PROTECT, null=True, blank=True, related_name="workflows", verbose_name=_("business unit")
    )
    vendor = models.ForeignKey(
        Vendor, models.PROTECT, null=True, blank=True, related_name="workflows", verbose_name=_("vendor")
    )
    topic = models.CharField(_("topic"), max_length=120, blank=True)
    system_name = models.CharField(_("system name"), max_length=300, blank=True)
    contract_reference = models.CharField(_("contract reference"), max_length=500, blank=True)
    stage = models.CharField(_("lifecycle stage"), max_length=12, choices=Stage, default=Stage.PROPOSED)
    production_basis = models.CharField(
        _("in production by"), max_length=12, choices=Basis.choices, blank=True, editable=False
    )
    """By what right it is in production; empty elsewhere. Kept by `services.gate_guard`."""
    autonomy = models.CharField(_("may do by itself"), max_length=20, choices=Autonomy.choices, blank=True)
    """Empty until stated. Raised only through a gate once it runs."""
    impact = models.CharField(_("impact"), max_length=10, choices=Impact, default=Impact.UNKNOWN)
    is_public_facing = models.CharField(_("reaches the public"), max_length=8, choices=Answer, default=Answer.UNKNOWN)
    uses_personal_data = models.CharField(_("uses personal data"), max_length=8, choices=Answer, default=Answer.UNKNOWN)
    business_owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="owned_workflows",
        verbose_name=_("business owner"),
    )
    technical_owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("technical owner"),
    )
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("deputy")
    )
    initiated_date = models.DateField(_("initiated"), null=True, blank=True)
    developed_date = models.DateField(_("development began"), null=True, blank=True)
    implemented_date = models.DateField(_("implemented"), null=True, blank=True)
    retired_date = models.DateField(_("retired"), null=True, blank=True)
    next_review_date = models.DateField(_("next review"), null=True, blank=True)
    tier = models.CharField(_("risk tier"), max_length=2, choices=Tier, blank=True)
    """The tier in force, copied from the newest assessment so that lists can filter and sort by it."""
    drift = models.PositiveSmallIntegerField(_("surfaces that differ from the baseline"), null=True, blank=True)
    """Empty without an approved baseline. Kept by `services.drifting`, so that lists can filter and count by it."""
    drift_since = models.DateTimeField(_("drifting since"), null=True, blank=True)
    """When the present episode began; empty while it runs as approved."""
    attestation_due_date = models.DateField(_("attestation due"), null=True, blank=True)
    """The earliest day of those that are waited for; empty while none is. Kept by `services.attestation_due`."""
    attested_at = models.DateTimeField(_("last attested"), null=True, blank=True)
    """Copied from the newest attestation, for lists."""
    readiness = models.CharField(_("readiness"), max_length=9, choices=Readiness.choices, blank=True)
    """Of all four parts together, and of each; empty until first judged. Like everything down to `gaps_stale_after`
    kept by `services.readiness`, so that lists can filter, sort and count by it."""
    seen = models.CharField(_("can be seen"), max_length=9, choices=Readiness.choices, blank=True)
    stopped = models.CharField(_("can be stopped"), max_length=9, choices=Readiness.choices, blank=True)
    explained = models.CharField(_("can be explained"), max_length=9, choices=Readiness.choices, blank=True)
    improved = models.CharField(_("is improved"), max_length=9, choices=Readiness.choices, blank=True)
    unready = models.PositiveSmallIntegerField(_("checks that fail"), null=True, blank=True)
    """Of those demanded at its tier and stage."""
    readiness_until = models.DateTimeField(null=True, blank=True)
    """After this moment age alone changes something."""
    gaps_missing = models.PositiveSmallIntegerField(_("capabilities missing"), null=True, blank=True)
    """This and the following as `gaps.Summary`."""
    gaps_more_after = models.DateField(null=True, blank=True)
    gaps_accepted_last = models.DateField(null=True, blank=True)
    gaps_late_after = models.DateField(null=True, blank=True)
    gaps_stale_after = models.DateField(null=True, blank=True)
    is_watched = models.BooleanField(_("has an active signal"), default=False, editable=False)
    is_assessment_owed = models.BooleanField(_("tier to be assessed again"), default=False, editable=False)
    """This and the following as `reports.reassessing.Marks`."""
    is_assessment_called = models.BooleanField(default=False, editable=False)
    tags = ArrayField(models.CharField(max_length=40), verbose_name=_("tags"), default=list, blank=True)
    custom = KeyedField(_("custom fields"), default=dict, blank=True)
    """Key of a custom field → stored value (see `registry.custom_values`); a field without a value is left out."""
    source_key = models.CharField(max_length=120, null=True, blank=True, unique=True)
    """Identity of the spreadsheet row this entry came from: mapping name and key of the row."""
    created_at = models.DateTimeField(_("registered"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)
    version = models.PositiveIntegerField(default=1)
    search = models.GeneratedField(
        expression=SearchVector("name", weight="A", config="english")
        + SearchVector("purpose", weight="B", config="english")
        + SearchVector("outputs", "topic", "system_name", weight="C", config="english"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    packed = models.GeneratedField(expression=pack(PACKED), output_field=models.BigIntegerField(), db_persist=True)
    """See `PACKED`."""

    history = recorded(excluded_fields=["search", "packed", *ASIDE])
    listed_by = LISTED_BY
    objects: ClassVar[models.Manager["Workflow"]] = WorkflowQuerySet.as_manager()

    class Meta:
        verbose_name = _("workflow")
        ordering = ["pk"]
        indexes = INDEXES
        constraints = [
            models.CheckConstraint(
                condition=Q(retired_date__isnull=True)
                | Q(implemented_date__isnull=True)
                | Q(retired_date__gte=F("implemented_date")),
                name="workflow_not_retired_before_implemented",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="workflow_has_name"),
            models.CheckConstraint(
                condition=(Q(stage="PRODUCTION") & ~Q(production_basis=""))
                | (~Q(stage="PRODUCTION") & Q(production_basis="")),
                name="workflow_in_production_by_right",
            ),
            models.CheckConstraint(
                condition=Q(drift__isnull=False, drift__gt=0, drift_since__isnull=False)
                | ((Q(drift__isnull=True) | Q(drift=0)) & Q(drift_since__isnull=True)),
                name="workflow_drift_has_a_beginning",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def reference(self) -> str:
        return f"WF-{self.pk:04d}" if self.pk else "WF-new"

    def get_absolute_url(self) -> str:
        from django.urls import reverse

        return reverse("workflow", args=[self.pk])

    @property
    def owner_ids(self) -> set[int]:
        """Whoever answers for it, in whatever role."""
        return {key for name in OWNERS if (key := getattr(self, f"{name}_id")) is not None}

    @property
    def is_running(self) -> bool:
        return self.stage in {Stage.PILOT, Stage.PRODUCTION}
