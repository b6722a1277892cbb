"""Adding and changing vendors: what each supplies, who keeps the relation, and by when it answers."""

from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.kernel.access.verdict import require
from registry.kernel.audit.context import acting
from registry.kernel.editing import put, refuse_if_stale
from registry.kernel.notify.tell import tell
from registry.models import User, Vendor
from registry.policies import vendors as policies
from registry.policies.attestations import may_be_asked
from registry.vendor_proofs import LATEST_DUE


@transaction.atomic
def add(*, by: User, at: datetime, reason: str, **fields: Any) -> Vendor:
    require(policies.may_add, by)
    vendor = Vendor(**fields)
    _check(vendor, set(fields), timezone.localdate(at))
    with acting(user_id=by.pk, reason=reason):
        vendor.save()
    _tell_owner(vendor, by=by, at=at)
    return vendor


@transaction.atomic
def edit(vendor: Vendor, *, by: User, at: datetime, reason: str, opened_version: int | None, **fields: Any) -> Vendor:
    """The vendor as it is now stored. Raises `Stale` when it moved on since `opened_version`."""
    current = Vendor.objects.select_for_update().get(pk=vendor.pk)
    require(policies.may_edit, by, current)
    refuse_if_stale(current, opened_version, fields)
    changed = put(current, fields)
    if not changed:
        return current
    _check(current, set(changed), timezone.localdate(at))
    current.version += 1
    with acting(user_id=by.pk, reason=reason):
        current.save()
    if "owner" in changed:
        _tell_owner(current, by=by, at=at)
    return current


def _check(vendor: Vendor, changed: set[str], today: date) -> None:
    problems: dict[str, str] = {}
    vendor.name = vendor.name.strip()
    if Vendor.objects.filter(name__iexact=vendor.name).exclude(pk=vendor.pk).exists():
        problems["name"] = _("There is a vendor of this name already.")
    if "owner" in changed and vendor.owner is not None and not may_be_asked(vendor.owner):
        problems["owner"] = may_be_asked(vendor.owner).reason
    if vendor.answers_due_date is not None and vendor.owner is None:
        problems["owner"] = _("Say who gets the answers by then.")
    if "answers_due_date" in changed:
        problems |= _day_problems(vendor.answers_due_date, today)
    if problems:
        raise ValidationError(problems)
    vendor.clean_fields()


def _day_problems(due: date | None, today: date) -> dict[str, str]:
    if due is None:
        return {}
    if due < today:
        return {"answers_due_date": _("This day has passed.")}
    return {"answers_due_date": _("At most one year ahead.")} if due - today > LATEST_DUE else {}


def _tell_owner(vendor: Vendor, *, by: User, at: datetime) -> None:
    if vendor.owner is None or vendor.owner == by:
        return
    tell(
        key=f"vendor:{vendor.pk}:owner:{vendor.version}:{vendor.owner.pk}",
        kind="VENDOR",
        recipient=vendor.owner,
        subject=_("You keep the relation to %(vendor)s") % {"vendor": vendor.name},
        body=_("Its answers to the proofs that are asked of it are yours to get."),
        at=at,
        url=vendor.get_absolute_url(),
        about=vendor,
    )
