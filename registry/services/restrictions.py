"""What limits a running workflow: applied by one person at once, taken back by two.

The number that orders all changes is drawn inside the transaction that makes one. Whoever draws the next waits until
that one is committed or undone, so there is no change without its record, no record without its change, and one order.
"""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from registry.kernel.access.verdict import require
from registry.kernel.audit.context import acting
from registry.kernel.http.errors import Conflict
from registry.models import ContainmentOption, Restriction, User
from registry.policies import control as policies

_NEXT = (
    "INSERT INTO registry_controlrevision AS r (id, value) VALUES (1, 1) "
    "ON CONFLICT (id) DO UPDATE SET value = r.value + 1 RETURNING value"
)


def next_revision() -> int:
    """Draw the next number. The row stays locked to the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute(_NEXT)
        return int((cursor.fetchone() or (0,))[0])


@transaction.atomic
def apply(
    option: ContainmentOption, *, by: User, at: datetime, reason: str, source: str, incident_reference: str = ""
) -> Restriction:
    """Put in force what the option sets. Who may do so is asked by the caller, in whose incident it happens."""
    with acting(user_id=by.pk, reason=reason):
        return Restriction.objects.create(
            workflow=option.workflow,
            option=option,
            name=option.name,
            effect=option.effect,
            source=source,
            incident_reference=incident_reference,
            reason=reason,
            applied_by=by,
            applied_at=at,
            revision=next_revision() if option.is_driven else 0,
        )


@transaction.atomic
def ask_release(restriction: Restriction, *, by: User, at: datetime, reason: str) -> Restriction:
    """Ask to take it back; `reason` says what shows that this is safe. Asking again replaces the request."""
    current = locked(restriction)
    require(policies.may_ask_release, by, current)
    _require_in_force(current)
    if not reason.strip():
        raise ValidationError({"reason": _("Say what shows that this is safe now.")})
    current.release_asked_by, current.release_asked_at, current.release_reason = by, at, reason.strip()
    with acting(user_id=by.pk, reason=reason):
        current.save()
    return current


@transaction.atomic
def release(restriction: Restriction, *, by: User, at: datetime, note: str) -> Restriction:
    """A second person agrees: it limits nothing from now on. What else is in force stays."""
    current = locked(restriction)
    _require_in_force(current)
    _require_asked(current)
    require(policies.may_agree_to_release, by, current)
    if not note.strip():
        raise ValidationError({"note": _("Say what you looked at.")})
    current.released_by, current.released_at, current.release_note = by, at, note.strip()
    if current.is_driven:
        current.release_revision = next_revision()
    with acting(user_id=by.pk, reason=note):
        current.save()
    return current


@transaction.atomic
def decline_release(restriction: Restriction, *, by: User, at: datetime, note: str) -> Restriction:
    """It stays in force. Who asked may decline too: taking a request back loosens nothing."""
    current = locked(restriction)
    _require_in_force(current)
    _require_asked(current)
    require(policies.may_ask_release, by, current)
    if not note.strip():
        raise ValidationError({"note": _("Say why it has to stay.")})
    current.release_asked_by, current.release_asked_at, current.release_reason = None, None, ""
    with acting(user_id=by.pk, reason=note):
        current.save()
    return current


@transaction.atomic
def found_void(restriction: Restriction, *, by: User, at: datetime, reason: str) -> Restriction:
    """What was done by hand had no effect. What is driven is obeyed as long as it is in force, and stays."""
    current = locked(restriction)
    if current.is_driven or not current.is_in_force:
        return current
    current.void_at = at
    with acting(user_id=by.pk, reason=reason):
        current.save()
    return current


@transaction.atomic
def refer(restriction: Restriction, reference: str, *, by: User, reason: str) -> None:
    """Name the incident to running workflows, or no longer: it was restricted, or is so no more."""
    current = locked(restriction)
    if current.incident_reference != reference:
        current.incident_reference, current.reason = reference, reason
        with acting(user_id=by.pk, reason=reason):
            current.save()


@transaction.atomic
def note_received(restriction: Restriction, *, at: datetime, instances: int, reason: str) -> Restriction:
    """All running instances have it, the last of them since `at`."""
    current = locked(restriction)
    if current.received_at is None:
        current.received_at, current.received_by = max(at, current.applied_at), instances
        with acting(reason=reason):
            current.save()
    return current


def refuse_if_of_incident(restriction: Restriction) -> None:
    """What was carried out in an incident is taken back there, where its state follows."""
    if restriction.is_of_incident:
        raise Conflict(_("This belongs to an incident. It is taken back there."))


def locked(restriction: Restriction) -> Restriction:
    rows = Restriction.objects.select_for_update(of=("self",)).select_related("workflow", "option__workflow")
    return rows.get(pk=restriction.pk)


def _require_in_force(restriction: Restriction) -> None:
    if not restriction.is_in_force:
        raise Conflict(_("“%(name)s” is not in force any more.") % {"name": restriction.name})


def _require_asked(restriction: Restriction) -> None:
    if restriction.release_asked_by_id is None:
        raise Conflict(_("Nobody has asked to take “%(name)s” back. Ask first.") % {"name": restriction.name})
