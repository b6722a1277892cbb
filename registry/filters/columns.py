"""The columns of the register: what they are called, how they sort, what they put into an exported file."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import OrderBy
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from registry.custom_values import FieldKind
from registry.filters.conditions import blind
from registry.filters.open_work import open_actions, open_incidents
from registry.models import CustomField, User, Workflow
from registry.models.workflow_lists import UNTIERED_LAST
from registry.models.workflow_words import Stage
from registry.readiness import Readiness

Cell = Callable[[Any], object]
LIFECYCLE = Case(
    *[When(stage=stage, then=Value(place)) for place, stage in enumerate(Stage)], output_field=IntegerField()
)


@dataclass(frozen=True)
class Column:
    key: str
    label: Any
    cells: Mapping[Any, Cell]
    """Heading → value, in an exported file: mostly one."""
    order: tuple[Any, ...] = ()
    """Expressions to sort by, the most telling first; empty where sorting says nothing."""
    joins: tuple[str, ...] = ()
    may_lack: bool = False
    own: CustomField | None = None
    """The custom field that the column shows."""


def _moment(value: Any) -> object:
    return timezone.localtime(value).replace(tzinfo=None, microsecond=0) if value else None


def _name(value: Any) -> object:
    return str(value) if value else ""


def _watched(workflow: Any) -> object:
    """Only of what is running: before and after, nothing needs to be watched."""
    if not workflow.is_running:
        return ""
    return str(_("Blind") if workflow.is_blind else _("Watched"))


def _readiness(workflow: Any) -> object:
    if workflow.readiness != Readiness.NOT_READY or workflow.unready is None:
        return str(workflow.get_readiness_display())
    return ngettext("%(n)d check fails", "%(n)d checks fail", workflow.unready) % {"n": workflow.unready}


def _gaps(workflow: Workflow) -> object:
    return workflow.gaps_missing


def _drifted(workflow: Any) -> object:
    if workflow.drift is None:
        return str(_("No baseline"))
    if workflow.drift == 0:
        return str(_("As approved"))
    return ngettext("%(n)d surface differs", "%(n)d surfaces differ", workflow.drift) % {"n": workflow.drift}


def _one(key: str, label: Any, cell: Cell, *order: Any, join: str = "", may_lack: bool = False) -> Column:
    joins = (join,) if join else ()
    return Column(key, label, {label: cell}, order, joins, may_lack or bool(join))


FIXED = (
    _one("id", _("ID"), lambda w: w.reference),
    _one("name", _("Workflow"), lambda w: w.name, F("name")),
)
"""Always first."""
COLUMNS: Mapping[str, Column] = {
    column.key: column
    for column in (
        _one("tier", _("Risk tier"), lambda w: w.get_tier_display(), UNTIERED_LAST, F("tier")),
        _one("stage", _("Stage"), lambda w: w.get_stage_display(), LIFECYCLE),
        _one("blind", _("Signals"), _watched),
        _one("ready", _("Readiness"), _readiness, F("unready"), may_lack=True),
        _one("autonomy", _("May do by itself"), lambda w: w.get_autonomy_display(), F("autonomy")),
        _one("gate", _("In production by"), lambda w: w.get_production_basis_display(), F("production_basis")),
        _one("gaps", _("Gaps"), _gaps, F("gaps_missing"), may_lack=True),
        _one("drift", _("Drift"), _drifted, F("drift"), may_lack=True),
        _one(
            "attestation",
            _("Attestation due"),
            lambda w: w.attestation_due_date,
            F("attestation_due_date"),
            may_lack=True,
        ),
        _one("attested", _("Last attested"), lambda w: _moment(w.attested_at), F("attested_at"), may_lack=True),
        _one("owner", _("Owner"), lambda w: _name(w.business_owner), F("business_owner__name"), join="business_owner"),
        _one("review", _("Next review"), lambda w: w.next_review_date, F("next_review_date"), may_lack=True),
        Column(
            "open",
            _("Open"),
            {_("Open incidents"): lambda w: w.open_incidents, _("Open actions"): lambda w: w.open_actions},
        ),
        _one(
            "unit",
            _("Business unit"),
            lambda w: _name(w.business_unit),
            F("business_unit__name"),
            join="business_unit",
        ),
        _one("changed", _("Changed"), lambda w: _moment(w.updated_at), F("updated_at")),
        _one("vendor", _("Vendor"), lambda w: _name(w.vendor), F("vendor__name"), join="vendor"),
        _one("impact", _("Impact"), lambda w: w.get_impact_display(), F("impact")),
        _one("public", _("Reaches the public"), lambda w: w.get_is_public_facing_display(), F("is_public_facing")),
        _one("personal", _("Personal data"), lambda w: w.get_uses_personal_data_display(), F("uses_personal_data")),
        _one("topic", _("Topic"), lambda w: w.topic, F("topic")),
        _one("tags", _("Tags"), lambda w: ", ".join(w.tags)),
        _one(
            "technical",
            _("Technical owner"),
            lambda w: _name(w.technical_owner),
            F("technical_owner__name"),
            join="technical_owner",
        ),
        _one("deputy", _("Deputy"), lambda w: _name(w.deputy), F("deputy__name"), join="deputy"),
        _one("created", _("Registered"), lambda w: _moment(w.created_at), F("created_at")),
    )
}
SHOWN = ("tier", "stage", "blind", "owner", "review", "open")
"""What fits beside the filters on an ordinary screen. The business unit is among the filters."""
SORT = "tier"


def every(own: Mapping[str, CustomField]) -> dict[str, Column]:
    """All columns there are, those of custom fields last."""
    return {**COLUMNS, **{key: _own(field) for key, field in own.items()}}


def _own(field: CustomField) -> Column:
    return Column(field.parameter, field.name, {field.name: partial(own_cell, field=field)}, own=field)


def own_cell(workflow: Any, field: CustomField) -> object:
    value = workflow.custom.get(field.key)
    if field.kind == FieldKind.PERSON:
        return getattr(workflow, f"own_{field.key}", None) or ""
    if field.kind == FieldKind.DATE and value:
        return date.fromisoformat(value)
    return "" if value is None else value


def chosen(keys: Sequence[str], own: Mapping[str, CustomField], usual: Sequence[str] = ()) -> list[Column]:
    """The columns with these keys, in this order, each once; the `usual` ones when there are none."""
    there = every(own) if any(key in own for key in (*keys, *usual)) else COLUMNS
    known = (there[key] for key in dict.fromkeys(keys) if key in there)
    instead = (there[key] for key in dict.fromkeys(usual) if key in there)
    return list(known) or list(instead) or [COLUMNS[key] for key in SHOWN]


def is_sort(sort: str) -> bool:
    key = sort.removeprefix("-")
    return key == "id" or any(column.key == key and column.order for column in (*FIXED, *COLUMNS.values()))


def ordered(rows: QuerySet[Workflow], sort: str) -> QuerySet[Workflow]:
    """Sorted by `sort`, a key with or without a minus; rows that are equal in it always stand in the same order."""
    key = sort.removeprefix("-")
    is_descending = sort.startswith("-")
    column = next((column for column in (*FIXED, *COLUMNS.values()) if column.key == key), FIXED[0])
    return rows.order_by(
        *[_place(part, is_descending, column.may_lack) for part in column.order], "-pk" if is_descending else "pk"
    )


def _place(part: Any, is_descending: bool, may_lack: bool) -> OrderBy:
    """Last what has no value, in both directions. Only said where it matters, since no index is kept in that order."""
    if part is UNTIERED_LAST:
        return OrderBy(part)
    return OrderBy(part, descending=is_descending, nulls_last=True if is_descending and may_lack else None)


def with_cells(rows: QuerySet[Workflow], columns: Sequence[Column], user: User) -> QuerySet[Workflow]:
    """Everything the cells of `columns` read, loaded with the rows; long texts stay behind."""
    joins = [join for column in columns for join in column.joins]
    rows = rows.select_related(*joins) if joins else rows
    if any(column.key == "open" for column in columns):
        rows = rows.annotate(open_incidents=open_incidents(user), open_actions=open_actions(user))
    if any(column.key == "blind" for column in columns):
        rows = rows.annotate(is_blind=ExpressionWrapper(blind(), output_field=BooleanField()))
    people = [column.own.key for column in columns if column.own and column.own.kind == FieldKind.PERSON]
    rows = rows.annotate(**{f"own_{key}": _name_in(key) for key in people}) if people else rows
    return rows.defer("purpose", "outputs", "affected_people", "search", "contract_reference")


def _name_in(key: str) -> Subquery:
    """The name of the person in a custom field."""
    number = Cast(KeyTextTransform("person", KeyTransform(key, OuterRef("custom"))), BigIntegerField())
    return Subquery(User.objects.filter(pk=number).values("name")[:1])


def headings(columns: Sequence[Column]) -> list[str]:
    return [str(heading) for column in (*FIXED, *columns) for heading in column.cells]


def cells(workflow: Workflow, columns: Sequence[Column]) -> list[object]:
    return [cell(workflow) for column in (*FIXED, *columns) for cell in column.cells.values()]
