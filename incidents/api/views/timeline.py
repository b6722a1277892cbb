"""The timeline, and when things happened."""

from typing import Any

from rest_framework.decorators import action

from incidents.api.serializers.timeline import CorrectLine, Line, MomentDetail, PostLine, SetTime
from incidents.api.views.nested import OfIncident
from incidents.models import Incident, Moment, TimelineEntry
from incidents.policies import incidents as policies
from incidents.services import timeline as services
from incidents.services import times
from registry.kernel.http.api import ReadViewSet, through, writes

WORKS = through("incident", policies.may_work)


class TimelineViewSet(OfIncident, ReadViewSet):
    """Newest entry first, by when it was entered. Nothing is ever edited: a correction supersedes."""

    queryset = TimelineEntry.objects.all()
    serializer_class = Line
    filterset_fields = ["kind", "is_automatic", "is_internal_update"]
    reads = staticmethod(policies.may_see_list)
    joins = ("author", "pinned_by", "superseded_by")

    @writes(policies.may_work, PostLine, Line, status=201)
    def create(self, incident: Incident, given: dict[str, Any]) -> TimelineEntry:
        return services.post(incident, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"])
    @writes(WORKS, CorrectLine, Line, status=201)
    def correct(self, entry: TimelineEntry, given: dict[str, Any]) -> TimelineEntry:
        """A new entry in place of this one, which stays readable."""
        return services.correct(entry, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"])
    @writes(WORKS, None, Line)
    def pin(self, entry: TimelineEntry) -> TimelineEntry:
        return services.pin(entry, by=self.by, at=self.at)

    @action(detail=True, methods=["post"])
    @writes(WORKS, None, Line)
    def unpin(self, entry: TimelineEntry) -> TimelineEntry:
        return services.unpin(entry, by=self.by, at=self.at)


class MomentViewSet(OfIncident, ReadViewSet):
    """When things happened, and how that is known. The newest word on each kind counts."""

    queryset = Moment.objects.all()
    serializer_class = MomentDetail
    filterset_fields = ["kind"]
    reads = staticmethod(policies.may_see_list)
    joins = ("entered_by",)

    @writes(policies.may_work, SetTime, MomentDetail, status=201)
    def create(self, incident: Incident, given: dict[str, Any]) -> Moment:
        return times.set_time(incident, by=self.by, at=self.at, **given)
