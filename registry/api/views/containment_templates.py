"""Ready-made containment options: read, and added to a workflow in one step."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from registry.api.serializers.containment_templates import AddedOptions, AddFromTemplate, TemplateRow
from registry.api.views.nested import OfWorkflow
from registry.containment_templates import template, templates
from registry.kernel.http.api import PolicyViewSet, writes
from registry.models import ContainmentOption, Workflow
from registry.policies import containment as policies
from registry.policies.workflows import may_see_register
from registry.services import containment_templates as services


class TemplateViewSet(PolicyViewSet):
    """The templates that are shipped, by key."""

    queryset = ContainmentOption.objects.none()
    serializer_class = TemplateRow
    reads = staticmethod(may_see_register)
    lookup_value_converter = "str"
    lookup_field = "key"

    @extend_schema(responses=TemplateRow(many=True), operation_id="containment_templates_list")
    def list(self, request: Request) -> Response:
        return Response(TemplateRow(templates(), many=True).data)

    def retrieve(self, request: Request, key: str) -> Response:
        found = template(key)
        if found is None:
            raise Http404
        return Response(TemplateRow(found).data)


class WorkflowTemplateViewSet(OfWorkflow, PolicyViewSet):
    queryset = ContainmentOption.objects.none()
    serializer_class = AddedOptions
    reads = staticmethod(may_see_register)

    @writes(policies.may_edit_options, AddFromTemplate, AddedOptions, status=201)
    def create(self, workflow: Workflow, given: dict[str, Any]) -> dict[str, Any]:
        """Add the options of a template, each with the fields that are to differ; all of them or none."""
        found = template(given["template"])
        if found is None:
            known = ", ".join(one.key for one in templates())
            raise ValidationError({"template": _("One of %(keys)s.") % {"keys": known}})
        rows = given.get("options")
        chosen = {option.key: {} for option in found.options} if rows is None else _by_key(rows)
        made = services.add_from(found, workflow, by=self.by, at=self.at, reason=given["reason"], chosen=chosen)
        return {"options": [option.pk for option in made]}


def _by_key(rows: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {row["option"]: {name: value for name, value in row.items() if name != "option"} for row in rows}
