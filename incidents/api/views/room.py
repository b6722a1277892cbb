"""Who does what in the room, what was done to limit harm, and the state frozen at the time."""

from typing import Any

from rest_framework.decorators import action

from incidents.api.serializers.refs import Proof
from incidents.api.serializers.room import (
    Agree,
    Assign,
    Assignment,
    Called,
    Containment,
    Execute,
    Note,
    Revert,
    Snapshot,
)
from incidents.api.views.nested import OfIncident
from incidents.models import ContainmentAction, Escalation, GovernedSnapshot, Incident, RoleAssignment
from incidents.policies import containment as limiting
from incidents.policies import incidents as policies
from incidents.services import containment, loosening, people
from registry.kernel.http.api import ReadViewSet, writes


class RoleViewSet(OfIncident, ReadViewSet):
    """Everybody who holds or held a role."""

    queryset = RoleAssignment.objects.all()
    serializer_class = Assignment
    reads = staticmethod(policies.may_see_list)
    joins = ("person", "assigned_by")

    @writes(policies.may_assign, Assign, Assignment, status=201)
    def create(self, incident: Incident, given: dict[str, Any]) -> RoleAssignment:
        return people.assign(incident, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"])
    @writes(policies.may_accept, None, Assignment)
    def accept(self, assignment: RoleAssignment) -> RoleAssignment:
        return people.accept(assignment, by=self.by, at=self.at)

    @action(detail=True, methods=["post"])
    @writes(policies.may_relieve, Revert, Assignment)
    def relieve(self, assignment: RoleAssignment, given: dict[str, Any]) -> RoleAssignment:
        """End a role without a successor."""
        return people.relieve(assignment, by=self.by, at=self.at, **given)


class ContainmentViewSet(OfIncident, ReadViewSet):
    queryset = ContainmentAction.objects.all()
    serializer_class = Containment
    reads = staticmethod(policies.may_see_list)
    joins = (
        "workflow", "option__workflow", "executed_by", "confirmed_by", "reverted_by",
        "restriction__release_asked_by", "restriction__workflow", "restriction__option__workflow",
    )  # fmt: skip

    @writes(policies.may_work, Execute, Containment, status=201)
    def create(self, incident: Incident, given: dict[str, Any]) -> ContainmentAction:
        """Record that an option was carried out. What a rollback would destroy is frozen first."""
        return containment.execute(incident, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"])
    @writes(limiting.may_confirm, Proof, Containment)
    def confirm(self, carried_out: ContainmentAction, given: dict[str, Any]) -> ContainmentAction:
        """It worked; an open incident becomes contained."""
        return containment.confirm(carried_out, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"])
    @writes(limiting.may_confirm, Proof, Containment)
    def fail(self, carried_out: ContainmentAction, given: dict[str, Any]) -> ContainmentAction:
        """It had no effect."""
        return containment.fail(carried_out, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"], url_path="ask-revert")
    @writes(limiting.may_revert, Revert, Containment)
    def ask_revert(self, carried_out: ContainmentAction, given: dict[str, Any]) -> ContainmentAction:
        """Ask to take it back; `reason` says what shows that it is safe. A second person has to agree."""
        return loosening.ask_revert(carried_out, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"])
    @writes(limiting.may_agree_to_revert, Agree, Containment)
    def revert(self, carried_out: ContainmentAction, given: dict[str, Any]) -> ContainmentAction:
        """Agree, as somebody else than who asked. Without any confirmed containment left, a contained incident is
        open again.
        """
        return loosening.revert(carried_out, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"])
    @writes(limiting.may_revert, Note, Containment)
    def keep(self, carried_out: ContainmentAction, given: dict[str, Any]) -> ContainmentAction:
        """Decline: it stays in force."""
        return loosening.keep(carried_out, by=self.by, at=self.at, **given)


class SnapshotViewSet(OfIncident, ReadViewSet):
    """Owners, tier, surfaces and options of a workflow as they were: frozen and hashed."""

    queryset = GovernedSnapshot.objects.all()
    serializer_class = Snapshot
    reads = staticmethod(policies.may_see_list)
    joins = ("workflow",)


class EscalationViewSet(OfIncident, ReadViewSet):
    """Whom the room called while nobody led, and about updates that did not come."""

    queryset = Escalation.objects.all()
    serializer_class = Called
    reads = staticmethod(policies.may_see_list)
    joins = ("person",)
