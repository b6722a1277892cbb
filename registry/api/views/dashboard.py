"""The dashboard through the API: the numbers of the page, for the same filters."""

from typing import Any

from django_filters.utils import translate_validation
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from registry.api.past import AT, PastViewSet
from registry.api.serializers.dashboard import DashboardField
from registry.api.views.workflows import WorkflowQuery
from registry.filters import dashboard_words as words
from registry.filters.addresses import Address
from registry.filters.dashboard import figures
from registry.models import Workflow
from registry.policies.workflows import may_see_register


class DashboardViewSet(PastViewSet):
    queryset = Workflow.objects.none()
    serializer_class = DashboardField
    filterset_class = WorkflowQuery
    pagination_class = None
    reads = staticmethod(may_see_register)
    reads_moments = ("list",)

    @extend_schema(operation_id="dashboard", parameters=[AT], responses=DashboardField)
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """How the inventory stands. Takes the filters of the list of workflows; every number names its list."""
        return self._then(request, lambda *_a, **_k: Response(DashboardField(self._told(request)).data))

    def _told(self, request: Request) -> dict[str, Any]:
        address = Address(request.query_params, request)
        if not address.filters.is_valid():
            raise translate_validation(address.filters.errors)
        found = figures(address)
        return {
            "total": found.counts.total,
            "inventory": words.inventory(address, found),
            "panels": words.panels(address, found),
            "units": words.units(address, found),
            "ending": found.ending,
        }
