"""The chain of custody of a piece of evidence, and who opened it."""

from typing import Any

from django.shortcuts import get_object_or_404

from incidents.api.serializers.evidence import Custody, PieceOpening
from incidents.api.views.nested import seen_by
from incidents.models import CustodyEvent, Evidence
from incidents.policies import evidence as policies
from incidents.services import evidence as services
from incidents.services import reading
from registry.kernel.http.api import ListViewSet
from registry.models import AuditEntry


class OpeningViewSet(ListViewSet):
    """Who looked at a restricted piece, and when; downloads are links of its chain of custody."""

    queryset = AuditEntry.objects.all()
    serializer_class = PieceOpening
    reads = staticmethod(policies.may_see_list)

    def visible(self) -> Any:
        piece = piece_read(self)
        return reading.openings_of(piece)


class CustodyViewSet(ListViewSet):
    """The chain of custody of one piece. That one of a restricted piece was read goes on record."""

    queryset = CustodyEvent.objects.all()
    serializer_class = Custody
    reads = staticmethod(policies.may_see_list)

    def visible(self) -> Any:
        return CustodyEvent.objects.filter(evidence=piece_read(self)).select_related("by")


def piece_read(view: Any) -> Evidence:
    """The piece that an address names first. That a restricted one was read goes on record."""
    rows = Evidence.objects.filter(incident__in=seen_by(view.by)).select_related("incident").prefetch_related("openers")
    piece = get_object_or_404(rows, pk=view.kwargs["evidence_pk"])
    reading.opened(piece.incident, by=view.by, at=view.at)
    services.view(piece, by=view.by, at=view.at)
    return piece
