"""Reminders that risk staff send by hand, to many people at once."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from registry.kernel.access.verdict import require
from registry.kernel.audit.context import acting
from registry.kernel.audit.events import note
from registry.models import Attestation, AttestationCampaign, User
from registry.policies import attestations as policies
from registry.services.attestation_asking import by_person, remind
from registry.services.attestation_campaigns import locked


@transaction.atomic
def remind_by_hand(
    campaign: AttestationCampaign, rows: Iterable[int] | None, *, by: User, at: datetime, words: str
) -> int:
    """Remind whoever is asked in these rows that are still waited for, or in all without `rows`; how many people heard.

    Once a day for each person: sending it again the same day tells nobody again.
    """
    current = locked(campaign)
    require(policies.may_run_campaign, by, current)
    waiting = Attestation.objects.waiting().filter(campaign=current)
    if rows is not None:
        waiting = waiting.filter(pk__in=list(rows))
    day = timezone.localdate(at).isoformat()
    lead = f"{by.name}: {words.strip()}" if words.strip() else f"{by.name}"
    told = sum(
        remind(current, own, person, key=f"by-hand:{day}", lead=lead, at=at)
        for person, own in by_person(waiting.select_related("assignee", "workflow").order_by("pk"))
    )
    with acting(user_id=by.pk):
        note(
            "REMINDED",
            at=at,
            object_type=current._meta.label_lower,
            object_id=current.pk,
            detail={"people": told},
            reason=words.strip(),
        )
    return told
