"""What incidents tell whoever watches a workflow that they concern: that one is opened, closed or opened again.

Of a restricted one only those hear who may see it, and nothing that would give it away.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from incidents.lifecycle import State
from incidents.models import Evidence, Incident, IncidentWorkflow
from incidents.policies.incidents import may_see
from registry.models import Notice, User
from registry.services import notices
from registry.services.news import News, Step, Topic, declare, people

OVER = (State.CLOSED, State.DECLINED, State.MERGED)


def declare_own() -> None:
    declare(IncidentWorkflow._meta.label_lower, _opened, of_new=True)
    declare(Incident._meta.label_lower, _moved)
    notices.declare(Incident._meta.label_lower, _visible)
    notices.declare(Evidence._meta.label_lower, _visible_evidence)


def _visible(user: User) -> QuerySet[Any]:
    return Incident.objects.visible_to(user)


def _visible_evidence(user: User) -> QuerySet[Any]:
    return Evidence.objects.filter(incident__in=_visible(user))


def _opened(steps: Sequence[Step]) -> Iterator[News]:
    new = [step for step in steps if step.old is None]
    incidents = Incident.objects.in_bulk({step.new.incident_id for step in new})
    for step in new:
        incident = incidents[step.new.incident_id]
        what = _("Incident opened") if incident.category == Incident.Category.INCIDENT else _("Reported")
        told = _told(incident, "declared", "reported", f"concerns-{step.new.workflow_id}")
        yield _news(step, incident, step.new.workflow_id, what, incident.summary, heard=told)


def _moved(steps: Sequence[Step]) -> Iterator[News]:
    """Once for each workflow that the incident concerns."""
    found = [(step, what) for step in steps if (what := _what(step))]
    incidents = Incident.objects.prefetch_related("links").in_bulk({step.new.id for step, _what in found})
    for step, what in found:
        incident = incidents[step.new.id]
        passage = incident.passages.filter(target=step.new.state).order_by("-pk").first()
        told = _told(incident, f"passage-{passage.pk}") if passage is not None else people()
        for link in incident.links.all():
            yield _news(step, incident, link.workflow_id, what, step.entry.reason, heard=told)


def _told(incident: Incident, *events: str) -> frozenset[int]:
    """Who is told in person (`telling.tell_people`), by the keys of those notices."""
    rows = Notice.objects.filter(object_type=incident._meta.label_lower, object_id=str(incident.pk))
    beginnings = tuple(f"incident-{incident.pk}-{event}-" for event in events)
    keys = rows.filter(is_watched=False).values_list("key", "recipient")
    return frozenset(recipient for key, recipient in keys if key.startswith(beginnings))


def _what(step: Step) -> str:
    if step.old is None or not step.became("state"):
        return ""
    if step.new.state in OVER:
        return str(State(step.new.state).label)
    return _("Opened again") if step.old.state in OVER else ""


def _news(step: Step, incident: Incident, workflow: int, what: str, body: str, *, heard: frozenset[int]) -> News:
    words = {"what": what, "incident": incident, "mark": incident.severity or incident.get_category_display()}
    subject = _("%(what)s: %(incident)s (%(mark)s)") % words
    if incident.is_exercise:
        subject = _("Exercise: ") + subject
    if incident.is_restricted:
        subject = _("A restricted incident concerns it")
        body = _("Sign in to read what it is about.")
    return News(
        key=f"{step.entry.pk}:{Topic.INCIDENT}:{workflow}",
        topic=Topic.INCIDENT,
        workflow=workflow,
        subject=subject,
        body=body,
        url=incident.get_absolute_url(),
        about=incident,
        at=step.entry.at,
        by=step.entry.actor_id,
        heard=heard,
        may_hear=partial(_may_hear, incident),
    )


def _may_hear(incident: Incident, user: User) -> bool:
    return may_see(user, incident).allowed
