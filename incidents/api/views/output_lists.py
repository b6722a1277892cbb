"""Where the outputs of an incident come from, and the sample that stands for all."""

from typing import Any

from drf_spectacular.utils import OpenApiExample
from rest_framework.request import Request
from rest_framework.response import Response

from incidents.api.serializers.outputs import BringList, BroughtList, DrawnSample, DrawSample, SampleEstimate
from incidents.api.views.nested import OfIncident
from incidents.models import Incident, OutputList, OutputSample
from incidents.policies import outputs as policies
from incidents.reports.output_counts import estimate_of
from incidents.services.outputs import bringing, sampling
from registry.kernel.http.api import JSON_OR_FILES, PolicyViewSet, ReadViewSet, writes

ROWS = OpenApiExample(
    "Two outputs",
    value={
        "rows": [
            {"id": "CL-7042", "produced_at": "2026-11-19T18:42:00Z", "segment": "Storm, north", "score": 0.88},
            {"id": "CL-7043", "preview": "Declined: below the limit.", "link": "https://claims.example.test/7043"},
        ]
    },
    request_only=True,
)


class OutputListViewSet(OfIncident, ReadViewSet):
    """Lists of ids that were brought in. A long one is written by a worker; `status` says when it is done."""

    queryset = OutputList.objects.all()
    serializer_class = BroughtList
    reads = staticmethod(policies.may_see_list)
    parser_classes = JSON_OR_FILES
    joins = ("by",)

    @writes(policies.may_bring_in, BringList, BroughtList, status=201, examples=[ROWS])
    def create(self, incident: Incident, given: dict[str, Any]) -> OutputList:
        """Bring a list in. Ids that are on record already stay as they are; one wrong row, and nothing is taken."""
        if "file" in given:
            return bringing.bring_file(incident, by=self.by, at=self.at, upload=given["file"])
        return bringing.bring_rows(incident, by=self.by, at=self.at, rows=given["rows"])


class OutputSampleViewSet(OfIncident, PolicyViewSet):
    """The random sample of an incident, none or one, and what it lets one say."""

    queryset = OutputSample.objects.all()
    serializer_class = SampleEstimate
    pagination_class = None
    reads = staticmethod(policies.may_see_list)

    def list(self, request: Request, incident_pk: int) -> Response:
        found = estimate_of(self.parent())
        return Response(SampleEstimate([found] if found else [], many=True).data)

    @writes(policies.may_bring_in, DrawSample, DrawnSample, status=201)
    def create(self, incident: Incident, given: dict[str, Any]) -> OutputSample:
        """Draw a sample, or make the one there is larger."""
        return sampling.draw(incident, by=self.by, at=self.at, **given)
