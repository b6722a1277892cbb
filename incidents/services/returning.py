"""The criteria for running as before, of one incident: read from playbooks and record, confirmed by people."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from incidents.lifecycle import REOPEN, SLIP_BACK
from incidents.models import CriterionCheck, Incident, TimelineEntry
from incidents.policies.incidents import may_work
from incidents.returning import criteria, key_of
from incidents.services import room, timeline
from incidents.services.wording import required
from registry.kernel.access.verdict import require
from registry.models import Playbook, User, Workflow


@dataclass(frozen=True)
class Criterion:
    """One line of a playbook, with what was last said about it in this incident."""

    key: str
    workflow: Workflow
    text: str
    check: CriterionCheck | None

    @property
    def is_met(self) -> bool:
        return self.check is not None and self.check.is_met


def criteria_of(incident: Incident) -> list[Criterion]:
    """Those of every affected workflow, in the order of its playbook. Two queries for an incident opened as a page.

    What was confirmed before the incident fell back or was opened again was about a recovery that did not last.
    """
    workflows = {link.workflow_id: link.workflow for link in incident.links.all()}
    rows = Playbook.objects.filter(workflow__in=workflows).exclude(return_to_normal="")
    asked = dict(rows.values_list("workflow_id", "return_to_normal"))
    if not asked:
        return []
    since = max((step.at for step in incident.passages.all() if step.verb in {REOPEN, SLIP_BACK}), default=None)
    checks = CriterionCheck.objects.filter(incident=incident).select_related("by").order_by("pk")
    newest = {check.key: check for check in checks if since is None or check.at >= since}
    return [
        Criterion(key, workflow, line, newest.get(key))
        for number, workflow in workflows.items()
        for line in criteria(asked.get(number, ""))
        for key in [key_of(number, line)]
    ]


def check(incident: Incident, *, key: str, is_met: bool, note: str, by: User, at: datetime) -> CriterionCheck:
    """A person's word that a criterion is met, or is not after all; `note` says what shows it."""
    with room.entered(incident, by=by, reason=note) as locked:
        require(may_work, by, locked)
        room.require_active(locked)
        found = next((each for each in criteria_of(locked) if each.key == key), None)
        if found is None:
            raise ValidationError({"key": _("No playbook of an affected workflow has this criterion any more.")})
        made = CriterionCheck.objects.create(
            incident=locked,
            workflow=found.workflow,
            key=key,
            criterion=found.text,
            is_met=is_met,
            note=required("note", note),
            by=by,
            at=at,
        )
        text = _("Met: %(criterion)s. %(note)s") if is_met else _("Not met: %(criterion)s. %(note)s")
        timeline.automatic(
            locked,
            kind=TimelineEntry.Kind.STATE,
            text=text % {"criterion": found.text.rstrip("."), "note": made.note},
            by=by,
            at=at,
            data={"criterion": key, "is_met": is_met},
        )
        room.touch(locked)
        return made


def open_criteria(incident: Incident, workflow: Workflow | None = None) -> int:
    """How many are not met; of one workflow where it is named."""
    return sum(not each.is_met and workflow in (None, each.workflow) for each in criteria_of(incident))
