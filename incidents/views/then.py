"""An incident as known at a moment, all of it on one page. Whatever is asked here is answered by the past."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from incidents.models import (
    AffectedOutput,
    Communication,
    ContainmentAction,
    Evidence,
    EvidenceRequest,
    Incident,
    Moment,
    Passage,
    RoleAssignment,
    TimelineEntry,
)
from incidents.policies.evidence import closed_to
from incidents.policies.incidents import held
from incidents.reports import output_counts
from incidents.services import reading
from incidents.services.backlog import queues_of
from incidents.services.owed_messages import owed_of
from incidents.services.times import durations_of, times_of
from incidents.views.clocks import address, clocks_of, in_words, timed
from incidents.views.facts import newest_of
from incidents.views.message_rows import TIES, Shown, shown
from incidents.views.moments import moments_of
from incidents.views.opening import visible, with_figures
from incidents.views.timeline_lines import lines_of
from incidents.views.tracks import tracks_of
from registry.kernel.audit.asof import present
from registry.views.requests import SignedInRequest

ENTRIES = 200
OUTPUTS = 50
"""The first of them; all of them, as they were known then, are read by the API or of the report."""


def incident_then(request: SignedInRequest, pk: int) -> HttpResponse:
    at = request.past.at
    with present():
        now = visible(request.user, pk)
        reading.opened(now, by=request.user, at=timezone.now())
        # What this person may not read today, they may not read as of then either.
        closed = closed_to(request.user, now)
        reading.all_pieces_shown(now, by=request.user, at=timezone.now())
    incident: Any = get_object_or_404(with_figures(Incident.objects.filter(pk=pk)), pk=pk)
    return render(request, "incidents/then/incident.html", context_of(request, incident, closed, at))


def context_of(request: SignedInRequest, incident: Any, closed: set[int], at: datetime) -> dict[str, Any]:
    times = times_of(incident)
    moments = list(Moment.objects.filter(incident=incident).select_related("entered_by").order_by("-id"))
    entries = TimelineEntry.objects.filter(incident=incident).select_related("author", "superseded_by__author")
    page = Paginator(entries.order_by("-occurred_at", "-id"), ENTRIES).get_page(request.GET.get("page"))
    lines = lines_of(page.object_list, incident, at, lambda piece: piece.pk in closed)
    return {
        "incident": incident,
        "now": at,
        "clocks": clocks_of(incident, times, at),
        "tracks": tracks_of(incident, times, at),
        "held": held(incident),
        "held_before": [row for row in incident.assignments.all() if row.ended_at is not None],
        "obligations": timed(list(incident.obligations.all()), at),
        "links": list(incident.links.all()),
        "phases": incident.phases.order_by("id"),
        "newest": newest_of(moments),
        "durations": {
            name: in_words(span) for name, span in asdict(durations_of(incident)).items() if span is not None
        },
        "assessments": incident.severity_assessments.select_related("by", "scale").order_by("-id"),
        "page_obj": page,
        "lines": lines,
        "actions": _actions(incident),
        "pieces": _pieces(incident, closed),
        "requests": EvidenceRequest.objects.filter(incident=incident).select_related("person"),
        "messages_said": _messages(incident, closed),
        "owed": owed_of(incident, at),
        "passages": Passage.objects.filter(incident=incident).select_related("by").order_by("-id"),
        "snapshots": incident.snapshots.select_related("workflow").order_by("-id"),
        "lead": next((row for row in held(incident) if row.role == RoleAssignment.Role.LEAD), None),
        "output_tally": output_counts.count(incident),
        "outputs": AffectedOutput.objects.filter(incident=incident)
        .select_related("decided_by")
        .order_by("pk")[:OUTPUTS],
        "queues": queues_of(incident),
        "moments": moments_of(incident),
        "report_url": address("incident-report", incident.pk),
        "summary_url": address("incident-summary", incident.pk),
    }


def _messages(incident: Incident, closed: set[int]) -> list[tuple[Communication, tuple[Shown, ...]]]:
    """Each message with its sentences and what they rested on, the newest first."""
    rows = Communication.objects.filter(incident=incident).select_related("drafted_by", "approved_by", "sent_by")
    found = list(rows.prefetch_related("approvals__by", *TIES).order_by("-id"))
    for message in found:
        message.incident = incident
    return [(message, shown(message, closed)) for message in found]


def _actions(incident: Incident) -> Any:
    rows = ContainmentAction.objects.filter(incident=incident)
    return rows.select_related("option", "workflow", "executed_by", "confirmed_by", "reverted_by").order_by("-id")


def _pieces(incident: Incident, closed: set[int]) -> list[tuple[Evidence, bool, list[Any]]]:
    """Each piece, whether it may be read now, and its chain of custody until then, oldest first."""
    rows = Evidence.objects.filter(incident=incident).select_related("file", "collected_by")
    rows = rows.prefetch_related("custody_events__by").order_by("-id")
    return [(row, row.pk not in closed, sorted(row.custody_events.all(), key=lambda link: link.pk)) for row in rows]
