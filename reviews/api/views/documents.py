"""Reports: asked for, watched while they are made, taken."""

from typing import Any

from django.db.models import CharField, Q
from django.db.models.functions import Cast
from django.http.response import HttpResponseBase
from rest_framework.decorators import action
from rest_framework.request import Request

from incidents.api.serializers.steps import StepTaken, TakeStep
from incidents.api.views.nested import seen_by
from incidents.models import Incident, Passage
from incidents.policies.incidents import may_see
from registry.kernel.documents.making import try_again
from registry.kernel.http.api import PolicyViewSet, ReadViewSet, writes
from registry.kernel.http.sending import AnyMedia, sends, sent
from registry.models import Document
from reviews.api.serializers.documents import DocumentDetail
from reviews.policies import reports as policies
from reviews.services import closing, reporting

JOINS = ("requested_by", "record", "pdf", "job")
PDF = "application/pdf"


class DocumentViewSet(ReadViewSet):
    """A report of a restricted incident is as restricted as the incident is now."""

    queryset = Document.objects.all()
    serializer_class = DocumentDetail
    filterset_fields = ["kind", "status", "object_type", "object_id"]
    reads = staticmethod(policies.may_see_reports)

    def visible(self) -> Any:
        seen = seen_by(self.by).annotate(key=Cast("pk", CharField())).values("key")
        rows = Document.objects.filter(~Q(object_type="incidents.incident") | Q(object_id__in=seen))
        return rows.select_related(*JOINS)

    @sends(PDF)
    @action(detail=True, content_negotiation_class=AnyMedia)
    def download(self, request: Request, pk: int) -> HttpResponseBase:
        """The PDF, once it is ready. Taking it is recorded."""
        document = self.get_object()
        path = reporting.take(document, by=self.by, at=self.at)
        return sent(request, path, filename=f"{document.number}.pdf", content_type=PDF)

    @action(detail=True, methods=["post"])
    @writes(policies.may_download, None, DocumentDetail)
    def again(self, document: Document) -> Document:
        """Queue one that failed once more."""
        try_again(document, by=self.by, at=self.at)
        return Document.objects.select_related(*JOINS).get(pk=document.pk)


class IncidentEndViewSet(PolicyViewSet):
    """What ends an incident needs reviews and reports."""

    queryset = Incident.objects.all()
    serializer_class = DocumentDetail
    reads = staticmethod(policies.may_see_reports)

    def visible(self) -> Any:
        return seen_by(self.by)

    @action(detail=True, methods=["post"])
    @writes(policies.may_make_report, None, DocumentDetail, status=201)
    def reports(self, incident: Incident) -> Document:
        """Freeze the record as it is now under a new number; a worker prints it."""
        made = reporting.request_incident_report(incident, by=self.by, at=self.at)
        return Document.objects.select_related(*JOINS).get(pk=made.pk)

    @action(detail=True, methods=["post"], url_path="move/close")
    @writes(may_see, TakeStep, StepTaken, status=201)
    def close(self, incident: Incident, given: dict[str, Any]) -> Passage:
        """Close it, once the review is approved and every action item is tracked."""
        return closing.close(incident, by=self.by, at=self.at, **given)
