"""Containment options as files."""

import json
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from registry.containment_proof import Occasion
from registry.models import ContainmentOption, Role, User, Workflow
from registry.models.containment import ContainmentExecutor
from registry.modes import Effect, EffectProblem
from registry.policies.imports import may_import_records
from registry.services import containment as services
from registry.services.capability_proof import follow
from registry.services.exchange.columns import Column, yes_no
from registry.services.exchange.kinds import Given, RecordKind, number_column, workflow_columns
from registry.services.exchange.writing import adds, edits
from registry.services.readiness import refresh_readiness
from registry.sheets.fields import Kind


def _rows(_user: User) -> QuerySet[ContainmentOption]:
    rows = ContainmentOption.objects.select_related("workflow").prefetch_related("named_executors")
    return rows.defer("workflow__search").order_by("workflow", "pk")


def _setting(option: ContainmentOption) -> str:
    return json.dumps(option.effect, sort_keys=True, ensure_ascii=False) if option.effect else ""


def _effect(text: str) -> dict[str, Any]:
    if not text.strip():
        return {}
    try:
        return Effect.read(json.loads(text)).written()
    except EffectProblem as wrong:
        raise ValueError(" ".join(f"{name}: {sentence}" for name, sentence in wrong.problems.items())) from None
    except (ValueError, RecursionError):
        raise ValueError(
            gettext("Write it as JSON, such as {“mode”: “killed”}, with straight quotation marks.")
        ) from None


def _take_back(option: ContainmentOption, given: Given) -> None:
    """With whom it names; capabilities that stood on it and the readiness of the workflow follow."""
    workflow = Workflow.objects.select_for_update().get(pk=option.workflow_id)
    for executor in ContainmentExecutor.objects.filter(option=option):
        executor.delete()
    option.delete()
    follow(workflow)
    refresh_readiness(workflow, at=given.at)


CONTAINMENT = RecordKind(
    key="containment-options",
    label=_("Containment options"),
    model=ContainmentOption,
    rows=_rows,
    may=may_import_records,
    add=adds(services.add_option),
    edit=edits(services.edit_option),
    take_back=_take_back,
    url=lambda option: reverse("workflow-containment", args=[option.workflow_id]),
    workflow_path="workflow",
    own_parts=(ContainmentExecutor,),
    columns=(
        *workflow_columns(lambda o: o.workflow),
        number_column(),
        Column("name", _("Name"), lambda o: o.name, is_key=True, is_required=True),
        Column("kind", _("Kind"), lambda o: o.kind, Kind.CHOICE, ContainmentOption.Kind.choices, is_required=True),
        Column("instructions", _("How it is done"), lambda o: o.instructions, Kind.TEXT, is_required=True),
        Column("executors", _("Roles that may execute it"), lambda o: list(o.executors), Kind.LIST, Role.choices),
        Column(
            "named_executors",
            _("People who may execute it"),
            lambda o: sorted(person.email for person in o.named_executors.all()),
            Kind.LIST,
            names_people=True,
        ),
        Column(
            "expected_minutes",
            _("Expected time in minutes"),
            lambda o: o.expected_minutes,
            Kind.NUMBER,
            headings=("minutes",),
            is_required=True,
            is_whole=True,
        ),
        Column("effect", _("What it sets"), _setting, Kind.TEXT, headings=("sets",), reads=_effect),
        Column("load_carrier", _("What carries the load meanwhile"), lambda o: o.load_carrier),
        yes_no("is_active", _("Available"), lambda o: o.is_active),
        Column("proven_at", _("Last proven"), lambda o: o.proven_at, is_shown_only=True),
        Column("proven_in", _("Proven in"), lambda o: o.proven_in, Kind.CHOICE, Occasion.choices(), is_shown_only=True),
        Column("proven_how", _("Proven by"), lambda o: o.proven_how, is_shown_only=True),
        Column("proven_minutes", _("Time it took"), lambda o: o.proven_minutes, is_shown_only=True),
    ),
)
