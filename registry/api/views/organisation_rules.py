"""The organisation's rules: read by kind and version, proposed by one and decided on by another."""

from typing import Any

from rest_framework.decorators import action

from registry.api.past import PastViewSet
from registry.api.serializers.organisation_rules import DecideOrganisationRules, ProposeOrganisationRules, Rules
from registry.api.serializers.refs import Reasoned
from registry.kernel.audit.asof import clock
from registry.kernel.http.api import writes
from registry.models import OrganisationRules
from registry.organisation_rules import RulesKind
from registry.policies import organisation_rules as policies
from registry.services import organisation_rules as services


class OrganisationRulesViewSet(PastViewSet):
    """Versions of the five kinds of rules. In force is the approved version of a kind that took effect last."""

    queryset = OrganisationRules.objects.all()
    serializer_class = Rules
    filterset_fields = ["kind", "number", "owner"]
    reads = staticmethod(policies.may_see)

    def visible(self) -> Any:
        rows = OrganisationRules.objects.visible_to(self.by).known_at(clock())
        return rows.select_related("owner", "proposed_by", "decided_by")

    @writes(policies.may_propose_some, ProposeOrganisationRules, Rules, status=201)
    def create(self, given: dict[str, Any]) -> OrganisationRules:
        """Propose a version. Nothing changes before somebody else has approved it."""
        kind = RulesKind(given.pop("kind"))
        base = services.newest_approved(kind)
        owner = given.pop("owner", None) or base.owner or self.by
        return services.propose(by=self.by, at=self.at, kind=kind, owner=owner, **given)

    @action(detail=True, methods=["post"])
    @writes(policies.may_decide, DecideOrganisationRules, Rules)
    def decide(self, rules: OrganisationRules, given: dict[str, Any]) -> OrganisationRules:
        """A second person's answer. Approved, the incident room goes by it from the moment it takes effect."""
        return services.decide(rules, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"])
    @writes(policies.may_withdraw, Reasoned, Rules)
    def withdraw(self, rules: OrganisationRules, given: dict[str, Any]) -> OrganisationRules:
        return services.withdraw(rules, by=self.by, at=self.at, **given)
