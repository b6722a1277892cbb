"""The playbook of a workflow: read with the facts of any moment, begun, changed, looked through."""

from typing import Any

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from registry.api.past import AT, PastViewSet
from registry.api.serializers.playbooks import BeginPlaybook, PlaybookDetail, ReviewPlaybook, WritePlaybook
from registry.api.views.nested import OfWorkflow
from registry.kernel.audit.asof import clock
from registry.kernel.http.api import PolicyViewSet, writes
from registry.models import Playbook, Workflow
from registry.policies import playbooks as policies
from registry.policies.workflows import may_see_register
from registry.reports.playbook_facts import Reading
from registry.reports.playbooks import parts
from registry.services import playbooks as services


class PlaybookViewSet(OfWorkflow, PastViewSet):
    """One for each workflow, under its own address."""

    queryset = Playbook.objects.all()
    serializer_class = PlaybookDetail
    reads = staticmethod(may_see_register)
    reads_moments = ("retrieve",)

    @extend_schema(parameters=[AT], responses=PlaybookDetail)
    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """All questions with answers and facts, as they are or as known at `at`."""
        return self._then(request, lambda *_a, **_k: Response(PlaybookDetail(_told(self.parent())).data))

    @writes(policies.may_write, BeginPlaybook, PlaybookDetail, status=201)
    def create(self, workflow: Workflow, given: dict[str, Any]) -> dict[str, Any]:
        """Write the first version."""
        owner = given.pop("owner", None) or workflow.business_owner or self.by
        services.begin(workflow, by=self.by, at=self.at, owner=owner, **given)
        return _told(workflow)

    @writes(policies.may_write, WritePlaybook, PlaybookDetail)
    def partial_update(self, workflow: Workflow, given: dict[str, Any]) -> dict[str, Any]:
        """Change some answers. Say which version was read; if it has moved on, both values come back (409)."""
        opened = given.pop("version")
        services.write(_found(workflow), by=self.by, at=self.at, opened_version=opened, **given)
        return _told(workflow)


class PlaybookReviewViewSet(OfWorkflow, PolicyViewSet):
    queryset = Playbook.objects.all()
    serializer_class = PlaybookDetail
    reads = staticmethod(may_see_register)

    @writes(policies.may_write, ReviewPlaybook, PlaybookDetail)
    def create(self, workflow: Workflow, given: dict[str, Any]) -> dict[str, Any]:
        """Say that the playbook was looked through and is true as it stands."""
        services.review(_found(workflow), by=self.by, at=self.at, **given)
        return _told(workflow)


def _found(workflow: Workflow) -> Playbook:
    found = services.playbook_of(workflow)
    if found is None:
        raise Http404
    found.workflow = workflow
    return found


def _told(workflow: Workflow) -> dict[str, Any]:
    found, now = services.playbook_of(workflow), clock()
    return {
        "workflow": workflow.pk,
        "version": found.version if found else None,
        "owner": found.owner if found else None,
        "written_at": found.written_at if found else None,
        "reviewed_at": found.reviewed_at if found else None,
        "reviewed_by": found.reviewed_by if found else None,
        "is_review_due": found is None or found.is_review_due(timezone.localdate(now)),
        "questions": parts(found, Reading(workflow, now)),
    }
