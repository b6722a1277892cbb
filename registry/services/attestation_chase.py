"""The chase of attestations: reminders in the rhythm of each campaign, and the word above when they are late.

The dates say what is owed and the keys of notices what was said; running it twice, at once or late tells nobody twice.
"""

from collections import Counter
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Case, F, Q, When
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from registry.attesting import escalation_step, reminder_step
from registry.kernel.audit.bulk import update_many
from registry.kernel.audit.context import acting
from registry.kernel.notify.tell import tell
from registry.models import Attestation, AttestationCampaign, Notice, Role, Stage, User
from registry.models.attestations import STILL_OPEN
from registry.services.attestation_asking import by_person, remind
from registry.services.attestation_due import follow
from registry.services.attestation_states import passed

LISTED = 30
"""People who are named in one word above."""


def chase(*, at: datetime) -> int:
    """How many notices went out."""
    excuse_retired(at=at)
    follow_owners(at=at)
    today = timezone.localdate(at)
    told = 0
    for campaign in AttestationCampaign.objects.running().select_related("started_by", "escalate_to").order_by("pk"):
        told += _reminders(campaign, today, at=at) + _escalation(campaign, today, at=at)
    return told


@transaction.atomic
def excuse_retired(*, at: datetime) -> int:
    """A workflow that was retired meanwhile need not be attested; how many there were."""
    rows = list(
        Attestation.objects.filter(STILL_OPEN, workflow__stage=Stage.RETIRED, campaign__status="OPEN")
        .select_for_update(of=("self",))
        .order_by("pk")
    )
    for row in rows:
        passed(row, "excuse")
        row.excused_at, row.excused_reason = at, _("The workflow was retired meanwhile.")
    with acting(reason=_("The workflow was retired meanwhile.")):
        update_many(rows, ["state", "excused_at", "excused_reason"])
        follow((row.workflow_id for row in rows), at=at)
    return len(rows)


@transaction.atomic
def follow_owners(*, at: datetime) -> int:
    """Whoever owns the workflow now is asked, where nobody handed it on and where whoever was asked has left."""
    rows: Any = (
        Attestation.objects.filter(STILL_OPEN, campaign__status="OPEN")
        .filter(Q(handed_at__isnull=True) | Q(assignee__is_active=False))
        .annotate(
            answers=Case(
                When(workflow__business_owner__is_active=True, then=F("workflow__business_owner")),
                When(workflow__technical_owner__is_active=True, then=F("workflow__technical_owner")),
                When(workflow__deputy__is_active=True, then=F("workflow__deputy")),
            )
        )
        .filter(Q(answers__isnull=False) & (Q(assignee__isnull=True) | ~Q(assignee=F("answers"))))
    )
    moved = list(rows.select_for_update(of=("self",)).order_by("pk"))
    for row in moved:
        row.assignee_id = row.answers
    with acting(reason=_("Asked of whoever owns the workflow now")):
        update_many(moved, ["assignee"])
    return len(moved)


def _reminders(campaign: AttestationCampaign, today: date, *, at: datetime) -> int:
    step = reminder_step(
        started=timezone.localdate(campaign.started_at),
        due=campaign.due_date,
        every=campaign.remind_every_days,
        today=today,
    )
    if step is None:
        return 0
    told = _told(campaign, f"{step:+d}")
    waiting = campaign.attestations.waiting().exclude(assignee__in=told)
    rows = waiting.select_related("assignee", "workflow").order_by("pk")
    return sum(_remind(campaign, own, person, step, at=at) for person, own in by_person(rows) if own)


def _told(campaign: AttestationCampaign, key: str) -> list[int]:
    """Who has had the notice with this key already."""
    found = Notice.objects.filter(
        object_type=campaign._meta.label_lower,
        object_id=str(campaign.pk),
        key__startswith=f"attest:{campaign.pk}:{key}:",
    )
    return list(found.values_list("recipient_id", flat=True))


@transaction.atomic
def _remind(campaign: AttestationCampaign, rows: list[Attestation], person: User, step: int, *, at: datetime) -> bool:
    return remind(campaign, rows, person, key=f"{step:+d}", lead=_how_late(step), at=at)


def _how_late(step: int) -> str:
    if step < 0:
        return _("Your attestation is still waited for.")
    if step == 0:
        return _("Your attestation is due today.")
    return _("Your attestation is late.")


def _escalation(campaign: AttestationCampaign, today: date, *, at: datetime) -> int:
    step = escalation_step(
        due=campaign.due_date, after=campaign.escalate_after_days, every=campaign.remind_every_days, today=today
    )
    if step is None:
        return 0
    above = [campaign.escalate_to] if campaign.escalate_to.is_active else list(User.objects.with_role(Role.RISK))
    key = f"late{step}"
    missing = {person.pk for person in above} - set(_told(campaign, key))
    if not missing:
        return 0
    rows = list(campaign.attestations.waiting().select_related("assignee"))
    if not rows:
        return 0
    return sum(_escalate(campaign, rows, person, key, at=at) for person in above if person.pk in missing)


@transaction.atomic
def _escalate(campaign: AttestationCampaign, rows: list[Attestation], person: User, key: str, *, at: datetime) -> bool:
    counted = Counter(row.assignee.name if row.assignee else _("nobody to ask") for row in rows)
    lines = [f"{name}: {number}" for name, number in counted.most_common(LISTED)]
    _notice, is_new = tell(
        key=f"attest:{campaign.pk}:{key}:{person.pk}",
        kind="ATTESTATION",
        recipient=person,
        subject=ngettext(
            "%(n)s attestation is late: %(campaign)s", "%(n)s attestations are late: %(campaign)s", len(rows)
        )
        % {"n": len(rows), "campaign": campaign.name},
        body="\n".join([_("They were due on %(day)s.") % {"day": date_format(campaign.due_date, "j M Y")}, "", *lines]),
        at=at,
        url=f"{campaign.get_absolute_url()}?state=LATE",
        about=campaign,
    )
    return is_new
