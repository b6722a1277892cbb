"""What the register tells whoever watches a workflow: gaps, acceptances and attestations, opened, settled and late."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from registry.models import Attestation, CapabilityRecord, GapAcceptance, Role, Stage, User, Workflow
from registry.services.chasing import still_here
from registry.services.news import News, Step, Topic, declare, declare_days, people

NAMED = 6
"""Capabilities that are called by name in a notice."""
Work = tuple[str, int | None, int]
"""Unit of work, person and workflow."""


def declare_own() -> None:
    declare(CapabilityRecord._meta.label_lower, _of_capabilities, of_new=True)
    declare(GapAcceptance._meta.label_lower, _of_acceptances)
    declare(Attestation._meta.label_lower, _of_attestations, of_new=True)
    declare_days(_of_days)


def _of_capabilities(steps: Sequence[Step]) -> Iterator[News]:
    """One assessment asks for many things at once: what one piece of work opens on a workflow is told together."""
    opened: dict[Work, list[Step]] = defaultdict(list)
    closed: dict[Work, list[Step]] = defaultdict(list)
    for step in steps:
        work = (step.entry.unit_id, step.entry.actor_id, step.new.workflow_id)
        if _is_gap(step.new) and not _is_gap(step.old):
            opened[work].append(step)
        elif _is_gap(step.old) and step.new.is_required and step.new.is_met:
            closed[work].append(step)
    for own in opened.values():
        text = ngettext("%(n)s gap opened: %(names)s", "%(n)s gaps opened: %(names)s", len(own))
        yield _together(own, text)
    for own in closed.values():
        text = ngettext("%(n)s gap closed: %(names)s", "%(n)s gaps closed: %(names)s", len(own))
        yield _together(own, text)


def _is_gap(row: Any) -> bool:
    return row is not None and row.is_required and not row.is_met


def _together(steps: Sequence[Step], text: str) -> News:
    first = steps[0]
    workflow = first.new.workflow_id
    names = [str(CapabilityRecord(capability=step.new.capability)) for step in steps]
    shown = ", ".join(names[:NAMED]) + (" …" if len(names) > NAMED else "")
    one = reverse("capability", args=[workflow, first.new.capability])
    return News(
        key=f"{first.entry.pk}:{Topic.GAP}",
        topic=Topic.GAP,
        workflow=workflow,
        subject=text % {"n": len(steps), "names": shown},
        body=first.entry.reason,
        url=one if len(steps) == 1 else reverse("workflow-capabilities", args=[workflow]),
        about=CapabilityRecord(pk=first.new.id) if len(steps) == 1 else Workflow(pk=workflow),
        at=first.entry.at,
        by=first.entry.actor_id,
    )


def _of_acceptances(steps: Sequence[Step]) -> Iterator[News]:
    for step in steps:
        row = step.new
        words = {"capability": str(CapabilityRecord(capability=row.capability)), "day": _day(row.until_date)}
        if step.became("status", GapAcceptance.Status.ACCEPTED):
            text = _("Gap accepted until %(day)s: %(capability)s") % words
            yield _of_acceptance(step, text, row.decision_reason, heard=people())
        elif step.became("lapsed_at") and row.lapsed_at is not None:
            text = _("Acceptance ended on %(day)s: %(capability)s is a gap again") % words
            yield _of_acceptance(step, text, row.reason, heard=_told_of_ending(row))


def _told_of_ending(row: Any) -> frozenset[int]:
    """As `gap_chase` tells in person."""
    owner = Workflow.objects.filter(pk=row.workflow_id).values_list("business_owner", flat=True).first()
    return people(row.asked_by_id, owner, *User.objects.with_role(Role.RISK).values_list("pk", flat=True))


def _of_acceptance(step: Step, subject: str, body: str, *, heard: frozenset[int]) -> News:
    return News(
        key=f"{step.entry.pk}:{Topic.GAP}",
        topic=Topic.GAP,
        workflow=step.new.workflow_id,
        subject=subject,
        body=body,
        url=reverse("capability", args=[step.new.workflow_id, step.new.capability]),
        about=GapAcceptance(pk=step.new.id),
        at=step.entry.at,
        by=step.entry.actor_id,
        heard=heard,
    )


def _of_attestations(steps: Sequence[Step]) -> Iterator[News]:
    asked = [step for step in steps if step.old is None and step.new.state == Attestation.State.OPEN]
    rows = Attestation.objects.select_related("campaign").in_bulk([step.new.id for step in asked])
    for step in asked:
        row = rows.get(step.new.id)
        if row is None:
            continue
        words = {"campaign": row.campaign.name, "day": _day(row.campaign.due_date)}
        yield News(
            key=f"{step.entry.pk}:{Topic.ATTESTATION}",
            topic=Topic.ATTESTATION,
            workflow=row.workflow_id,
            subject=_("Attestation due on %(day)s: %(campaign)s") % words,
            body="",
            url=row.get_absolute_url(),
            about=row,
            at=step.entry.at,
            by=step.entry.actor_id,
            heard=people(row.assignee_id),
        )


def _of_days(first: date, last: date) -> Iterator[News]:
    """What is late, or stale, since one of these days: its own last day was the day before."""
    since, until = first - timedelta(days=1), last - timedelta(days=1)
    yield from _late_gaps(since, until)
    yield from _stale_proofs(since, until)
    yield from _late_attestations(since, until)


def _late_gaps(since: date, until: date) -> Iterator[News]:
    rows: Any = CapabilityRecord.objects.missing(until + timedelta(days=1))
    rows = rows.filter(is_met=False, due_date__range=(since, until)).exclude(workflow__stage=Stage.RETIRED)
    for row in rows.select_related("owner", "workflow__business_owner").order_by("pk"):
        words = {"capability": row, "day": _day(row.due_date)}
        subject = _("Gap overdue since %(day)s: %(capability)s") % words
        told = _first_of(row.owner, row.workflow.business_owner)
        yield _of_day(row, row.due_date, Topic.GAP, "late", subject, heard=told)


def _stale_proofs(since: date, until: date) -> Iterator[News]:
    rows: Any = CapabilityRecord.objects.required()
    rows = rows.filter(is_met=True, proof_until_date__range=(since, until)).exclude(workflow__stage=Stage.RETIRED)
    rows = rows.exclude(accepted_until_date__gt=until)
    for row in rows.select_related("owner", "workflow__technical_owner", "workflow__business_owner").order_by("pk"):
        words = {"capability": row, "day": _day(row.proof_until_date)}
        subject = _("Proof stale since %(day)s: %(capability)s counts as a gap") % words
        told = _first_of(row.owner, row.workflow.technical_owner, row.workflow.business_owner)
        yield _of_day(row, row.proof_until_date, Topic.GAP, "stale", subject, heard=told)


def _late_attestations(since: date, until: date) -> Iterator[News]:
    rows: Any = Attestation.objects.waiting()
    rows = rows.filter(campaign__status="OPEN", campaign__due_date__range=(since, until))
    for row in rows.select_related("campaign").order_by("pk"):
        words = {"campaign": row.campaign.name, "day": _day(row.campaign.due_date)}
        subject = _("Attestation overdue since %(day)s: %(campaign)s") % words
        told = people(row.assignee_id)
        yield _of_day(row, row.campaign.due_date, Topic.ATTESTATION, "late", subject, heard=told)


def _first_of(*named: User | None) -> frozenset[int]:
    """Whom `gap_chase` tells in person."""
    told = still_here(*named)
    return people(told.pk if told is not None else None)


def _of_day(row: Any, last: date, topic: Topic, what: str, subject: str, *, heard: frozenset[int]) -> News:
    """`last` is the last day on which it was as it should be."""
    return News(
        key=f"{what}:{row._meta.label_lower}:{row.pk}:{last}",
        topic=topic,
        workflow=row.workflow_id,
        subject=subject,
        body="",
        url=row.get_absolute_url(),
        about=row,
        at=over(last),
        heard=heard,
    )


def over(day: date) -> datetime:
    """When the day is over on the clock of the installation."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def _day(value: date | None) -> str:
    return date_format(value, "j M Y") if value else ""
