"""Notices that may be owed."""

from typing import Any

from rest_framework.decorators import action

from incidents.api.serializers.outside import AddOwed, Owed
from incidents.api.serializers.refs import Explanation
from incidents.api.views.nested import OfIncident
from incidents.models import Incident, Obligation
from incidents.policies import obligations as owing
from incidents.policies.incidents import may_see_list
from incidents.services import obligations
from registry.kernel.http.api import ReadViewSet, writes


class ObligationViewSet(OfIncident, ReadViewSet):
    queryset = Obligation.objects.all()
    serializer_class = Owed
    reads = staticmethod(may_see_list)
    joins = ("owner", "settled_by")

    @writes(owing.may_add, AddOwed, Owed, status=201)
    def create(self, incident: Incident, given: dict[str, Any]) -> Obligation:
        return obligations.add(incident, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"])
    @writes(owing.may_settle, Explanation, Owed)
    def submit(self, owed: Obligation, given: dict[str, Any]) -> Obligation:
        """The notice was sent; the explanation says how, with the receipt."""
        return obligations.submit(owed, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"], url_path="not-owed")
    @writes(owing.may_settle, Explanation, Owed)
    def not_owed(self, owed: Obligation, given: dict[str, Any]) -> Obligation:
        return obligations.not_owed(owed, by=self.by, at=self.at, **given)
