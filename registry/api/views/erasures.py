"""Lawful erasure: asked for by one, decided by another."""

from typing import Any

from rest_framework.decorators import action

from registry.api.serializers.erasures import AskErasure, DecideErasure, ErasureRecord
from registry.kernel.http.api import ReadViewSet, writes
from registry.models import Erasure
from registry.policies import erasures as policies
from registry.services import erasures as services


class ErasureViewSet(ReadViewSet):
    """What was erased, and what waits for a decision."""

    queryset = Erasure.objects.all()
    serializer_class = ErasureRecord
    filterset_fields = ["state", "object_type", "object_id"]
    reads = staticmethod(policies.may_see_erasures)

    def visible(self) -> Any:
        return Erasure.objects.select_related("asked_by", "decided_by")

    @writes(policies.may_ask_erasure, AskErasure, ErasureRecord, status=201)
    def create(self, given: dict[str, Any]) -> Erasure:
        """Ask. Nothing goes before somebody else has confirmed."""
        return services.ask(by=self.by, at=self.at, fields=given.pop("fields_erased"), **given)

    @action(detail=True, methods=["post"])
    @writes(policies.may_decide_erasure, DecideErasure, ErasureRecord)
    def confirm(self, erasure: Erasure, given: dict[str, Any]) -> Erasure:
        """Erase it now. It cannot be undone."""
        return services.confirm(erasure, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"])
    @writes(policies.may_decide_erasure, DecideErasure, ErasureRecord)
    def decline(self, erasure: Erasure, given: dict[str, Any]) -> Erasure:
        return services.decline(erasure, by=self.by, at=self.at, **given)
