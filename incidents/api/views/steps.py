"""Taking an incident on, and deciding who sees it."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from incidents.api.serializers.incidents import IncidentDetail
from incidents.api.serializers.steps import Access, LetIn, Merge, PossibleStep, Promote, StepTaken, TakeStep
from incidents.api.views.nested import OfIncident, seen_by
from incidents.lifecycle import MERGE
from incidents.models import Incident, Passage, RoomAccess
from incidents.policies import incidents as policies
from incidents.services import moving, restricting
from registry.api.serializers.refs import Note, Reasoned
from registry.kernel.access.verdict import Verdict
from registry.kernel.http.api import ListViewSet, PolicyViewSet, writes
from registry.models import User


def may_merge(user: User, incident: Incident) -> Verdict:
    return policies.may_move(user, incident, MERGE)


class StepViewSet(PolicyViewSet):
    queryset = Incident.objects.all()
    serializer_class = IncidentDetail
    reads = staticmethod(policies.may_see_list)

    def visible(self) -> Any:
        return seen_by(self.by)

    @extend_schema(responses=PossibleStep(many=True))
    @action(detail=True, pagination_class=None)
    def steps(self, request: Request, pk: int) -> Response:
        """What may be done next, by whom, and what is still missing."""
        return Response(PossibleStep(moving.options(self.get_object(), self.by, self.at), many=True).data)

    @action(detail=True, methods=["post"], url_path="move/<str:verb>")
    @writes(policies.may_see, TakeStep, StepTaken, status=201)
    def move(self, incident: Incident, given: dict[str, Any]) -> Passage:
        """Take one step: accept, contain, recover, resolve, slip_back, reopen or decline."""
        return moving.move(incident, self.kwargs["verb"], by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"], url_path="ask-recovery")
    @writes(policies.may_work, Note, IncidentDetail)
    def ask_recovery(self, incident: Incident, given: dict[str, Any]) -> Incident:
        """Ask for the return to normal; the note says how the mitigation was validated."""
        return moving.ask_recovery(incident, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"], url_path="confirm-baseline")
    @writes(policies.may_work, Note, IncidentDetail)
    def confirm_baseline(self, incident: Incident, given: dict[str, Any]) -> Incident:
        """Say that the signals are back; the note says which, and where they stand."""
        return moving.confirm_baseline(incident, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"])
    @writes(policies.may_work, Promote, IncidentDetail)
    def promote(self, incident: Incident, given: dict[str, Any]) -> Incident:
        """Make an incident of a near miss or a quality issue."""
        return moving.promote(incident, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"])
    @writes(may_merge, Merge, StepTaken, status=201)
    def merge(self, incident: Incident, given: dict[str, Any]) -> Passage:
        """End this incident as part of another one."""
        return moving.merge(incident, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"])
    @writes(policies.may_restrict, Reasoned, IncidentDetail)
    def restrict(self, incident: Incident, given: dict[str, Any]) -> Incident:
        """From now on only named people, risk staff and auditors see it."""
        return restricting.restrict(incident, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"], url_path="lift-restriction")
    @writes(policies.may_restrict, Reasoned, IncidentDetail)
    def lift_restriction(self, incident: Incident, given: dict[str, Any]) -> Incident:
        return restricting.lift(incident, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"], url_path="let-in")
    @writes(policies.may_restrict, LetIn, Access, status=201)
    def let_in(self, incident: Incident, given: dict[str, Any]) -> RoomAccess:
        """Let one person see a restricted incident."""
        return restricting.let_in(incident, by=self.by, at=self.at, **given)


class PassageViewSet(OfIncident, ListViewSet):
    """The steps taken."""

    queryset = Passage.objects.all()
    serializer_class = StepTaken
    reads = staticmethod(policies.may_see_list)
    joins = ("by",)
