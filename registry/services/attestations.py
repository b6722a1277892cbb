"""Attesting an entry, saying that it is not true, handing the question on, and excusing from it."""

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from registry.attesting import whole_of
from registry.kernel.access.verdict import require
from registry.kernel.audit.context import acting
from registry.kernel.http.errors import Conflict
from registry.kernel.notify.tell import tell
from registry.models import Attestation, User, Workflow
from registry.policies import attestations as policies
from registry.policies.workflows import may_edit
from registry.reports.attesting import Prints, prints_of, shown_many
from registry.services.attestation_asking import remind
from registry.services.attestation_due import follow
from registry.services.attestation_states import passed
from registry.services.drifting import owners_of

CHANGED = "changed"
"""Code of the conflict that the entry is no longer what was shown."""


@transaction.atomic
def attest(attestation: Attestation, *, by: User, at: datetime, seen: str) -> Attestation:
    """`seen` is the digest of what was shown (`whole_of`). Raises Conflict when the entry says otherwise by now."""
    current = _locked(attestation)
    require(policies.may_attest, by, current)
    prints = prints_of([current.workflow_id], current.campaign.parts)[current.workflow_id]
    if seen != whole_of(prints):
        raise Conflict(
            _("The entry was changed after it was shown to you. Look at it again before you attest it."), code=CHANGED
        )
    _sign(current, prints, by=by, at=at)
    with acting(user_id=by.pk, reason=_("Attested")):
        follow([current.workflow_id], at=at)
    return current


@transaction.atomic
def attest_unchanged(
    chosen: Mapping[int, str], *, by: User, at: datetime
) -> tuple[list[Attestation], list[Attestation]]:
    """Attest many at once: only those that say what they said when they were last attested, and what was shown now.

    `chosen` is number of the attestation → digest shown. Gives those attested, and those left to be looked at.
    """
    rows = [_locked(row) for row in Attestation.objects.filter(pk__in=chosen).order_by("workflow_id", "pk")]
    for row in rows:
        require(policies.may_attest, by, row)
    done: list[Attestation] = []
    left: list[Attestation] = []
    for found in shown_many(rows):
        if found.is_unchanged and chosen[found.row.pk] == found.digest:
            _sign(found.row, found.prints, by=by, at=at, is_bulk=True)
            done.append(found.row)
        else:
            left.append(found.row)
    with acting(user_id=by.pk, reason=_("Attested")):
        follow((row.workflow_id for row in done), at=at)
    return done, left


@transaction.atomic
def correct(attestation: Attestation, *, by: User, at: datetime, what: str) -> Attestation:
    """It is not true as it stands; `what` says why not. It is waited for until it is put right and attested."""
    current = _locked(attestation)
    require(policies.may_attest, by, current)
    passed(current, "correct")
    current.correction = _said(what, "what", _("Say what is not true."))
    with acting(user_id=by.pk, reason=current.correction):
        current.save()
    _tell_of_correction(current, by=by, at=at)
    return current


@transaction.atomic
def hand_on(attestation: Attestation, *, by: User, at: datetime, person: User | None, reason: str) -> Attestation:
    """It is not `by`'s to attest: `person` is asked instead. Without one, whoever started the campaign finds out."""
    current = _locked(attestation)
    require(policies.may_hand_on, by, current)
    if person is not None and not policies.may_be_asked(person):
        raise ValidationError({"person": policies.may_be_asked(person).reason})
    if person is not None and person.pk == current.assignee_id:
        raise ValidationError({"person": _("%(person)s is asked already.") % {"person": person}})
    passed(current, "hand_on")
    current.handed_reason = _said(reason, "reason", _("Say why it is not yours."))
    current.assignee, current.handed_by, current.handed_at = person, by, at
    with acting(user_id=by.pk, reason=current.handed_reason):
        current.save()
    _tell_of_hand_over(current, by=by, at=at)
    return current


@transaction.atomic
def excuse(attestation: Attestation, *, by: User, at: datetime, reason: str) -> Attestation:
    """It need not be attested in this campaign; the reason stays."""
    current = _locked(attestation)
    require(policies.may_run_campaign, by, current.campaign)
    passed(current, "excuse")
    current.excused_by, current.excused_at = by, at
    current.excused_reason = _said(reason, "reason", _("Say why it need not be attested."))
    with acting(user_id=by.pk, reason=current.excused_reason):
        current.save()
        follow([current.workflow_id], at=at)
    return current


def _locked(attestation: Attestation) -> Attestation:
    """Always the workflow first, as everywhere; Conflict when the campaign is closed."""
    Workflow.objects.select_for_update().get(pk=attestation.workflow_id)
    rows = Attestation.objects.select_related(
        "campaign__started_by", "workflow__business_owner", "workflow__technical_owner", "workflow__deputy", "assignee"
    )
    current = rows.select_for_update(of=("self",)).get(pk=attestation.pk)
    if not current.campaign.is_open:
        raise Conflict(_("This campaign is closed."))
    return current


def _sign(row: Attestation, prints: Prints, *, by: User, at: datetime, is_bulk: bool = False) -> None:
    passed(row, "attest")
    row.attested_by, row.attested_at = by, at
    row.statement, row.workflow_version = row.campaign.statement, row.workflow.version
    row.seen, row.is_bulk = prints, is_bulk
    with acting(user_id=by.pk, reason=_("Attested")):
        row.save()


def _said(text: str, field: str, sentence: str) -> str:
    if not text.strip():
        raise ValidationError({field: sentence})
    return text.strip()


def _tell_of_correction(row: Attestation, *, by: User, at: datetime) -> None:
    """The other owners; and whoever runs the campaign, when `by` cannot put it right."""
    people = {person.pk: person for person in owners_of(row.workflow)}
    if not may_edit(by, row.workflow):
        people[row.campaign.started_by_id] = row.campaign.started_by
    people.pop(by.pk, None)
    for person in people.values():
        tell(
            key=f"attest-not-true:{row.pk}:{at.isoformat()}:{person.pk}",
            kind="ATTESTATION",
            recipient=person,
            subject=_("Not true as it stands: %(workflow)s") % {"workflow": row.workflow.name},
            body=f"{by.name}: {row.correction}",
            at=at,
            url=row.get_absolute_url(),
            about=row,
        )


def _tell_of_hand_over(row: Attestation, *, by: User, at: datetime) -> None:
    lead = f"{by.name}: {row.handed_reason}"
    key = f"handed:{row.pk}:{at.isoformat()}"
    if row.assignee is not None and row.assignee != by:
        remind(row.campaign, [row], row.assignee, key=key, lead=lead, at=at)
    runs = row.campaign.started_by
    if runs not in (by, row.assignee) and runs.is_active:
        who = row.assignee.name if row.assignee else _("nobody")
        tell(
            key=f"attest-handed:{key}:{runs.pk}",
            kind="ATTESTATION",
            recipient=runs,
            subject=_("Handed on to %(person)s: %(workflow)s") % {"person": who, "workflow": row.workflow.name},
            body=lead,
            at=at,
            url=row.get_absolute_url(),
            about=row,
        )
