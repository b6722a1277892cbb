"""The control plane: what limits workflows, who obeys, keys, and who asked in vain."""

from typing import Any

from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from registry.api.serializers.control import (
    BindKey,
    Caller,
    ControlNow,
    DeclareDefault,
    Instance,
    IssueKey,
    Key,
    NewKey,
    RestrictionRow,
    RotateKey,
    Why,
)
from registry.api.serializers.refs import Note
from registry.api.views.nested import OfWorkflow
from registry.filters.control import CallerFilter, RestrictionFilter
from registry.kernel.http.api import ListViewSet, PolicyViewSet, ReadViewSet, through, whoever, writes
from registry.models import ControlCandidate, ControlInstance, ControlToken, Restriction, Workflow
from registry.policies import control as policies
from registry.policies.workflows import may_see_register
from registry.reports.control import control_of
from registry.services import control_candidates, control_keys, restrictions


class WorkflowControlViewSet(OfWorkflow, PolicyViewSet):
    """What one workflow is told now."""

    queryset = Workflow.objects.all()
    serializer_class = ControlNow
    reads = staticmethod(may_see_register)

    def retrieve(self, request: Request, workflow_pk: int) -> Response:
        found = control_of(self.parent(), at=self.at)
        return Response(self.get_serializer(found).data)


class WorkflowInstanceViewSet(OfWorkflow, ListViewSet):
    """The instances of one workflow, the latest seen first."""

    queryset = ControlInstance.objects.all()
    serializer_class = Instance
    reads = staticmethod(may_see_register)

    def visible(self) -> Any:
        rows = ControlInstance.objects.filter(token__workflow=self.parent())
        return rows.select_related("token").order_by("-last_at", "pk")


class WorkflowKeyViewSet(OfWorkflow, ListViewSet):
    """The keys of one workflow. What a key opens is in no answer but the one that gives it out."""

    queryset = ControlToken.objects.all()
    serializer_class = Key
    reads = staticmethod(may_see_register)

    def visible(self) -> Any:
        return ControlToken.objects.filter(workflow=self.parent()).select_related("workflow", "created_by")

    @writes(policies.may_manage_keys, IssueKey, NewKey, status=201, repeatable=True)
    def create(self, workflow: Workflow, given: dict[str, Any]) -> ControlToken:
        """Give out a key. Its secret is in this answer and nowhere else."""
        return _shown(*control_keys.issue(workflow, by=self.by, at=self.at, **given))


class KeyViewSet(ReadViewSet):
    """All keys, also those given out before their workflow was registered."""

    queryset = ControlToken.objects.all()
    serializer_class = Key
    filterset_fields = ["workflow"]
    reads = staticmethod(may_see_register)

    def visible(self) -> Any:
        return ControlToken.objects.select_related("workflow", "created_by")

    @writes(policies.may_manage_keys, IssueKey, NewKey, status=201, repeatable=True)
    def create(self, given: dict[str, Any]) -> ControlToken:
        """Give out a key before its workflow is registered: it opens nothing, and what it asks for is listed."""
        return _shown(*control_keys.issue(None, by=self.by, at=self.at, **given))

    @action(detail=True, methods=["post"])
    @writes(through("workflow", policies.may_manage_keys), RotateKey, NewKey, repeatable=True)
    def rotate(self, token: ControlToken, given: dict[str, Any]) -> ControlToken:
        """A successor; the old one goes on for `overlap`."""
        return _shown(*control_keys.rotate(token, by=self.by, at=self.at, **given))

    @action(detail=True, methods=["post"])
    @writes(through("workflow", policies.may_manage_keys), Why, Key)
    def revoke(self, token: ControlToken, given: dict[str, Any]) -> ControlToken:
        """It opens nothing from now on, on every serving process."""
        return control_keys.revoke(token, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"], url_path="declare-default")
    @writes(through("workflow", policies.may_manage_keys), DeclareDefault, Key)
    def declare_default(self, token: ControlToken, given: dict[str, Any]) -> ControlToken:
        """Say which mode the program falls back to when nobody answers."""
        return control_keys.declare_default(token, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"])
    @writes(through("workflow", policies.may_manage_keys), BindKey, Key)
    def bind(self, token: ControlToken, given: dict[str, Any]) -> ControlToken:
        """The workflow it was given out for is registered now."""
        return control_keys.bind(token, by=self.by, at=self.at, **given)


class RestrictionViewSet(ReadViewSet):
    """What limits workflows, or once did. Tightening happens in incidents: POST a containment there."""

    queryset = Restriction.objects.all()
    serializer_class = RestrictionRow
    filterset_class = RestrictionFilter
    reads = staticmethod(may_see_register)

    def visible(self) -> Any:
        rows = Restriction.objects.filter(workflow__in=Workflow.objects.visible_to(self.by))
        return rows.select_related(
            "workflow", "option__workflow", "applied_by", "release_asked_by", "released_by"
        ).prefetch_related("option__named_executors")

    @action(detail=True, methods=["post"], url_path="ask-release")
    @writes(policies.may_ask_release, Why, RestrictionRow)
    def ask_release(self, restriction: Restriction, given: dict[str, Any]) -> Restriction:
        """Ask to take back what belongs to no incident. What belongs to one is asked there."""
        restrictions.refuse_if_of_incident(restriction)
        return restrictions.ask_release(restriction, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"])
    @writes(policies.may_agree_to_release, Note, RestrictionRow)
    def release(self, restriction: Restriction, given: dict[str, Any]) -> Restriction:
        """Agree, as somebody else than who asked."""
        restrictions.refuse_if_of_incident(restriction)
        return restrictions.release(restriction, by=self.by, at=self.at, **given)

    @action(detail=True, methods=["post"])
    @writes(policies.may_ask_release, Note, RestrictionRow)
    def keep(self, restriction: Restriction, given: dict[str, Any]) -> Restriction:
        """Decline: it stays in force."""
        restrictions.refuse_if_of_incident(restriction)
        return restrictions.decline_release(restriction, by=self.by, at=self.at, **given)


class CallerViewSet(ReadViewSet):
    """Who asked for what nobody knows: perhaps a workflow that should be registered."""

    queryset = ControlCandidate.objects.all()
    serializer_class = Caller
    filterset_class = CallerFilter
    reads = staticmethod(may_see_register)

    def visible(self) -> Any:
        return ControlCandidate.objects.select_related("token__workflow", "token__created_by", "dismissed_by")

    @action(detail=True, methods=["post"], url_path="set-aside")
    @writes(whoever(policies.may_sort_out), Why, Caller)
    def set_aside(self, candidate: ControlCandidate, given: dict[str, Any]) -> ControlCandidate:
        """It needs no entry in the register."""
        return control_candidates.dismiss(candidate, by=self.by, at=self.at, **given)


def _shown(token: ControlToken, secret: str) -> ControlToken:
    token.secret = secret  # type: ignore[attr-defined]
    return token
