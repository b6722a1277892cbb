"""The ledger that holds the history: its state, the whole of it, who outside has seen it, what was found wrong."""

from typing import Any

from django.http.response import HttpResponseBase
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from registry.api.serializers.ledger import LedgerCheck, LedgerReceipt, LedgerState
from registry.kernel.http.api import PolicyViewSet, ReadViewSet
from registry.kernel.http.downloads import stream
from registry.kernel.http.errors import Conflict
from registry.kernel.http.sending import AnyMedia, sends
from registry.kernel.ledger import exporting
from registry.kernel.ledger.keys import known_vkeys
from registry.kernel.ledger.models import IntegrityCheck, Receipt
from registry.models import AuditEntry
from registry.policies.records import may_see_audit
from registry.reports import ledger
from registry.services.receipts import answer_taken, named

ZIP = "application/zip"


class LedgerViewSet(PolicyViewSet):
    queryset = AuditEntry.objects.none()
    serializer_class = LedgerState
    reads = staticmethod(may_see_audit)

    @extend_schema(responses=LedgerState)
    def retrieve(self, request: Request) -> Response:
        """How far it is, what was signed last, and whether its guards are as they were sealed."""
        context = {"guards": ledger.compared(), "keys": known_vkeys()}
        return Response(LedgerState(ledger.standing(at=timezone.now()), context=context).data)


class LedgerExportViewSet(PolicyViewSet):
    queryset = AuditEntry.objects.none()
    serializer_class = LedgerState
    reads = staticmethod(may_see_audit)
    content_negotiation_class = AnyMedia

    @sends(ZIP)
    def retrieve(self, request: Request) -> HttpResponseBase:
        """Everything, as the offline verifier reads it, sent while it is made. Taking it is recorded."""
        try:
            covered, pieces = exporting.begun()
        except exporting.NotNow as reason:
            raise Conflict(str(reason)) from reason
        exporting.note_taken(covered, at=self.at)
        return stream(request._request, pieces, filename=f"ledger-{covered.size}.zip", content_type=ZIP)


class ReceiptViewSet(ReadViewSet):
    """Checkpoints handed to witnesses outside, and what became of each."""

    queryset = Receipt.objects.all()
    serializer_class = LedgerReceipt
    filterset_fields = ["witness", "checkpoint"]
    reads = staticmethod(may_see_audit)

    def visible(self) -> Any:
        return Receipt.objects.all()

    @sends()
    @action(detail=True, content_negotiation_class=AnyMedia)
    def answer(self, request: Request, pk: int) -> HttpResponseBase:
        """What the witness answered, to the byte: of a time-stamp authority the token. Taking it is recorded."""
        receipt = self.get_object()
        content = answer_taken(receipt, at=self.at)
        return stream(
            request._request, iter([content]), filename=named(receipt), content_type="application/octet-stream"
        )


class CheckViewSet(ReadViewSet):
    """Runs of the standing check over history, ledger and stored files, with every difference they found."""

    queryset = IntegrityCheck.objects.all()
    serializer_class = LedgerCheck
    filterset_fields = ["subject"]
    reads = staticmethod(may_see_audit)

    def visible(self) -> Any:
        return IntegrityCheck.objects.all()
