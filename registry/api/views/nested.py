"""Addresses below a workflow."""

from typing import Any

from django.shortcuts import get_object_or_404

from registry.models import Workflow


class OfWorkflow:
    """A viewset under `workflows/<workflow_pk>/`."""

    by: Any
    kwargs: dict[str, Any]

    def parent(self) -> Workflow:
        found: Workflow = get_object_or_404(
            Workflow.objects.visible_to(self.by).select_related("business_owner", "technical_owner", "deputy"),
            pk=self.kwargs["workflow_pk"],
        )
        return found
