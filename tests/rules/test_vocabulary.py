"""Where the rules speak of what only the tables list, both use the same symbols."""

from incidents.gates import snapshot_needed
from incidents.models import Communication, RoleAssignment
from registry.communicating import Audience
from registry.models import ContainmentOption
from registry.models.workflow_words import Tier
from registry.responsible import Called
from registry.tiering import TIERS


def test_everyone_the_scale_calls_is_a_role_in_the_room() -> None:
    assert {member.value for member in Called} <= set(RoleAssignment.Role.values)


def test_the_rules_give_every_tier_a_workflow_can_have() -> None:
    assert list(TIERS) == Tier.values


def test_a_snapshot_is_asked_for_by_every_rollback_and_change_of_provider_there_is() -> None:
    kinds = {kind for kind in ContainmentOption.Kind.values if snapshot_needed(kind)}
    assert kinds == {kind for kind in ContainmentOption.Kind.values if kind.startswith(("ROLLBACK", "SWITCH"))}


def test_rules_speak_of_the_audiences_that_the_room_writes_to() -> None:
    assert [audience.value for audience in Audience] == Communication.Audience.values
