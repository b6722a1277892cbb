"""What owners of the demonstration have attested: last half-year's campaign, and the one that is going on."""

from datetime import datetime, timedelta

from registry.attesting import Part, whole_of
from registry.models import Attestation, User, Workflow
from registry.reports.attesting import prints_of
from registry.services import attestation_campaigns, attestations

STATEMENT = (
    "I have read what the register says about this workflow. It is true and complete as it stands, and I know of "
    "nothing that would have to be said beside it."
)


def earlier(people: dict[str, User], workflows: dict[str, Workflow], *, now: datetime) -> None:
    """Closed two months ago: nearly everybody answered."""
    at = now - timedelta(days=75)
    campaign = attestation_campaigns.start(
        by=people["risk"], at=at, workflows=[row.pk for row in workflows.values()],
        view="stage=PILOT&stage=PRODUCTION", name="Attestation of late summer", statement=STATEMENT, parts=list(Part),
        due_date=(at + timedelta(days=14)).date(), remind_every_days=7, escalate_after_days=5,
        escalate_to=people["exec"],
    )  # fmt: skip
    for days, row in enumerate(_of(campaign)):
        if row.workflow.name != "Policy wording comparison":
            _attest(row, at=at + timedelta(days=1 + days % 9))
    attestation_campaigns.close(
        campaign, by=people["risk"], at=at + timedelta(days=20),
        note="Two entries were not attested. The one of underwriting is followed up in the next campaign.",
    )  # fmt: skip


def going_on(people: dict[str, User], workflows: dict[str, Workflow], *, now: datetime) -> None:
    """Due next week: some have answered, one says that it is not true, one that it is not hers."""
    at = now - timedelta(days=12)
    campaign = attestation_campaigns.start(
        by=people["risk"], at=at, workflows=[row.pk for row in workflows.values()],
        view="stage=PILOT&stage=PRODUCTION", name="Attestation of autumn", statement=STATEMENT, parts=list(Part),
        due_date=(now + timedelta(days=6)).date(), remind_every_days=7, escalate_after_days=5,
        escalate_to=people["exec"],
    )  # fmt: skip
    rows = {row.workflow.name: row for row in _of(campaign)}
    _attest(rows["Fraud referral scoring"], at=at + timedelta(days=1))
    _attest(rows["Renewal price explanation"], at=at + timedelta(days=3))
    attestations.correct(
        rows["Broker e-mail extraction"], by=people["f.adeyemi"], at=at + timedelta(days=4),
        what="It reads attachments since October; the surfaces do not say so yet.",
    )  # fmt: skip
    attestations.hand_on(
        rows["Call summary and next action"], by=people["s.lindgren"], at=at + timedelta(days=5),
        person=people["l.moretti"], reason="The call centre moved to claims operations on 1 November.",
    )  # fmt: skip
    attestations.excuse(
        rows["Catastrophe exposure narrative"], by=people["risk"], at=at + timedelta(days=6),
        reason="Not in use before spring.",
    )  # fmt: skip


def _of(campaign: object) -> list[Attestation]:
    rows = Attestation.objects.filter(campaign=campaign)  # type: ignore[misc]
    return list(rows.select_related("campaign", "workflow", "assignee").order_by("pk"))


def _attest(row: Attestation, *, at: datetime) -> None:
    prints = prints_of([row.workflow_id], row.campaign.parts)[row.workflow_id]
    if row.assignee is not None:
        attestations.attest(row, by=row.assignee, at=at, seen=whole_of(prints))
