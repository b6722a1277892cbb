"""Downstream actions as files."""

from dataclasses import replace

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from registry.blast_radius import Reach, Reversibility, Validation
from registry.models import DownstreamAction, Surface, User, Workflow
from registry.policies.imports import may_import_records
from registry.services import downstream as services
from registry.services.exchange.columns import Column, yes_no
from registry.services.exchange.kinds import Given, RecordKind, number_column, workflow_columns
from registry.services.exchange.writing import adds, edits, take_back_of_workflow
from registry.sheets.fields import Kind


def _rows(_user: User) -> QuerySet[DownstreamAction]:
    rows = DownstreamAction.objects.select_related("workflow", "tool").defer("workflow__search")
    return rows.order_by("workflow", "pk")


def _add(given: Given) -> Model:
    return adds(services.add_action)(_with_tool(given.of_workflow, given))


def _edit(action: DownstreamAction, given: Given) -> Model:
    return edits(services.edit_action)(action, _with_tool(action.workflow, given))


def _with_tool(workflow: Workflow, given: Given) -> Given:
    """The tool by its name among those of the workflow."""
    if "tool" not in given.values:
        return given
    name = given.values["tool"]
    tool = workflow.surfaces.filter(kind=Surface.Kind.TOOL, name=name).first() if name else None
    if name and tool is None:
        raise ValidationError({"tool": gettext("This is no tool of this workflow.")})
    return replace(given, values={**given.values, "tool": tool})


DOWNSTREAM = RecordKind(
    key="downstream-actions",
    label=_("Downstream actions"),
    model=DownstreamAction,
    rows=_rows,
    may=may_import_records,
    add=_add,
    edit=_edit,
    take_back=take_back_of_workflow,
    in_use=lambda action: action.is_active,
    url=lambda action: reverse("workflow-signals", args=[action.workflow_id]),
    workflow_path="workflow",
    columns=(
        *workflow_columns(lambda a: a.workflow),
        number_column(),
        Column("name", _("Name"), lambda a: a.name, is_key=True, is_required=True),
        Column("target_system", _("Target system"), lambda a: a.target_system, is_required=True),
        Column("effect", _("What it changes"), lambda a: a.effect, Kind.TEXT, is_required=True),
        Column(
            "reversibility",
            _("Can it be undone"),
            lambda a: a.reversibility,
            Kind.CHOICE,
            Reversibility.choices(),
            is_required=True,
        ),
        Column(
            "validation",
            _("Validation in front"),
            lambda a: a.validation,
            Kind.CHOICE,
            Validation.choices(),
            is_required=True,
        ),
        Column("validation_note", _("How it is validated"), lambda a: a.validation_note),
        Column("reach", _("Who is reached"), lambda a: a.reach, Kind.CHOICE, Reach.choices(), is_required=True),
        Column("volume_per_day", _("Volume a day"), lambda a: a.volume_per_day, Kind.NUMBER, is_whole=True),
        Column("tool", _("Carried by the tool"), lambda a: a.tool.name if a.tool else ""),
        yes_no("is_active", _("In use"), lambda a: a.is_active, is_shown_only=True),
        Column("retired_at", _("Retired"), lambda a: a.retired_at, is_shown_only=True),
        Column("retired_reason", _("Why it was retired"), lambda a: a.retired_reason, is_shown_only=True),
    ),
)
