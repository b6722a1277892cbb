"""Everything that changed in an incident."""

from collections.abc import Iterable
from typing import Any

from incidents.api.views.nested import OfIncident
from incidents.models import Evidence
from incidents.policies.evidence import closed_to
from incidents.reports import incident_history
from incidents.services import reading
from registry.api.views.history import HistoryViewSet
from registry.kernel.audit.reading import Entry


class IncidentHistoryViewSet(OfIncident, HistoryViewSet):
    """Of restricted evidence that the caller may not read, only that something changed is shown."""

    def visible(self) -> Any:
        return incident_history.entries(self.parent())

    def told(self, entries: Iterable[Entry]) -> Iterable[Entry]:
        entries, label = list(entries), incident_history.label_of(Evidence)
        reading.pieces_shown(incident_history.pieces_of(entries), by=self.by, at=self.at)
        closed = {str(number) for number in closed_to(self.by, self.kwargs["incident_pk"])}
        return incident_history.for_people(
            entries, lambda entry: entry.object_type == label and entry.object_id in closed
        )
