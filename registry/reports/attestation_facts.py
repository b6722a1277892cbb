"""The main facts of an entry, part by part and each in a line, as somebody reads them before they sign."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from registry.attesting import Part, is_unchanged
from registry.gaps import GapState
from registry.models import Surface, Workflow
from registry.reports.attesting import Shown
from registry.reports.gaps import needs_of
from registry.reports.watching import in_order

RECORD = (
    "purpose", "outputs", "affected_people", "business_unit", "vendor", "stage", "business_owner", "technical_owner",
    "deputy", "impact", "is_public_facing", "uses_personal_data",
)  # fmt: skip
PAGES: Mapping[str, str] = {
    Part.RECORD: "workflow-edit",
    Part.TIER: "workflow-tier",
    Part.SURFACES: "workflow-surfaces",
    Part.CONTAINMENT: "workflow-containment",
    Part.SIGNALS: "workflow-signals",
    Part.CAPABILITIES: "workflow-capabilities",
}
"""Part → the page on which it is put right."""
Line = tuple[str, str]


@dataclass(frozen=True)
class Block:
    part: Part
    lines: list[Line]
    is_unchanged: bool
    """As it was attested last; never so when it was not attested before."""

    @property
    def page(self) -> str:
        return PAGES[self.part]


def blocks(shown: Shown, on: date) -> list[Block]:
    earlier = shown.earlier.seen if shown.earlier else None
    return [
        Block(part, _LINES[part](shown.row.workflow, on), is_unchanged({part.value: shown.prints[part]}, earlier))
        for part in Part
        if part in shown.prints
    ]


def _record(workflow: Workflow, _on: date) -> list[Line]:
    return [(_label(name), _value(workflow, name)) for name in RECORD]


def _label(name: str) -> str:
    field: Any = Workflow._meta.get_field(name)
    return str(field.verbose_name).capitalize()


def _value(workflow: Workflow, name: str) -> str:
    display = getattr(workflow, f"get_{name}_display", None)
    value = display() if display else getattr(workflow, name)
    return str(value or "")


def _tier(workflow: Workflow, _on: date) -> list[Line]:
    newest = workflow.tier_assessments.select_related("assessed_by").order_by("-id").first()
    if newest is None:
        return []
    return [
        (_("Risk tier"), workflow.get_tier_display()),
        (_("Assessed"), f"{newest.assessed_by}, {_day(newest.assessed_at)}"),
    ]


def _surfaces(workflow: Workflow, _on: date) -> list[Line]:
    rows: Iterable[Surface] = workflow.surfaces.filter(is_active=True).select_related("current")
    return [(str(row), row.current.label if row.current else _("no version")) for row in rows]


def _containment(workflow: Workflow, _on: date) -> list[Line]:
    return [
        (row.name, f"{row.get_kind_display()}, {_('proven')} {_day(row.proven_at)}" if row.proven_at else
         f"{row.get_kind_display()}, {_('never proven')}")
        for row in sorted(workflow.containment_options.filter(is_active=True), key=lambda row: (row.rank, row.pk))
    ]  # fmt: skip


def _signals(workflow: Workflow, _on: date) -> list[Line]:
    signals = in_order(workflow.signals.filter(is_active=True).select_related("owner"))
    actions = workflow.downstream_actions.filter(is_active=True)
    return [
        *((row.name, f"{row.get_kind_display()}, {row.owner}") for row in signals),
        *((row.name, f"{row.target_system}, {row.get_reversibility_display()}") for row in actions),
    ]


def _capabilities(workflow: Workflow, on: date) -> list[Line]:
    needs = needs_of(workflow, workflow.tier_assessments.order_by("-id").first(), on)
    lacking = [(str(need.capability.name), need.state.label) for need in (*needs.missing, *needs.accepted)]
    met = ", ".join(str(need.capability.name) for need in needs.met)
    return [*lacking, (GapState.MET.label, met)] if met else lacking


def _day(value: Any) -> str:
    return date_format(value, "j M Y")


_LINES: Mapping[str, Callable[[Workflow, date], list[Line]]] = {
    Part.RECORD: _record,
    Part.TIER: _tier,
    Part.SURFACES: _surfaces,
    Part.CONTAINMENT: _containment,
    Part.SIGNALS: _signals,
    Part.CAPABILITIES: _capabilities,
}
