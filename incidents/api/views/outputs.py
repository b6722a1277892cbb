"""Affected outputs: listed, decided one by one and many at once, divided, put right, taken away as a file."""

from typing import Any

from django.db.models import QuerySet
from django.http.response import HttpResponseBase
from django.utils.datastructures import MultiValueDict
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from incidents.api.serializers.outputs import (
    DecideOutput,
    DecideOutputs,
    Divide,
    Number,
    Output,
    OutputSummary,
    PutRight,
    Shares,
)
from incidents.api.views.nested import OfIncident
from incidents.filters.outputs import OutputFilter
from incidents.models import AffectedOutput, Incident
from incidents.policies import outputs as policies
from incidents.services.outputs import deciding, dividing, exporting, many, righting, tallying
from registry.api.past import PastViewSet
from registry.kernel.http.api import writes
from registry.kernel.http.downloads import stream
from registry.kernel.http.sending import AnyMedia, sends

SEGMENT = OpenApiExample(
    "Everything undecided in one segment",
    value={
        "where": {"decision": ["UNDECIDED"], "segment": "Storm, north"},
        "decision": "AFFECTED",
        "remedy": "RE_REVIEW",
        "reason": "All of them were scored with the lowered limit.",
        "expected": 1284,
    },
    request_only=True,
)


class AffectedOutputViewSet(OfIncident, PastViewSet):
    queryset = AffectedOutput.objects.all()
    serializer_class = Output
    filterset_class = OutputFilter
    reads = staticmethod(policies.may_see_list)
    joins = ("share__person", "decided_by", "first_by", "remedied_by")

    @extend_schema(responses=OutputSummary, filters=False)
    @action(detail=False, pagination_class=None)
    def summary(self, request: Request, incident_pk: int) -> Response:
        """How many there are of each kind, and how much is still owed."""
        incident = self.parent()
        return Response(OutputSummary(tallying.tally_of(incident)).data)

    @sends("text/csv")
    @action(detail=False, content_negotiation_class=AnyMedia, pagination_class=None)
    def export(self, request: Request, incident_pk: int) -> HttpResponseBase:
        """The rows of the filter as CSV. That they were taken away goes on record."""
        incident = self.parent()
        rows = self.filter_queryset(AffectedOutput.objects.filter(incident=incident))
        filters = request.query_params.urlencode()
        pieces = exporting.export(incident, rows, by=self.by, at=self.at, filters=filters)
        return stream(
            request._request, pieces, filename=exporting.filename(incident), content_type="text/csv; charset=utf-8"
        )

    @action(detail=True, methods=["post"])
    @writes(policies.may_decide_this, DecideOutput, Output)
    def decide(self, output: AffectedOutput, given: dict[str, Any]) -> AffectedOutput:
        """Decide one. What is ambiguous is settled by somebody else than who found it so."""
        return deciding.decide(output, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"])
    @writes(policies.may_take_back, None, Output)
    def undo(self, output: AffectedOutput) -> AffectedOutput:
        """Take back one's own decision of the last ten minutes."""
        return deciding.undo(output, by=self.by, at=self.at)

    @action(detail=False, methods=["post"], url_path="decide-many")
    @writes(policies.may_decide, DecideOutputs, Number, examples=[SEGMENT])
    def decide_many(self, incident: Incident, given: dict[str, Any]) -> dict[str, int]:
        """Decide all that are chosen and may be decided so; `count` says how many that is."""
        rows = self._chosen(incident, given)
        if given.pop("dry_run", False):
            asked = {name: given[name] for name in ("decision", "moved", "remedy") if name in given}
            return {"count": many.preview(rows, by=self.by, **asked)}
        return {"count": many.decide_many(incident, rows, by=self.by, at=self.at, **given)}

    @action(detail=False, methods=["post"], url_path="put-right")
    @writes(policies.may_decide, PutRight, Number)
    def put_right(self, incident: Incident, given: dict[str, Any]) -> dict[str, int]:
        """What is owed of those chosen is done."""
        rows = self._chosen(incident, given)
        return {"count": righting.put_right(incident, rows, by=self.by, at=self.at, **given)}

    @action(detail=False, methods=["post"])
    @writes(policies.may_decide, Divide, Shares)
    def divide(self, incident: Incident, given: dict[str, Any]) -> dict[str, Any]:
        """Give the undecided of those chosen out in even shares; to oneself alone, it is taking them over."""
        rows = self._chosen(incident, given)
        done = dividing.divide(incident, rows, among=given["people"], by=self.by, at=self.at)
        return {"shares": [{"person": person, "count": count} for person, count in done.items()]}

    def _chosen(self, incident: Incident, given: dict[str, Any]) -> QuerySet[AffectedOutput]:
        """Takes `refs` or `where` out of what was given."""
        rows = AffectedOutput.objects.filter(incident=incident)
        if "refs" in given:
            return rows.filter(ref__in=given.pop("refs"))
        asked: MultiValueDict[str, Any] = MultiValueDict()
        for name, value in given.pop("where").items():
            asked.setlist(name, list(value) if isinstance(value, set | list) else [value])
        filtered = OutputFilter(asked, rows, request=self.request)
        found: QuerySet[AffectedOutput] = filtered.qs if filtered.form.is_valid() else rows.none()
        return found
