"""Two things that were taken for one: a new incident takes some workflows and copies of some timeline entries.

What was recorded stays where it was recorded: history, frozen state, containment, evidence and times. The copies say
where they come from and who wrote them. A workflow with containment in the old room stays concerned there too.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from incidents.lifecycle import State
from incidents.models import ContainmentAction, Incident, IncidentWorkflow, Moment, TimelineEntry
from incidents.policies.incidents import LEAD, holds, may_declare, may_lead
from incidents.services import declaring, linking, room
from incidents.services.concerning import add_workflow
from incidents.services.people import take_lead
from incidents.services.readying import follow_readiness
from incidents.services.wording import required
from incidents.times import TimeKind
from registry.kernel.access.verdict import require
from registry.kernel.http.errors import Conflict
from registry.models import User, Workflow

MOST: Final = 500
"""Entries that one split copies."""


def split(
    incident: Incident,
    *,
    by: User,
    at: datetime,
    title: str,
    summary: str,
    workflows: Iterable[Workflow],
    entries: Iterable[TimelineEntry] = (),
    reason: str,
) -> Incident:
    """The new incident, as restricted as the old one and an exercise where that is one; whoever splits declares it."""
    why = required("reason", reason)
    taken, copied = {each.pk for each in workflows}, list(entries)
    with room.entered(incident, by=by, reason=why) as old:
        require(may_lead, by, old)
        require(may_declare, by)
        links = _checked(old, taken, copied)
        going = [link.workflow for link in links if link.workflow_id in taken]
        new = _declared(old, going, by=by, at=at, title=title, summary=summary)
        linking.record_split(new, out_of=old, by=by, at=at)
        _copy(copied, new, by=by, at=at)
        _let_go(old, links, taken)
        linking.enter(old, _("Another incident was split from this one: %(reason)s") % {"reason": why}, by=by, at=at)
        linking.enter(new, _("Split from another incident: %(reason)s") % {"reason": why}, by=by, at=at)
        follow_readiness(old, at=at)
        return new


def _checked(old: Incident, taken: set[int], copied: list[TimelineEntry]) -> list[IncidentWorkflow]:
    if old.state in {State.DECLINED, State.MERGED, State.CLOSED}:
        raise Conflict(
            _("%(incident)s is “%(state)s”. Only what goes on is split.")
            % {"incident": old.reference, "state": State(old.state).label}
        )
    if old.category != Incident.Category.INCIDENT:
        raise Conflict(_("This was not declared as an incident. Make it one before it is split."))
    links = list(IncidentWorkflow.objects.filter(incident=old).select_related("workflow").order_by("-is_primary", "id"))
    concerned = {link.workflow_id for link in links}
    if not taken or not taken <= concerned:
        raise ValidationError({"workflows": _("Choose among the workflows that this incident concerns.")})
    if taken == concerned:
        raise ValidationError({"workflows": _("At least one workflow must stay with this incident.")})
    if len(copied) > MOST or any(entry.incident_id != old.pk for entry in copied):
        raise ValidationError({"entries": _("Choose at most %(most)d entries of this timeline.") % {"most": MOST}})
    return links


def _declared(
    old: Incident, workflows: list[Workflow], *, by: User, at: datetime, title: str, summary: str
) -> Incident:
    """With the answers about severity as last given, and detected when the old one was."""
    newest = old.severity_assessments.order_by("-id").first()
    detected = Moment.objects.filter(incident=old, kind=TimeKind.DETECTED).order_by("-id").first()
    new = declaring.declare(
        by=by, at=at, title=title, summary=summary, workflow=workflows[0], harm_seen=old.harm_seen, kind=old.kind,
        is_exercise=old.is_exercise, is_restricted=old.is_restricted,
        detected_at=detected.at if detected is not None else None,
        inputs=newest.inputs if newest is not None else None,
    )  # fmt: skip
    if not holds(by, new, LEAD):
        take_lead(new, by=by, at=at)
    for workflow in workflows[1:]:
        add_workflow(new, workflow, by=by, at=at)
    return new


def _copy(copied: list[TimelineEntry], new: Incident, *, by: User, at: datetime) -> None:
    """In the order in which they happened. The words are those of the entry; whoever split vouches for the copy."""
    for entry in sorted(copied, key=lambda each: (each.occurred_at, each.pk)):
        author = entry.author.name if entry.author is not None else _("the system")
        words = {"text": entry.text, "author": author, "number": entry.pk}
        TimelineEntry.objects.create(
            incident=new,
            kind=TimelineEntry.Kind.OBSERVATION,
            text=_("%(text)s\n\nCopied from entry %(number)d, where this was split off, by %(author)s.") % words,
            occurred_at=entry.occurred_at,
            entered_at=at,
            author=by,
        )


def _let_go(old: Incident, links: list[IncidentWorkflow], taken: set[int]) -> None:
    """The primary one leaves before another takes its place."""
    contained = set(ContainmentAction.objects.filter(incident=old).values_list("workflow_id", flat=True))
    leaving = [link for link in links if link.workflow_id in taken - contained]
    for link in leaving:
        link.delete()
    staying = [link for link in links if link not in leaving]
    if not any(link.is_primary for link in staying):
        staying[0].is_primary = True
        staying[0].save()
