"""Reminding people that an approved other tier ends, and telling them when it has.

Who is told: whoever asked for it, the owner of the workflow, and risk. Keys of notices carry the stage, so that a
sweep that runs often, twice at once, or late tells each person once.
"""

from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from registry.kernel.notify.tell import tell
from registry.models import Notice, Role, TierAssessment, User

DAYS_BEFORE = (3, 14)
REMEMBERED = timedelta(days=30)
"""What ran out longer ago is no news any more."""
ENDED = "ended"


def chase_overrides(*, at: datetime) -> int:
    """Tell who is not told yet; how many notices were made."""
    today = at.date()
    owed = [(row, stage_of(row, today), person) for row in _ending(today) for person in _concerned(row)]
    told = set(
        Notice.objects.filter(key__in=[_key(*one) for one in owed]).values_list("key", flat=True) if owed else ()
    )
    fresh = [one for one in owed if _key(*one) not in told]
    return sum(_tell(*one, today=today, at=at) for one in fresh)


def stage_of(row: TierAssessment, today: date) -> str:
    """The nearest stage reached; one that was missed is not caught up on."""
    days = (_until(row) - today).days
    return ENDED if days < 0 else next(str(before) for before in DAYS_BEFORE if days <= before)


def _ending(today: date) -> QuerySet[TierAssessment]:
    """Approved, ending soon or ended lately, and not followed by another assessment."""
    newer = TierAssessment.objects.filter(workflow=OuterRef("workflow"), pk__gt=OuterRef("pk"))
    return (
        TierAssessment.objects.filter(
            override_status=TierAssessment.OverrideStatus.APPROVED,
            override_until_date__range=(today - REMEMBERED, today + timedelta(days=max(DAYS_BEFORE))),
        )
        .filter(~Exists(newer))
        .select_related("workflow__business_owner", "assessed_by")
        .order_by("override_until_date", "pk")
    )


def _concerned(row: TierAssessment) -> QuerySet[User]:
    named = {row.assessed_by_id, row.workflow.business_owner_id} - {None}
    return User.objects.active().filter(Q(pk__in=named) | Q(roles__contains=[Role.RISK])).order_by("pk")


def _key(row: TierAssessment, stage: str, person: User) -> str:
    return f"override-{row.pk}-{stage}-{person.pk}"


def _tell(row: TierAssessment, stage: str, person: User, *, today: date, at: datetime) -> bool:
    days = (_until(row) - today).days
    if stage == ENDED:
        subject = _("The other tier of %(name)s has run out")
        body = _("%(tier)s was approved until %(day)s. The rules decide again: %(rules)s.")
    else:
        subject = ngettext(
            "%(name)s: other tier ends in %(days)d day", "%(name)s: other tier ends in %(days)d days", days
        )
        body = _("%(tier)s was approved until %(day)s. Then the rules decide again: %(rules)s. Assess or ask anew.")
    words = {
        "name": row.workflow.name,
        "days": days,
        "tier": row.get_override_tier_display(),
        "rules": row.get_computed_tier_display(),
        "day": date_format(_until(row), "j M Y"),
    }
    _notice, created = tell(
        key=_key(row, stage, person),
        kind="TIER_OVERRIDE",
        recipient=person,
        subject=subject % words,
        body=body % words,
        at=at,
        url=reverse("workflow-tier", args=[row.workflow_id]),
        about=row.workflow,
    )
    return created


def _until(row: TierAssessment) -> date:
    return row.override_until_date or date.max
