"""Workflows for tests of the list."""

from datetime import date
from typing import Any

from django.utils import timezone

from incidents.models import Incident, IncidentWorkflow
from registry.kernel.audit.bulk import create_many
from registry.models import User, Workflow
from registry.services.gate_guard import as_found
from reviews.models import ActionItem


def workflow(name: str, **fields: Any) -> Workflow:
    slug = f"w-{Workflow.objects.count() + 1}"
    made = Workflow(slug=slug, name=name, **{"stage": "PRODUCTION", **fields})
    as_found(made)
    made.save()
    return made


def many(n: int, **fields: Any) -> None:
    given = {"stage": "PRODUCTION", "production_basis": "ON_ENTRY", **fields}
    create_many([Workflow(slug=f"many-{k}", name=f"Workflow number {k}", **given) for k in range(n)])


def open_incident(workflow: Workflow, by: User, **fields: Any) -> Incident:
    incident = Incident.objects.create(
        title="Wrong letters", summary="s", state="OPEN", declared_by=by, declared_at=timezone.now(), **fields
    )
    IncidentWorkflow.objects.create(incident=incident, workflow=workflow, is_primary=True)
    return incident


def open_action(workflow: Workflow, assignee: User) -> ActionItem:
    return ActionItem.objects.create(
        title="Fix it",
        category="TECHNICAL",
        workflow=workflow,
        assignee=assignee,
        due_date=date(2030, 1, 1),
        first_due_date=date(2030, 1, 1),
        created_by=assignee,
        created_at=timezone.now(),
    )
