"""Erasing what the law says must go: asked for by one person, decided by another, and on record for good."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from registry.kernel.access import sessions, tokens
from registry.kernel.access.verdict import require
from registry.kernel.audit.context import acting
from registry.kernel.editing import put
from registry.kernel.http.errors import Conflict
from registry.kernel.ledger import erasing
from registry.kernel.notify.tell import tell
from registry.models import ApiToken, Erasure, Role, User
from registry.policies import erasures as policies

Objection = Callable[[Any], str]
"""Why this record must be kept for now; empty where nothing stands against it."""
_objections: list[Objection] = []


def object_by(objection: Objection) -> None:
    """Applications above say here what they must keep."""
    if objection not in _objections:
        _objections.append(objection)


@transaction.atomic
def ask(
    *, by: User, at: datetime, object_type: str, object_id: str, fields: Sequence[str], basis: str, reason: str
) -> Erasure:
    require(policies.may_ask_erasure, by)
    record = find(object_type, object_id)
    known = erasing.everything(type(record))
    chosen = [name for name in known if name in fields]
    if not chosen or set(fields) - set(known):
        raise ValidationError({"fields": _("Choose what is to go, from this kind's fields.")})
    refuse_objected(record)
    if erasing.extent(object_type, str(record.pk), chosen).is_nothing:
        raise ValidationError({"fields": _("There is nothing to erase: these fields are empty everywhere.")})
    if Erasure.objects.filter(object_type=object_type, object_id=str(record.pk), state=Erasure.State.ASKED).exists():
        raise ValidationError(_("An erasure of this record waits for a decision already."))
    erasure = Erasure(
        object_type=object_type,
        object_id=str(record.pk),
        fields=chosen,
        basis=basis,
        reason=reason,
        asked_by=by,
        asked_at=at,
    )
    with acting(user_id=by.pk):
        erasure.save()
    _tell_deciders(erasure, at=at)
    return erasure


@transaction.atomic
def confirm(erasure: Erasure, *, by: User, at: datetime, note: str) -> Erasure:
    """The values go now. Nothing brings them back but a backup that still holds them."""
    erasure = Erasure.objects.select_for_update(of=("self",)).select_related("asked_by").get(pk=erasure.pk)
    require(policies.may_decide_erasure, by, erasure)
    record = find(erasure.object_type, erasure.object_id)
    refuse_objected(record)
    with acting(user_id=by.pk, reason=_("Erasure %(number)s") % {"number": erasure}):
        _decide(erasure, Erasure.State.DONE, by=by, at=at, note=note)
        try:
            with transaction.atomic():
                _replace(record, erasure.fields, at=at)
        except IntegrityError as refused:
            raise Conflict(
                _("A rule of the database needs one of these fields filled. Choose fewer fields.")
            ) from refused
        erasing.carry_out(erasure)
    _tell_asker(erasure, at=at)
    return erasure


@transaction.atomic
def decline(erasure: Erasure, *, by: User, at: datetime, note: str) -> Erasure:
    erasure = Erasure.objects.select_for_update(of=("self",)).select_related("asked_by").get(pk=erasure.pk)
    require(policies.may_decide_erasure, by, erasure)
    with acting(user_id=by.pk):
        _decide(erasure, Erasure.State.DECLINED, by=by, at=at, note=note)
    _tell_asker(erasure, at=at)
    return erasure


def find(object_type: str, object_id: str) -> Any:
    """The record, also one that was deleted: its history is still there. Raises ValidationError."""
    try:
        model = erasing.model_of(object_type)
        key = model._meta.pk.to_python(object_id)
    except (LookupError, ValidationError) as unknown:
        raise ValidationError({"object_id": _("There is no such record.")}) from unknown
    record = model._default_manager.filter(pk=key).first()
    if record is None and model.history.filter(**{model._meta.pk.attname: key}).exists():
        record = model(pk=key)
    if record is None:
        raise ValidationError({"object_id": _("There is no such record.")})
    return record


def refuse_objected(record: Any) -> None:
    for objection in _objections:
        if why := objection(record):
            raise ValidationError(why)


def _decide(erasure: Erasure, state: Erasure.State, *, by: User, at: datetime, note: str) -> None:
    erasure.state, erasure.decided_by, erasure.decided_at, erasure.decision_note = state, by, at, note
    erasure.save()


def _replace(record: Any, fields: list[str], *, at: datetime) -> None:
    """The living record first, by an ordinary save; what only ever stands is blanked with its history."""
    if record._state.adding or getattr(record, "never_changes", False):
        return
    record = type(record)._default_manager.select_for_update(of=("self",)).get(pk=record.pk)
    changed = put(record, erasing.replacements(record, fields))
    if not changed:
        return
    if isinstance(record, User) and "email" in changed:
        _send_away(record, at=at)
    if hasattr(record, "version"):
        record.version += 1
    record.save()


def _send_away(person: User, *, at: datetime) -> None:
    """Whoever has no address any more cannot sign in either."""
    person.is_active = False
    person.set_unusable_password()
    for token in ApiToken.objects.filter(user=person, revoked_at__isnull=True):
        tokens.revoke(token, at=at)
    sessions.end_all(person, at=at)
    EmailAddress.objects.filter(user=person).delete()


def _tell_deciders(erasure: Erasure, *, at: datetime) -> None:
    for person in User.objects.active().filter(roles__overlap=[Role.RISK, Role.EXECUTIVE]):
        if policies.may_decide_erasure(person, erasure):
            tell(
                key=f"erasure-{erasure.pk}-ASKED-{person.pk}",
                kind="ERASURE",
                recipient=person,
                subject=_("%(number)s waits for a decision") % {"number": erasure},
                body=erasure.reason,
                at=at,
                url=reverse("erasure", args=[erasure.pk]),
                about=erasure,
            )


def _tell_asker(erasure: Erasure, *, at: datetime) -> None:
    tell(
        key=f"erasure-{erasure.pk}-{erasure.state}",
        kind="ERASURE",
        recipient=erasure.asked_by,
        subject=_("%(number)s: %(state)s") % {"number": erasure, "state": erasure.get_state_display()},
        body=erasure.decision_note,
        at=at,
        url=reverse("erasure", args=[erasure.pk]),
        about=erasure,
    )
