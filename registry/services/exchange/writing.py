"""How a row reaches the service that its page uses, and how what an import added is removed again."""

from collections.abc import Callable
from typing import Any

from django.db.models import Model

from registry.models import Workflow
from registry.services.exchange.kinds import Given
from registry.services.readiness import refresh_readiness


def adds(service: Callable[..., Model]) -> Callable[[Given], Model]:
    """For services that add a record to a workflow."""

    def add(given: Given) -> Model:
        return service(given.of_workflow, by=given.by, at=given.at, reason=given.reason, **given.values)

    return add


def edits(service: Callable[..., Model]) -> Callable[[Any, Given], Model]:
    """For services that edit a record which was opened in the version found."""

    def edit(record: Any, given: Given) -> Model:
        version = record.version
        return service(record, by=given.by, at=given.at, reason=given.reason, opened_version=version, **given.values)

    return edit


def take_back_of_workflow(record: Any, given: Given) -> None:
    """Remove what an import added to a workflow, whose readiness follows."""
    workflow = Workflow.objects.select_for_update().get(pk=record.workflow_id)
    record.delete()
    refresh_readiness(workflow, at=given.at)
