"""The overview of a workflow."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.forms.workflows import PARTS
from registry.kernel.audit.asof import clock
from registry.kernel.audit.reading import Entry, entries_of
from registry.kernel.http.pages import page
from registry.models import ImportRow, Workflow
from registry.policies import workflows as policies
from registry.reports import tiers, workflow_history
from registry.reports.custom_values import told
from registry.reports.gaps import needs_of
from registry.reports.readiness import judgement_of
from registry.reports.vendors import proofs_of
from registry.reports.watching import monitors
from registry.services.assessments import newest_assessment, read_by, rule_set_in_force, tier_of
from registry.services.containment import in_order
from registry.services.reassessment import reasons_for
from registry.views.past import knows_past
from registry.views.readiness import blocks
from registry.views.requests import SignedInRequest
from registry.views.workflow_frame import DIFFERENCE, find, frame

LATEST = 4
LOOKED_AT = 12
"""Lines of the history among which these are found."""


@page(policies.may_see_register, "GET")
@knows_past(Workflow, DIFFERENCE)
def overview(request: SignedInRequest, pk: int) -> HttpResponse:
    workflow = find(pk)
    now = clock()
    newest, rules = newest_assessment(workflow), rule_set_in_force(now)
    computed, explanation = read_by(newest, rules) if newest else ("", {})
    judged = judgement_of(workflow, now)
    options = in_order(workflow.containment_options.filter(is_active=True))
    context = {
        **frame(request, workflow, "workflow"),
        "groups": _groups(workflow),
        "details": told(workflow),
        "assessment": newest,
        "why": tiers.read(computed, explanation, newest.answers, tiers.act_reason(newest)) if newest else None,
        "tier_now": tier_of(newest, now.date(), rules) if newest else "",
        "computed": computed,
        "again": reasons_for(workflow, newest, reader=request.user),
        "options": [(option, option.is_proof_stale(now)) for option in options],
        "stale_count": sum(option.is_proof_stale(now) for option in options),
        "monitors": monitors(workflow.signals.filter(is_active=True)),
        "needs": needs_of(workflow, newest, timezone.localdate(now)),
        "judged": judged,
        "blocks": blocks(workflow, judged),
        "surfaces": workflow.surfaces.filter(is_active=True).select_related("current", "known_good"),
        "changes": _changes(workflow),
        "row": _imported(workflow),
        "proofs": proofs_of(workflow.vendor, timezone.localdate(now)) if workflow.vendor else None,
        "may_set_owner": policies.may_set_owner(request.user, workflow),
    }
    return render(request, "registry/workflow/overview.html", context)


def _changes(workflow: Workflow) -> list[Entry]:
    """The newest that say something to a reader."""
    read = workflow_history.for_people(entries_of(workflow, LOOKED_AT))
    return [entry for entry in read if entry.changes][:LATEST]


def _imported(workflow: Workflow) -> ImportRow | None:
    """The spreadsheet row this entry came from, as it stood in the file."""
    if workflow.source_key is None:
        return None
    return workflow.import_rows.filter(change_set__kind="IMPORT").select_related("change_set").order_by("-id").first()


def _groups(workflow: Workflow) -> list[dict[str, Any]]:
    """The record as a list of questions and answers, one group for each part that is edited together."""
    return [
        {
            "part": part,
            "heading": heading,
            "rows": [(_label(name), _value(workflow, name)) for name in names],
        }
        for part, (heading, names) in PARTS.items()
        if part != "people"
    ]


def _label(name: str) -> str:
    field: Any = Workflow._meta.get_field(name)
    return str(field.verbose_name).capitalize()


def _value(workflow: Workflow, name: str) -> Any:
    display = getattr(workflow, f"get_{name}_display", None)
    value = display() if display else getattr(workflow, name)
    if name == "business_unit" and value is not None and value.parent is not None:
        return _("%(unit)s, part of %(parent)s") % {"unit": value.name, "parent": value.parent.name}
    return ", ".join(value) if isinstance(value, list) else value
