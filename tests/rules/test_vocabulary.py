"""The symbols the rules speak in are the symbols the tables store."""

from enum import StrEnum

import pytest
from django.db.models import TextChoices

from incidents import lifecycle as incident_rules
from incidents import severity, severity_scale, times
from incidents.gates import snapshot_needed
from incidents.models import Incident, Moment, PhaseTrack, RoleAssignment
from incidents.models.incidents import Severity, State
from registry.models import ContainmentOption
from registry.models.workflows import Tier
from registry.tiering import TIERS
from reviews import lifecycle as review_rules
from reviews.models import ActionItem, Review
from reviews.models.actions import ActionState


@pytest.mark.parametrize(
    ("rules", "stored"),
    [
        (incident_rules.State, State),
        (incident_rules.Phase, PhaseTrack.Phase),
        (incident_rules.PhaseStatus, PhaseTrack.Status),
        (severity.Severity, Severity),
        (severity.Category, Incident.Category),
        (times.TimeKind, Moment.Kind),
        (review_rules.ReviewState, Review.Status),
        (review_rules.ActionState, ActionState),
        (review_rules.ActionCategory, ActionItem.Category),
    ],
)
def test_rules_and_tables_know_the_same_symbols(rules: type[StrEnum], stored: type[TextChoices]) -> None:
    assert {member.value for member in rules} == set(stored.values)


def test_everyone_the_scale_calls_is_a_role_in_the_room() -> None:
    assert {member.value for member in severity_scale.Called} <= set(RoleAssignment.Role.values)


def test_the_rules_give_every_tier_a_workflow_can_have() -> None:
    assert list(TIERS) == Tier.values


def test_a_snapshot_is_asked_for_by_every_rollback_there_is() -> None:
    assert all(snapshot_needed(kind) for kind in ContainmentOption.Kind.values if kind.startswith("ROLLBACK"))
