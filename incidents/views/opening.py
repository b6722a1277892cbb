"""Fetching an incident for a page of its room: what the person may see, with all that the header shows."""

from typing import Any

from django.db.models import F, Func, IntegerField, OuterRef, Prefetch, QuerySet, Subquery
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils import timezone

from incidents.models import (
    BacklogReading,
    Communication,
    ContainmentAction,
    Evidence,
    Incident,
    IncidentWorkflow,
    Obligation,
    RoleAssignment,
    TimelineEntry,
)
from incidents.services import owed_messages, reading
from registry.models import ContainmentOption, User


def visible(user: User, pk: int) -> Incident:
    """The incident alone. One that this person may not see does not exist for them."""
    return get_object_or_404(Incident.objects.visible_to(user), pk=pk)


def visible_row(user: User, rows: QuerySet[Any], pk: int) -> Any:
    """A row of something that belongs to an incident this person may see, the incident with it."""
    row = rows.filter(incident__in=Incident.objects.visible_to(user)).select_related("incident").filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def opened(user: User, pk: int, **more: Any) -> Any:
    """The incident with its people, workflows, obligations, times and counts, in a fixed number of queries.

    `more` are further figures, by name, for pages that need them. That a restricted one was opened goes on record.
    """
    rows = Incident.objects.visible_to(user)
    found = get_object_or_404(with_figures(rows).annotate(**more).select_related("output_tally"), pk=pk)
    reading.opened(found, by=user, at=timezone.now())
    return found


def with_figures(rows: QuerySet[Incident]) -> QuerySet[Incident]:
    people = RoleAssignment.objects.select_related("person").order_by("started_at", "id")
    links = IncidentWorkflow.objects.select_related("workflow").order_by("-is_primary", "id")
    return (
        rows.select_related("declared_by", "merged_into")
        .prefetch_related(
            Prefetch("assignments", people),
            Prefetch("links", links),
            Prefetch("obligations", Obligation.objects.select_related("owner")),
            "moments",
            "passages",
        )
        .annotate(
            in_force=counted(ContainmentAction, status="CONFIRMED"),
            unconfirmed=counted(ContainmentAction, status="EXECUTED"),
            contained_at=latest_containment(),
            evidence_total=counted(Evidence),
            evidence_verified=counted(Evidence, custody="VERIFIED"),
            evidence_bad=counted(Evidence, custody__in=["ALTERED", "MISSING"]),
            said_done=counted(Communication, status__in=["SENT", "NOT_NEEDED"]),
            **owed_messages.figures(),
            entries_all=counted(TimelineEntry),
            entries_pinned=counted(TimelineEntry, pinned_at__isnull=False),
            entries_decisions=counted(TimelineEntry, kind="DECISION"),
            entries_evidence=counted(TimelineEntry, kind="EVIDENCE"),
            backlog_total=counted(BacklogReading),
            newest_entry=newest_entry(),
            kill_switch=kill_switch(),
        )
    )


def counted(model: type[Any], **conditions: Any) -> Subquery:
    """How many rows of `model` belong to the incident, without joining it."""
    rows = model.objects.filter(incident=OuterRef("pk"), **conditions).order_by()
    number = rows.annotate(n=Func(F("pk"), function="COUNT")).values("n")
    return Subquery(number, output_field=IntegerField())


def latest_containment() -> Subquery:
    """When the newest action that is in force was confirmed."""
    rows = ContainmentAction.objects.filter(incident=OuterRef("pk"), status="CONFIRMED").order_by("-confirmed_at")
    return Subquery(rows.values("confirmed_at")[:1])


def newest_entry() -> Subquery:
    return Subquery(TimelineEntry.objects.filter(incident=OuterRef("pk")).order_by("-id").values("pk")[:1])


def kill_switch() -> Subquery:
    """The kill switch of an affected workflow, the primary one's first; one click away in every room."""
    kind = ContainmentOption.Kind.KILL_SWITCH
    rows = ContainmentOption.objects.filter(
        workflow__incident_links__incident=OuterRef("pk"), kind=kind, is_active=True
    )
    return Subquery(rows.order_by("-workflow__incident_links__is_primary", "pk").values("pk")[:1])
