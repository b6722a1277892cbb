"""Whom an attestation is asked of, and telling them: one notice for each person, however much is theirs."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from registry.kernel.notify.tell import tell
from registry.models import Attestation, AttestationCampaign, User, Workflow

NAMED = 12
"""Workflows that are called by name in a notice."""


def responsible_for(workflow: Workflow) -> User | None:
    """The business owner; where there is none who is still here the technical owner, then the deputy."""
    people = (workflow.business_owner, workflow.technical_owner, workflow.deputy)
    return next((person for person in people if person is not None and person.is_active), None)


def ask(campaign: AttestationCampaign, attestations: Iterable[Attestation], *, at: datetime) -> int:
    """Tell each person what is asked of them, when a campaign begins; how many were told."""
    return sum(
        remind(campaign, rows, person, key="start", lead=_("You are asked to attest what the register says."), at=at)
        for person, rows in by_person(attestations)
    )


def by_person(attestations: Iterable[Attestation]) -> list[tuple[User, list[Attestation]]]:
    """Those who are asked and still here, each with their attestations. Reads `assignee` and `workflow`."""
    found: dict[User, list[Attestation]] = defaultdict(list)
    for row in attestations:
        if row.assignee is not None and row.assignee.is_active:
            found[row.assignee].append(row)
    return sorted(found.items(), key=lambda pair: pair[0].pk)


def remind(
    campaign: AttestationCampaign,
    rows: list[Attestation],
    person: User,
    *,
    key: str,
    lead: str,
    at: datetime,
) -> bool:
    """One notice about all of `rows`, once for each `key`; whether it is new."""
    number = len(rows)
    _notice, is_new = tell(
        key=f"attest:{campaign.pk}:{key}:{person.pk}",
        kind="ATTESTATION",
        recipient=person,
        subject=ngettext("%(n)s workflow to attest: %(campaign)s", "%(n)s workflows to attest: %(campaign)s", number)
        % {"n": number, "campaign": campaign.name},
        body="\n\n".join(
            [
                lead,
                "\n".join(names_of([row.workflow for row in rows])),
                _("Due on %(day)s.") % {"day": date_format(campaign.due_date, "j M Y")},
            ]
        ),
        at=at,
        url=f"/attestations/?campaign={campaign.pk}" if number > 1 else rows[0].get_absolute_url(),
        about=campaign,
    )
    return is_new


def names_of(workflows: list[Workflow]) -> list[str]:
    """Some of them by name, and how many more there are."""
    lines = [f"{workflow.reference} {workflow.name}" for workflow in workflows[:NAMED]]
    if (more := len(workflows) - NAMED) > 0:
        lines.append(ngettext("and %(n)s more", "and %(n)s more", more) % {"n": more})
    return lines
