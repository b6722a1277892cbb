"""Incidents that belong together, and one split in two."""

from typing import Any

from rest_framework.decorators import action

from incidents.api.serializers.incidents import IncidentDetail
from incidents.api.serializers.linking import AddLink, Linked, SplitIncident
from incidents.api.views.nested import OfIncident
from incidents.models import Incident, IncidentLink
from incidents.policies.incidents import may_lead, may_see_list, may_unlink, may_work
from incidents.services import linking, splitting
from registry.api.serializers.refs import Reasoned
from registry.kernel.http.api import ListViewSet, writes


class LinkViewSet(OfIncident, ListViewSet):
    """Links of one incident in either direction, as far as the caller may see the other end."""

    queryset = IncidentLink.objects.all()
    serializer_class = Linked
    reads = staticmethod(may_see_list)

    def visible(self) -> Any:
        return linking.visible_links(self.parent(), self.by).order_by("-id")

    @writes(may_work, AddLink, Linked, status=201)
    def create(self, incident: Incident, given: dict[str, Any]) -> IncidentLink:
        """Say that this incident is related to another, caused by it, or a duplicate of it."""
        return linking.link(incident, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"])
    @writes(may_unlink, Reasoned, Linked)
    def remove(self, link: IncidentLink, given: dict[str, Any]) -> IncidentLink:
        """They do not belong together after all. That they were linked stays in the record."""
        linking.unlink(link, by=self.by, at=self.at, **given)
        return link

    @action(detail=False, methods=["post"], url_path="split")
    @writes(may_lead, SplitIncident, IncidentDetail, status=201)
    def split(self, incident: Incident, given: dict[str, Any]) -> Incident:
        """A new incident takes some workflows and copies of entries; it comes back."""
        return splitting.split(incident, by=self.by, at=self.at, **given)
