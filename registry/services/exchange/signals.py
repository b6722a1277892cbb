"""Signals as files."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from registry.models import Signal, User
from registry.policies.imports import may_import_records
from registry.services import signals as services
from registry.services.exchange.columns import Column, person, yes_no
from registry.services.exchange.kinds import RecordKind, number_column, workflow_columns
from registry.services.exchange.writing import adds, edits, take_back_of_workflow
from registry.sheets.fields import Kind
from registry.watching import Cadence, Direction, SignalKind


def _rows(_user: User) -> QuerySet[Signal]:
    return Signal.objects.select_related("workflow", "owner").defer("workflow__search").order_by("workflow", "pk")


def _owner(signal: Signal) -> str:
    person = signal.owner
    return person.name if person.is_active else gettext("%(name)s (left)") % {"name": person}


SIGNALS = RecordKind(
    key="signals",
    label=_("Signals"),
    model=Signal,
    rows=_rows,
    may=may_import_records,
    add=adds(services.add_signal),
    edit=edits(services.edit_signal),
    take_back=take_back_of_workflow,
    in_use=lambda signal: signal.is_active,
    url=lambda signal: reverse("workflow-signals", args=[signal.workflow_id]),
    workflow_path="workflow",
    columns=(
        *workflow_columns(lambda s: s.workflow),
        number_column(),
        Column("name", _("Name"), lambda s: s.name, is_key=True, is_required=True),
        Column("kind", _("Kind"), lambda s: s.kind, Kind.CHOICE, SignalKind.choices(), is_required=True),
        Column("source", _("Source"), lambda s: s.source, is_required=True),
        Column("owner_name", _("Owner"), _owner, is_shown_only=True),
        person("owner", _("Owner’s address"), lambda s: s.owner, headings=("owner email", "owner"), is_required=True),
        Column("threshold", _("Fires when"), lambda s: s.threshold, is_required=True),
        Column("limit_value", _("Limit"), lambda s: s.limit_value, Kind.NUMBER),
        Column(
            "limit_direction", _("Side of the limit"), lambda s: s.limit_direction, Kind.CHOICE, Direction.choices()
        ),
        Column("unit", _("Unit"), lambda s: s.unit),
        Column("baseline", _("Baseline"), lambda s: s.baseline, is_required=True),
        Column("baseline_value", _("Baseline as a number"), lambda s: s.baseline_value, Kind.NUMBER),
        Column("baseline_date", _("Baseline measured"), lambda s: s.baseline_date, Kind.DATE),
        Column("cadence", _("How often"), lambda s: s.cadence, Kind.CHOICE, Cadence.choices(), is_required=True),
        Column("last_seen_at", _("Last heard of"), lambda s: s.last_seen_at, is_shown_only=True),
        Column("proven_at", _("Last shown to fire"), lambda s: s.proven_at, is_shown_only=True),
        Column("proven_how", _("Shown by"), lambda s: s.proven_how, is_shown_only=True),
        yes_no("is_active", _("In use"), lambda s: s.is_active, is_shown_only=True),
        Column("retired_at", _("Retired"), lambda s: s.retired_at, is_shown_only=True),
        Column("retired_reason", _("Why it was retired"), lambda s: s.retired_reason, is_shown_only=True),
    ),
)
