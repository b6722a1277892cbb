"""Custom fields: which there are, defining, changing, retiring them."""

from typing import Any

from rest_framework.decorators import action

from registry.api.serializers.custom_fields import ChangeField, CustomFieldDetail, DefineField
from registry.api.serializers.refs import Reasoned
from registry.kernel.http.api import ReadViewSet, writes
from registry.models import CustomField
from registry.policies import custom_fields as policies
from registry.policies.workflows import may_see_register
from registry.services import custom_fields as services


class CustomFieldViewSet(ReadViewSet):
    """The fields of this installation, retired ones too. Their values stand under `custom` of a workflow, by key."""

    queryset = CustomField.objects.all()
    serializer_class = CustomFieldDetail
    filterset_fields = ["kind", "is_filter"]
    reads = staticmethod(may_see_register)

    def visible(self) -> Any:
        return CustomField.objects.all()

    @writes(policies.may_define, DefineField, CustomFieldDetail, status=201)
    def create(self, given: dict[str, Any]) -> CustomField:
        return services.define(by=self.by, at=self.at, **given)

    @writes(policies.may_change, ChangeField, CustomFieldDetail)
    def partial_update(self, field: CustomField, given: dict[str, Any]) -> CustomField:
        """Change what is said of a field. A choice can only go once no workflow carries it."""
        opened = given.pop("version")
        return services.change(field, by=self.by, at=self.at, opened_version=opened, **given)

    @action(detail=True, methods=["post"])
    @writes(policies.may_change, Reasoned, CustomFieldDetail)
    def retire(self, field: CustomField, given: dict[str, Any]) -> CustomField:
        """Not asked for any more. Values and history stay."""
        return services.retire(field, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"], url_path="take-back")
    @writes(policies.may_change, Reasoned, CustomFieldDetail)
    def take_back(self, field: CustomField, given: dict[str, Any]) -> CustomField:
        return services.take_back(field, by=self.by, at=self.at, **given)
