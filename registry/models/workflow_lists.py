"""What lists of workflows filter, sort and count by, and the indexes that answer them."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Case, F, Q, Value, When

from registry.models.packed import Part
from registry.models.workflow_words import Answer, Impact, Stage, Tier
from registry.readiness import Readiness

READY = {
    "no": Q(readiness=Readiness.NOT_READY),
    "stale": Q(readiness=Readiness.STALE),
    "yes": Q(readiness=Readiness.READY),
    "none": Q(readiness__in=["", Readiness.NOT_ASKED]),
}
"""`none`: not judged yet, or nothing is asked of it."""
DRIFT = {"yes": Q(drift__gt=0), "no": Q(drift=0), "none": Q(drift__isnull=True)}
"""Surfaces differ from the approved baseline, none does, or there is none."""
PACKED = (
    Part("tier", {**{tier: Q(tier=tier) for tier in Tier.values}, "NONE": Q(tier="")}),
    Part("stage", {stage: Q(stage=stage) for stage in Stage.values}),
    Part("impact", {impact: Q(impact=impact) for impact in Impact.values}),
    Part("public", {answer: Q(is_public_facing=answer) for answer in Answer.values}),
    Part("personal", {answer: Q(uses_personal_data=answer) for answer in Answer.values}),
    Part("ready", READY),
    Part("drift", DRIFT),
)
"""Facets of the register that follow from columns of the row alone, in the order of their bits in `packed`."""


UNTIERED_LAST = Case(When(tier="", then=Value(1)), default=Value(0), output_field=models.IntegerField())
"""Sorts before the tier itself, in both directions."""
ASIDE = (
    "unready", "readiness_until", "gaps_missing", "gaps_more_after", "gaps_accepted_last", "gaps_late_after",
    "gaps_stale_after", "is_watched", "is_assessment_owed", "is_assessment_called",
)  # fmt: skip
"""Counts and dates that follow from records with a history of their own, kept for lists of now: no history here."""
LISTED_BY = (
    "name", "business_unit", "vendor", "stage", "tier", "impact", "is_public_facing", "uses_personal_data",
    "business_owner", "technical_owner", "deputy", "next_review_date", "drift", "attestation_due_date",
    "attested_at", "readiness", "seen", "stopped", "explained", "improved", "tags", "custom", "created_at",
    "updated_at",
)  # fmt: skip
"""What lists of the past filter, sort and count by; see `registry.kernel.ledger.spans`."""
INDEXES = [
    GinIndex(fields=["search"]),
    GinIndex(fields=["tags"], name="workflow_tags"),
    GinIndex(fields=["custom"], name="workflow_custom", opclasses=["jsonb_path_ops"]),
    models.Index(fields=["tier", "id"]),
    models.Index(fields=["stage", "id"]),
    models.Index(fields=["name", "id"]),
    models.Index(fields=["next_review_date", "id"]),
    models.Index(fields=["-updated_at", "id"]),
    models.Index(fields=["drift", "id"]),
    models.Index(fields=["attestation_due_date", "id"]),
    models.Index(fields=["attested_at", "id"]),
    models.Index(fields=["unready", "id"], name="workflow_by_unready"),
    models.Index(fields=["gaps_missing", "id"], name="workflow_by_gaps"),
    models.Index(fields=["readiness_until"], name="workflow_readiness_ages"),
    models.Index(fields=["id"], condition=Q(readiness=""), name="workflow_not_judged"),
    models.Index(
        fields=["id"],
        condition=Q(is_assessment_owed=True) | Q(is_assessment_called=True),
        name="workflow_assess_again",
    ),
    models.Index(UNTIERED_LAST, F("tier"), F("id"), name="workflow_by_tier"),
    models.Index(fields=["business_unit", "vendor", "stage"], name="workflow_units"),
    # Most entries have no tags and no values of custom fields: what counts those reads only the others.
    models.Index(fields=["stage", "id"], condition=~Q(tags=[]), name="workflow_tagged"),
    models.Index(fields=["stage", "id"], condition=~Q(custom={}), name="workflow_with_custom"),
    # All that the count of facets asks of every row: a sixth of what the filters need, and read in full each time.
    models.Index(
        fields=["packed"],
        include=[
            "is_watched",
            "next_review_date",
            "attestation_due_date",
            "attested_at",
            "gaps_missing",
            "gaps_more_after",
            "gaps_late_after",
            "gaps_stale_after",
            "gaps_accepted_last",
            "created_at",
            "updated_at",
            "stage",
        ],
        name="workflow_counted",
    ),
    # All that the filters of the list read, so that they need not touch the wide rows.
    models.Index(
        fields=["stage", "tier", "id"],
        include=[
            "packed",
            "is_watched",
            "is_assessment_owed",
            "is_assessment_called",
            "impact",
            "is_public_facing",
            "uses_personal_data",
            "next_review_date",
            "drift",
            "attestation_due_date",
            "attested_at",
            "production_basis",
            "readiness",
            "seen",
            "stopped",
            "explained",
            "improved",
            "gaps_missing",
            "gaps_more_after",
            "gaps_accepted_last",
            "gaps_late_after",
            "gaps_stale_after",
            "business_owner",
            "technical_owner",
            "deputy",
            "business_unit",
            "vendor",
            "created_at",
            "updated_at",
        ],
        name="workflow_facets",
    ),
]
