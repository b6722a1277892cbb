"""Versions of the organisation's rules as the API shows and takes them."""

from functools import cached_property

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from registry.api.serializers.refs import PersonRef, Reasoned
from registry.kernel.audit.asof import clock
from registry.models import OrganisationRules, User
from registry.organisation_rules import RulesKind

DEFINITION = (
    "SEVERITY: `levels`, by severity. ESCALATION: `levels`, by severity a list of steps with `role` or `person`, "
    "`after_minutes` and `by`. COMMUNICATION: `rules`, a list with `audience`, `levels`, `owed`, `within_minutes`, "
    "`approved_by` and `note`. DECISIONS: `decisions`, by decision `decides`, `stands_in` and `note`. MESSAGES: "
    "`templates`, a list with `audience`, `occasion`, `subject` and `text`. "
    "Read the version in force for the shape; see docs/rules.md."
)


class Rules(serializers.ModelSerializer[OrganisationRules]):
    """One version. `status` and `is_in_force` are as they were at the moment that is read."""

    kind = serializers.ChoiceField(choices=RulesKind.choices())
    status = serializers.ChoiceField(choices=OrganisationRules.Status.choices, source="standing")
    definition = serializers.JSONField(help_text=DEFINITION)
    is_in_force = serializers.SerializerMethodField()
    owner = PersonRef(allow_null=True)
    proposed_by = PersonRef(allow_null=True)
    decided_by = PersonRef(allow_null=True)

    class Meta:
        model = OrganisationRules
        fields = [
            "id",
            "kind",
            "number",
            "status",
            "is_in_force",
            "owner",
            "definition",
            "based_on",
            "proposed_by",
            "proposed_at",
            "reason",
            "decided_by",
            "decided_at",
            "decision_reason",
            "withdrawn_at",
            "effective_at",
        ]
        read_only_fields = fields

    @extend_schema_field(bool)
    def get_is_in_force(self, rules: OrganisationRules) -> bool:
        in_force: dict[str, OrganisationRules] = self._in_force
        return in_force.get(rules.kind) == rules

    @cached_property
    def _in_force(self) -> dict[str, OrganisationRules]:
        """Asked once for all rows of an answer."""
        return OrganisationRules.objects.all_in_force(clock())


class ProposeOrganisationRules(Reasoned):
    """`owner` left out: whoever owns the version that is in force, else the caller."""

    kind = serializers.ChoiceField(choices=RulesKind.choices())
    definition = serializers.JSONField(help_text=DEFINITION)
    owner = serializers.PrimaryKeyRelatedField(queryset=User.objects.all(), required=False)
    effective_at = serializers.DateTimeField(
        required=False, allow_null=True, help_text="As soon as somebody else approves it unless given."
    )


class DecideOrganisationRules(Reasoned):
    approve = serializers.BooleanField()
