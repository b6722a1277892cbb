"""Keeping how far a workflow has drifted from its baseline, and telling its owners once an episode."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from registry.kernel.notify.tell import tell
from registry.models import User, Workflow
from registry.reports.baselines import Drift, drift_of, lines
from registry.services.readiness import refresh_readiness


def follow(workflow: Workflow, *, at: datetime) -> Drift | None:
    """Compare and keep the result. The caller holds the workflow locked and has said who acts and why.

    An episode begins when a workflow that ran as approved, or had no baseline, differs, and ends when it is as
    approved again. No new version of the record: nobody's edit becomes stale.
    """
    found = drift_of(workflow)
    number = found.number if found is not None else None
    since = (workflow.drift_since or at) if number else None
    if (number, since) != (workflow.drift, workflow.drift_since):
        workflow.drift, workflow.drift_since = number, since
        workflow.save(update_fields=["drift", "drift_since"])
    refresh_readiness(workflow, at=at)
    if found is not None and since is not None and workflow.is_running:
        _tell_owners(workflow, found, since, at=at)
    return found


def owners_of(workflow: Workflow) -> list[User]:
    """Business owner, technical owner and deputy, each once, who are still here."""
    return list(User.objects.active().filter(pk__in=workflow.owner_ids).order_by("pk"))


def _tell_owners(workflow: Workflow, found: Drift, since: datetime, *, at: datetime) -> None:
    subject = ngettext(
        "%(workflow)s drifts: %(number)d surface differs from baseline %(baseline)d",
        "%(workflow)s drifts: %(number)d surfaces differ from baseline %(baseline)d",
        found.number,
    ) % {"workflow": workflow.name, "number": found.number, "baseline": found.baseline.number}
    told = [f"{line.subject}: {line.old or '–'} → {line.new or '–'}" for line in lines(found.differences)]
    for person in owners_of(workflow):
        tell(
            key=f"drift-{workflow.pk}-{since.isoformat()}-{person.pk}",
            kind="DRIFT",
            recipient=person,
            subject=subject,
            body="\n".join([*told, "", _("Put the versions back, or propose a new baseline.")]),
            at=at,
            url=reverse("workflow-surfaces", args=[workflow.pk]),
            about=workflow,
        )
