"""Asking for summaries, dossiers, inventories and audit packs."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError

from incidents.api.views.nested import seen_by
from incidents.models import Incident
from registry.filters.addresses import Address
from registry.kernel.http.api import PolicyViewSet, writes
from registry.models import Document, GateRequest, Workflow
from registry.policies.workflows import may_take_inventory
from registry.reports import past
from reviews.api.serializers.documents import AskForReport, DocumentDetail
from reviews.api.serializers.reports import AskAuditPack, AskInventory
from reviews.filters.asked import history, history_query, history_words, register_query, register_words
from reviews.policies import reports as policies
from reviews.reports.sampling import Method, Sampling
from reviews.services import report_kinds as services
from reviews.services.gate_reports import request_gate_report

JOINS = ("requested_by", "record", "pdf", "job")
INVENTORY = OpenApiExample(
    "What runs and is critical", value={"filters": {"tier": ["T1"], "stage": ["PRODUCTION"]}}, request_only=True
)
PACK = OpenApiExample(
    "Fifty changes of one month",
    value={
        "filters": {"since": ["2026-10-01"], "until": ["2026-11-01"], "kind": ["~"]},
        "method": "DRAWN",
        "number": 50,
        "seed": "audit 2026",
    },
    request_only=True,
)


def _shown(document: Document) -> Document:
    return Document.objects.select_related(*JOINS).get(pk=document.pk)


def _query(filters: Mapping[str, Iterable[str]], known: Iterable[str]) -> QueryDict:
    unknown = sorted(set(filters) - set(known))
    if unknown:
        raise ValidationError({"filters": [_("There is no filter %(name)s.") % {"name": unknown[0]}]})
    query = QueryDict(mutable=True)
    for name, values in filters.items():
        query.setlist(name, list(values))
    return query


def _refuse(errors: Mapping[str, Any]) -> None:
    if errors:
        raise ValidationError({"filters": [f"{name}: {' '.join(problems)}" for name, problems in errors.items()]})


class IncidentSummaryViewSet(PolicyViewSet):
    queryset = Incident.objects.all()
    serializer_class = DocumentDetail
    reads = staticmethod(policies.may_see_reports)

    def visible(self) -> Any:
        return seen_by(self.by)

    @action(detail=True, methods=["post"])
    @writes(policies.may_make_report, AskForReport, DocumentDetail, status=201, one_view=True)
    def summaries(self, incident: Incident, given: dict[str, Any]) -> Document:
        """Freeze a summary of one or two pages for who reads it first, as of now or as known `at` a moment."""
        return _shown(services.request_incident_summary(incident, by=self.by, at=self.at, **given))


class WorkflowDossierViewSet(PolicyViewSet):
    queryset = Workflow.objects.all()
    serializer_class = DocumentDetail
    reads = staticmethod(policies.may_see_reports)

    def visible(self) -> Any:
        return Workflow.objects.visible_to(self.by)

    @action(detail=True, methods=["post"])
    @writes(policies.may_make_dossier, AskForReport, DocumentDetail, status=201, one_view=True)
    def dossiers(self, workflow: Workflow, given: dict[str, Any]) -> Document:
        """Freeze everything the register says about the workflow, as of now or as known `at` a moment.

        Restricted incidents are left out.
        """
        return _shown(services.request_workflow_dossier(workflow, by=self.by, at=self.at, **given))


class GateReportViewSet(PolicyViewSet):
    queryset = GateRequest.objects.all()
    serializer_class = DocumentDetail
    reads = staticmethod(policies.may_see_reports)

    def visible(self) -> Any:
        return GateRequest.objects.visible_to(self.by).select_related("workflow")

    @action(detail=True, methods=["post"])
    @writes(policies.may_make_gate_report, AskForReport, DocumentDetail, status=201, one_view=True)
    def reports(self, request: GateRequest, given: dict[str, Any]) -> Document:
        """Freeze the request with everything about it, as of now or as known `at` a moment."""
        return _shown(request_gate_report(request, by=self.by, at=self.at, **given))


class CollectedReportViewSet(PolicyViewSet):
    """Reports about no single record."""

    queryset = Document.objects.all()
    serializer_class = DocumentDetail
    reads = staticmethod(policies.may_see_reports)

    def visible(self) -> Any:
        return Document.objects.filter(policies.visible_documents(self.by))

    @action(detail=False, methods=["post"])
    @writes(may_take_inventory, AskInventory, DocumentDetail, status=201, examples=[INVENTORY])
    def inventories(self, given: dict[str, Any]) -> Document:
        """Number an inventory; a worker freezes the register as these filters show it, when it comes to it or `at` a
        moment. A long one is a ZIP of several PDFs.
        """
        request, known_at = self.request._request, given["known_at"]
        with past.perhaps(known_at, self.by):
            address = Address(_query(given["filters"], Address(QueryDict(), request).filters.filters), request)
            _refuse(address.filters.errors)
            query, words = register_query(address), register_words(address)
        made = services.request_inventory(query, words, by=self.by, at=self.at, known_at=known_at)
        return _shown(made)

    @action(detail=False, methods=["post"], url_path="audit-packs")
    @writes(policies.may_make_audit_pack, AskAuditPack, DocumentDetail, status=201, examples=[PACK])
    def audit_packs(self, given: dict[str, Any]) -> Document:
        """Number a sample of what is sealed now; a worker gathers it: a ZIP of PDFs, entries, proofs and a manifest."""
        found = history(_query(given["filters"], history(QueryDict()).filters))
        _refuse(found.errors)
        method = Method(given["method"])
        number = 0 if method == Method.ALL else given["number"]
        sampling = Sampling(method, number, "" if method == Method.ALL else given["seed"])
        asked = services.PackFilters(history_query(found), found.qs, history_words(found))
        made = services.request_audit_pack(asked, sampling, by=self.by, at=self.at, known_at=given["known_at"])
        return _shown(made)
