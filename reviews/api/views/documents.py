"""Reports: asked for, watched while they are made, taken."""

from io import BytesIO
from typing import Any

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
from reviews.api.serializers.documents import AskForReport, DocumentDetail, DocumentRow
from reviews.policies import reports as policies
from reviews.services import closing, reading, reporting

JOINS = ("requested_by", "record", "pdf", "job")


class DocumentViewSet(ReadViewSet):
    """A report of a restricted incident is as restricted as the incident is now."""

    queryset = Document.objects.all()
    serializer_class = DocumentDetail
    serializer_classes = {"list": DocumentRow}
    filterset_fields = ["kind", "status", "object_type", "object_id"]
    reads = staticmethod(policies.may_see_reports)

    def visible(self) -> Any:
        return Document.objects.filter(policies.visible_documents(self.by)).select_related(*JOINS)

    def get_object(self) -> Any:
        found = super().get_object()
        if self.action == "retrieve":
            reading.report_opened(found, by=self.by, at=self.at)
        return found

    @sends()
    @action(detail=True, content_negotiation_class=AnyMedia)
    def download(self, request: Request, pk: int) -> HttpResponseBase:
        """The file, once it is ready: a PDF, or a ZIP of several. Taking it is recorded."""
        document = self.get_object()
        content = reporting.take(document, by=self.by, at=self.at)
        return sent(request, content, filename=reporting.filename_of(document), content_type=document.media_type)

    @sends("application/json")
    @action(detail=True, content_negotiation_class=AnyMedia)
    def issued(self, request: Request, pk: int) -> HttpResponseBase:
        """Proof that the ledger names this very file as issued, for the offline verifier (`--issued`)."""
        document = self.get_object()
        content = BytesIO(reporting.proof_of_issue(document, by=self.by))
        return sent(request, content, filename=reporting.proof_name_of(document), content_type="application/json")

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
    @writes(policies.may_make_report, AskForReport, DocumentDetail, status=201, one_view=True)
    def reports(self, incident: Incident, given: dict[str, Any]) -> Document:
        """Freeze the record under a new number, as it is now or as known `at` a moment; a worker prints it.

        It supersedes the one before, unless that one shows a later moment.
        """
        made = reporting.request_incident_report(incident, by=self.by, at=self.at, **given)
        return Document.objects.select_related(*JOINS).get(pk=made.pk)

    @action(detail=True, methods=["post"], url_path="move/close")
    @writes(may_see, TakeStep, StepTaken, status=201)
    def close(self, incident: Incident, given: dict[str, Any]) -> Passage:
        """Close it, once the review is approved and every action item is tracked."""
        return closing.close(incident, by=self.by, at=self.at, **given)
