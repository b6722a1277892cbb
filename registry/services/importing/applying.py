"""Applying a change-set that was tried: all of it in one transaction, or nothing."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from registry.kernel.access.verdict import ALLOWED, Verdict, deny, require
from registry.kernel.audit.context import Origin, acting
from registry.kernel.http.errors import Conflict
from registry.models import ChangeSet, User
from registry.policies.imports import may_deal_with
from registry.services.exchange import KINDS
from registry.services.importing.planning import draw_up
from registry.services.importing.plans import Outcome, Plan, face
from registry.services.importing.receiving import locked, one_import_at_a_time, open_received, why
from registry.services.importing.records import Job, TakenBack, without_made, write_records
from registry.services.importing.rows import settle_records, settle_rows
from registry.services.importing.trying import TAKE_FILE, checked, keep, mapping_of
from registry.services.importing.writing import write
from registry.services.readiness import judged_together

_MOST_TOLD = 10


@dataclass(frozen=True)
class Drift:
    """A row that would come out differently now than when it was tried."""

    number: int
    tried: str
    now: str

    def __str__(self) -> str:
        if self.tried == self.now:
            return _("Row %(number)d would change other values.") % {"number": self.number}
        return _("Row %(number)d: “%(tried)s” when tried, “%(now)s” now.") % {
            "number": self.number,
            "tried": Outcome(self.tried).label if self.tried else "–",
            "now": Outcome(self.now).label if self.now else "–",
        }


class Drifted(Conflict):
    """The register moved on since the trial, which has been made again; nothing was applied."""

    def __init__(self, rows: list[Drift]) -> None:
        told = " ".join(str(row) for row in rows[:_MOST_TOLD])
        more = len(rows) - _MOST_TOLD
        if more > 0:
            told += " " + ngettext("One more row differs.", "%(n)d more rows differ.", more) % {"n": more}
        start = _("The register changed since this import was tried, so nothing was applied. It has been tried again:")
        super().__init__(f"{start} {told}", code="import-stale")
        self.rows = rows


def ready(change_set: ChangeSet) -> Verdict:
    """Whether there is something that can be applied, as far as the last trial knows."""
    if change_set.status == ChangeSet.Status.UPLOADED:
        return deny(_("Map the columns first."))
    if change_set.status != ChangeSet.Status.TRIED:
        return deny(_("This import was already dealt with: %(state)s.") % {"state": change_set.get_status_display()})
    if errors := change_set.counts.get("errors", 0):
        return deny(
            ngettext(
                "One error has to be put right in the file first. Until then nothing is imported.",
                "%(n)d errors have to be put right in the file first. Until then nothing is imported.",
                errors,
            )
            % {"n": errors}
        )
    if not change_set.counts.get("created") and not change_set.counts.get("changed"):
        return deny(_("There is nothing to apply: the register says what the file says."))
    return ALLOWED


def apply(change_set: ChangeSet, *, by: User, at: datetime) -> ChangeSet:
    """Do what the trial said, or nothing. Raises `Drifted`, and keeps a new trial, when it would differ now."""
    require(may_deal_with, by, change_set)
    try:
        current, drift = _apply(change_set, by=by, at=at)
    except IntegrityError as failure:
        sentence = _("Somebody changed the register at the same moment, so nothing was applied. Apply it again.")
        raise Conflict(sentence) from failure
    if drift:
        raise Drifted(drift)
    return current


@transaction.atomic
def _apply(change_set: ChangeSet, *, by: User, at: datetime) -> tuple[ChangeSet, list[Drift]]:
    one_import_at_a_time()
    current = locked(change_set)
    if not (answer := ready(current)):
        raise Conflict(answer.reason)
    carry_out = _records if current.of else _inventory
    plan, drift = carry_out(current, by=by, at=at)
    if drift:
        with acting(user_id=by.pk, reason=_("Import “%(title)s” tried again") % {"title": current.title}):
            keep(current, plan)
    return current, drift


def _inventory(current: ChangeSet, *, by: User, at: datetime) -> tuple[Plan, list[Drift]]:
    """Compared first, and written where it is what was tried."""
    sheet, mapping = open_received(current), mapping_of(current)
    plan = draw_up(
        sheet, mapping, take_file=current.mapping_used.get(TAKE_FILE, False), lock=True, notes=checked(mapping, sheet)
    )
    if drift := list(drifted(current, plan)):
        return plan, drift
    with _importing(current, by):
        settle_rows(current, write(plan, at=at))
        _mark_applied(current, plan, by=by, at=at)
    return plan, []


def _records(current: ChangeSet, *, by: User, at: datetime) -> tuple[Plan, list[Drift]]:
    """Each row through its service; where one comes out differently than when tried, none stays."""
    kind, sheet, mapping = KINDS[current.of], open_received(current), mapping_of(current)
    notes = checked(mapping, sheet, kind.fields)
    try:
        with transaction.atomic(), _importing(current, by), judged_together(at=at):
            plan = write_records(Job(kind, sheet, mapping, by, at, why(current), notes))
            if drift := list(drifted(current, plan)):
                raise TakenBack
            settle_records(current, plan)
            _mark_applied(current, plan, by=by, at=at)
    except TakenBack:
        return without_made(plan), drift
    return plan, []


def _importing(current: ChangeSet, by: User) -> AbstractContextManager[object]:
    return acting(user_id=by.pk, origin=Origin.IMPORT, reason=why(current), unit_id=unit_of(current))


def _mark_applied(current: ChangeSet, plan: Plan, *, by: User, at: datetime) -> None:
    current.counts = plan.counts()
    current.status = ChangeSet.Status.APPLIED
    current.applied_by, current.applied_at = by, at
    current.save()


def unit_of(change_set: ChangeSet) -> str:
    """The unit of work under which everything that applying wrote is found in the audit history."""
    return f"import-{change_set.pk}"


def drifted(change_set: ChangeSet, plan: Plan) -> Iterator[Drift]:
    fields = ("row_number", "outcome", "before", "after")
    tried = {
        number: (outcome, {k: face(v) for k, v in before.items()}, {k: face(v) for k, v in after.items()})
        for number, outcome, before, after in change_set.rows.values_list(*fields)
    }
    for row in plan.rows:
        was = tried.pop(row.number, ("", {}, {}))
        if was != row.fingerprint:
            yield Drift(row.number, was[0], row.outcome)
    for number, was in tried.items():
        yield Drift(number, was[0], "")
