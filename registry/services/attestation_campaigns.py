"""Starting and closing attestation campaigns: which workflows are asked about is decided once, at the start."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from registry.attesting import LONGEST_CAMPAIGN, PATIENCE, RHYTHM, Part
from registry.kernel.access.verdict import require
from registry.kernel.audit.bulk import create_many, update_many
from registry.kernel.audit.context import acting
from registry.kernel.http.errors import Conflict
from registry.kernel.notify.tell import tell
from registry.models import Attestation, AttestationCampaign, Stage, User, Workflow
from registry.policies import attestations as policies
from registry.services.attestation_asking import ask, responsible_for
from registry.services.attestation_due import follow
from registry.services.attestation_states import passed

MOST: Final = 5000
"""Workflows in one campaign: more people's work than anybody keeps in view."""


@transaction.atomic
def start(*, by: User, at: datetime, workflows: Iterable[int], view: str = "", **facts: Any) -> AttestationCampaign:
    """`workflows` are the numbers of those asked about; retired ones are left out. `facts` are the campaign's:
    name, statement, parts, due_date, remind_every_days, escalate_after_days, escalate_to.

    Everybody who is asked hears of it once, however many workflows are theirs.
    """
    require(policies.may_start_campaign, by)
    today = timezone.localdate(at)
    campaign = AttestationCampaign(started_by=by, started_at=at, view=view, **facts)
    _check(campaign, today)
    asked = _asked_about(workflows)
    with acting(user_id=by.pk, reason=_("Campaign started: %(name)s") % {"name": campaign.name}):
        campaign.save()
        made = create_many(
            [Attestation(campaign=campaign, workflow=row, assignee=responsible_for(row)) for row in asked]
        )
        follow((row.pk for row in asked), at=at)
    ask(campaign, made, at=at)
    return campaign


@transaction.atomic
def close(campaign: AttestationCampaign, *, by: User, at: datetime, note: str = "") -> AttestationCampaign:
    """What is still waited for counts as not attested. Whoever started it and whoever it is escalated to are told."""
    current = locked(campaign)
    require(policies.may_run_campaign, by, current)
    left = list(current.attestations.waiting().select_for_update(of=("self",)).order_by("pk"))
    for row in left:
        passed(row, "miss")
    current.status, current.closed_by, current.closed_at = AttestationCampaign.Status.CLOSED, by, at
    current.closing_note = note.strip()
    with acting(user_id=by.pk, reason=note.strip() or _("Campaign closed: %(name)s") % {"name": current.name}):
        update_many(left, ["state"])
        current.save()
        follow((row.workflow_id for row in left), at=at)
    _tell_the_end(current, len(left), at=at)
    return current


def locked(campaign: AttestationCampaign) -> AttestationCampaign:
    """As stored, and going on; Conflict when it is closed."""
    current = AttestationCampaign.objects.select_for_update(of=("self",)).get(pk=campaign.pk)
    if not current.is_open:
        raise Conflict(_("This campaign is closed."))
    return current


def _asked_about(workflows: Iterable[int]) -> Sequence[Workflow]:
    numbers = sorted(set(workflows))
    if len(numbers) > MOST:
        raise Conflict(
            _("%(n)s workflows are more than the %(most)s of one campaign. Narrow the view, by tier for example.")
            % {"n": len(numbers), "most": MOST}
        )
    rows = Workflow.objects.filter(pk__in=numbers).exclude(stage=Stage.RETIRED).order_by("pk")
    found = list(rows.select_related("business_owner", "technical_owner", "deputy"))
    if not found:
        raise Conflict(_("No workflow is in this view that could be attested. Choose another."))
    return found


def _check(campaign: AttestationCampaign, today: date) -> None:
    campaign.name, campaign.statement = campaign.name.strip(), campaign.statement.strip()
    campaign.parts = [part.value for part in Part if part in campaign.parts]
    problems = {**_missing_words(campaign), **_rhythm_problems(campaign), **_day_problems(campaign.due_date, today)}
    if not policies.may_be_asked(campaign.escalate_to):
        problems["escalate_to"] = policies.may_be_asked(campaign.escalate_to).reason
    if problems:
        raise ValidationError(problems)
    campaign.clean_fields(exclude=["closed_by", "closed_at"])


def _missing_words(campaign: AttestationCampaign) -> dict[str, str]:
    asked = {
        "name": _("Give it a name that its owners will recognise."),
        "statement": _("Say what they attest."),
        "parts": _("Choose at least one part."),
    }
    return {name: sentence for name, sentence in asked.items() if not getattr(campaign, name)}


def _rhythm_problems(campaign: AttestationCampaign) -> dict[str, str]:
    bounds = {"remind_every_days": RHYTHM, "escalate_after_days": PATIENCE}
    return {
        name: _("Between %(fewest)s and %(most)s days.") % {"fewest": fewest, "most": most}
        for name, (fewest, most) in bounds.items()
        if not fewest <= getattr(campaign, name) <= most
    }


def _day_problems(due: date, today: date) -> dict[str, str]:
    if due <= today:
        return {"due_date": _("Choose a day in the future.")}
    return {"due_date": _("At most one year ahead.")} if due - today > LONGEST_CAMPAIGN else {}


def _tell_the_end(campaign: AttestationCampaign, missing: int, *, at: datetime) -> None:
    body = ngettext("%(n)s workflow was not attested.", "%(n)s workflows were not attested.", missing) % {"n": missing}
    people = {person.pk: person for person in (campaign.started_by, campaign.escalate_to) if person.is_active}
    for person in people.values():
        tell(
            key=f"attest:{campaign.pk}:closed:{person.pk}",
            kind="ATTESTATION",
            recipient=person,
            subject=_("Closed: %(campaign)s") % {"campaign": campaign.name},
            body=body if missing else _("Every workflow was attested or excused."),
            at=at,
            url=f"{campaign.get_absolute_url()}?state=MISSED" if missing else campaign.get_absolute_url(),
            about=campaign,
        )
