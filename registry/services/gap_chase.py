"""Reminding of gaps that come due and of acceptances that come to their end. The dates say what is owed; running it
twice tells nobody twice.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.containment_proof import WARN_BEFORE
from registry.gaps import DUE_STEPS, ENDING_STEPS, LAPSED, due_step, ending_step
from registry.models import CapabilityRecord, GapAcceptance, Role, Stage, User, Workflow
from registry.services.chasing import Call, how_late, still_here, tell_new
from registry.services.gap_acceptances import note_lapse


def chase(*, at: datetime) -> int:
    """How many notices went out."""
    today = timezone.localdate(at)
    owed = (_of_gaps(today), _of_proofs(today), _of_acceptances(today))
    told = sum(tell_new(calls, kind="GAP", at=at) for calls in owed)
    _note_lapses(today, at=at)
    return told


def _of_gaps(today: date) -> Iterator[Call]:
    rows = CapabilityRecord.objects.missing(today).filter(
        is_met=False, due_date__lte=today - timedelta(days=DUE_STEPS[0])
    )
    rows = rows.exclude(workflow__stage=Stage.RETIRED)
    for record in rows.select_related("owner", "workflow__business_owner").order_by("due_date", "pk").iterator():
        owner = still_here(record.owner, record.workflow.business_owner)
        step = due_step(record.due_date, today) if record.due_date else None
        if record.due_date is None or step is None or owner is None:
            continue
        words = {"capability": record, "workflow": record.workflow.name}
        late = (today - record.due_date).days
        yield Call(
            key=f"gap:{record.pk}:{record.due_date}:{step:+d}:{owner.pk}",
            recipient=owner,
            subject=_("%(capability)s is missing: %(workflow)s") % words,
            body="\n\n".join(
                [how_late(late), _("Meet it with evidence, set another day, or ask for the gap to be accepted.")]
            ),
            about=record,
        )


def _of_proofs(today: date) -> Iterator[Call]:
    """Capabilities that are met and stand on a proof that ends soon, or has ended."""
    rows = CapabilityRecord.objects.required().filter(is_met=True, proof_until_date__lte=today + WARN_BEFORE)
    rows = rows.exclude(workflow__stage=Stage.RETIRED).exclude(accepted_until_date__gte=today)
    people = ("owner", "workflow__technical_owner", "workflow__business_owner")
    for record in rows.select_related(*people).order_by("proof_until_date", "pk").iterator():
        workflow, until = record.workflow, record.proof_until_date
        owner = still_here(record.owner, workflow.technical_owner, workflow.business_owner)
        if owner is None or until is None:
            continue
        words = {"capability": record, "workflow": workflow.name, "day": until}
        if until >= today:
            subject = _("Proof ends soon: %(capability)s, %(workflow)s") % words
            body = (
                _("The proof of its containment options holds until %(day)s. Prove them again before it ends.") % words
            )
        else:
            subject = _("Proof is stale: %(capability)s, %(workflow)s") % words
            body = _("It counts as a gap until the containment options it stands on are proven again.")
        state = "ending" if until >= today else "stale"
        yield Call(
            key=f"proof:{record.pk}:{until}:{state}:{owner.pk}",
            recipient=owner,
            subject=subject,
            body=body,
            about=record,
        )


def _ending(today: date) -> Any:
    rows = GapAcceptance.objects.filter(status=GapAcceptance.Status.ACCEPTED, lapsed_at__isnull=True)
    rows = rows.exclude(workflow__stage=Stage.RETIRED)
    return rows.filter(until_date__lte=today + timedelta(days=ENDING_STEPS[0]))


def _of_acceptances(today: date) -> Iterator[Call]:
    risk = list(User.objects.with_role(Role.RISK))
    for acceptance in (
        _ending(today).select_related("asked_by", "workflow__business_owner").order_by("until_date", "pk")
    ):
        step = ending_step(acceptance.until_date, today)
        words = {"capability": acceptance.get_capability_display(), "workflow": acceptance.workflow.name}
        if step == LAPSED:
            subject = _("No longer accepted: %(workflow)s lacks %(capability)s") % words
            body = _("The acceptance ended on %(day)s. It is a gap again.") % {"day": acceptance.until_date}
        else:
            subject = _("Acceptance ends soon: %(workflow)s lacks %(capability)s") % words
            body = _("The acceptance ends on %(day)s. After that day it is a gap again.") % {
                "day": acceptance.until_date
            }
        for person in _concerned(acceptance, acceptance.workflow, risk):
            key = f"acceptance:{acceptance.pk}:{step}:{person.pk}"
            yield Call(key=key, recipient=person, subject=subject, body=body, about=acceptance)


def _concerned(acceptance: GapAcceptance, workflow: Workflow, risk: Iterable[User]) -> list[User]:
    """Whoever asked, the owner and risk staff, each once."""
    people = [acceptance.asked_by, workflow.business_owner, *risk]
    return list({person.pk: person for person in people if person is not None and person.is_active}.values())


def _note_lapses(today: date, *, at: datetime) -> None:
    """After those concerned were told, so that a sweep that breaks off in between tells them next time."""
    lapsed = _ending(today).filter(until_date__lt=today).order_by("pk").values_list("pk", flat=True)
    for pk in list(lapsed):
        with transaction.atomic():
            locked = GapAcceptance.objects.select_for_update().get(pk=pk)
            if locked.status == GapAcceptance.Status.ACCEPTED and locked.lapsed_at is None:
                note_lapse(locked, at=at)
