"""The tier rules: read by version, tried, proposed by one and decided on by another."""

from typing import Any

from django.core.exceptions import ValidationError
from rest_framework.decorators import action

from registry.api.serializers.refs import Reasoned
from registry.api.serializers.tier_rules import DecideRules, Moves, ProposeRules, TierRules, TryRules
from registry.kernel.http.api import ReadViewSet, whoever, writes
from registry.models import TierRuleSet
from registry.policies import tier_rules as policies
from registry.services import tier_rules as services
from registry.services.tier_moves import Preview, preview
from registry.tiering import validate


class TierRulesViewSet(ReadViewSet):
    """Versions of the tier rules. In force is the approved one that took effect last."""

    queryset = TierRuleSet.objects.all()
    serializer_class = TierRules
    filterset_fields = ["status", "number"]
    reads = staticmethod(policies.may_see)

    def visible(self) -> Any:
        return TierRuleSet.objects.select_related("proposed_by", "decided_by")

    @writes(policies.may_propose, ProposeRules, TierRules, status=201)
    def create(self, given: dict[str, Any]) -> TierRuleSet:
        """Propose a version. Nothing moves before somebody else has approved it."""
        return services.propose(by=self.by, at=self.at, **given)

    @action(detail=False, methods=["post"], url_path="try")
    @writes(whoever(policies.may_propose), TryRules, Moves, repeatable=True)
    def try_out(self, given: dict[str, Any]) -> dict[str, Any]:
        """Check rules and see which workflows they would move. Saves nothing."""
        definition = {**given["definition"], "version": "next"}
        if problems := validate(definition):
            raise ValidationError({"definition": problems})
        return _moves(preview(definition, at=self.at, page=given["page"]))

    @action(detail=True, methods=["post"])
    @writes(policies.may_decide, DecideRules, TierRules)
    def decide(self, rules: TierRuleSet, given: dict[str, Any]) -> TierRuleSet:
        """A second person's answer. Tiers follow in the background once it is in force."""
        return services.decide(rules, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"])
    @writes(policies.may_withdraw, Reasoned, TierRules)
    def withdraw(self, rules: TierRuleSet, given: dict[str, Any]) -> TierRuleSet:
        return services.withdraw(rules, by=self.by, at=self.at, **given)


def _moves(found: Preview) -> dict[str, Any]:
    return {
        "assessed": found.assessed,
        "total": found.total,
        "page": found.page,
        "pages": found.pages,
        "counts": [{"old": old, "new": new, "workflows": n} for (old, new), n in found.counts.items()],
        "rows": [
            {"workflow": workflow.pk, "name": workflow.name, "old": move.old, "new": move.new}
            for workflow, move in found.rows
        ],
    }
