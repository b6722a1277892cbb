"""The readable history of a record."""

from collections.abc import Iterable
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from registry.api.serializers.history import HistoryEntry
from registry.api.views.nested import OfWorkflow
from registry.kernel.audit.reading import Entry, entries_for
from registry.kernel.http.api import ListViewSet
from registry.models import AuditEntry
from registry.policies import records
from registry.reports import workflow_history


class HistoryViewSet(ListViewSet):
    """Newest first."""

    queryset = AuditEntry.objects.all()
    serializer_class = HistoryEntry
    reads = staticmethod(records.may_see_history)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        rows = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response(HistoryEntry(self.told(entries_for(rows)), many=True).data)

    def told(self, entries: Iterable[Entry]) -> Iterable[Entry]:
        """What of the lines the caller is shown."""
        return entries


class WorkflowHistoryViewSet(OfWorkflow, HistoryViewSet):
    """Everything that changed on a workflow and on what belongs to it."""

    def visible(self) -> Any:
        return workflow_history.entries(self.parent())

    def told(self, entries: Iterable[Entry]) -> Iterable[Entry]:
        return workflow_history.for_people(entries)
