"""Everything that changed in an incident."""

from collections.abc import Iterable
from typing import Any

from incidents.api.views.nested import OfIncident
from incidents.models import Evidence
from incidents.policies.evidence import may_download
from incidents.reports import incident_history
from registry.api.views.history import HistoryViewSet
from registry.kernel.audit.reading import Entry


class IncidentHistoryViewSet(OfIncident, HistoryViewSet):
    """Of restricted evidence that the caller may not read, only that something changed is shown."""

    def visible(self) -> Any:
        return incident_history.entries(self.parent())

    def told(self, entries: Iterable[Entry]) -> Iterable[Entry]:
        restricted = Evidence.objects.filter(incident=self.kwargs["incident_pk"], is_restricted=True)
        closed = {str(row.pk) for row in restricted.select_related("incident") if not may_download(self.by, row)}
        label = incident_history.label_of(Evidence)
        return incident_history.for_people(
            entries, lambda entry: entry.object_type == label and entry.object_id in closed
        )
