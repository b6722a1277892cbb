"""Registering and editing workflows."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from registry.kernel.access.verdict import require
from registry.kernel.audit.context import acting
from registry.kernel.editing import put, refuse_if_stale
from registry.models import CustomField, Stage, User, Workflow
from registry.models.workflow_words import OWNERS
from registry.policies import workflows as policies
from registry.services import custom_values
from registry.services.gate_guard import Before, enter_as_found, guard
from registry.services.readiness import put_readiness

DATES = ("initiated_date", "developed_date", "implemented_date", "retired_date")
"""In the order in which they can happen."""
EARLIEST = date(1950, 1, 1)
LATEST = date(2100, 1, 1)


@transaction.atomic
def register(*, by: User, at: datetime, reason: str, **fields: Any) -> Workflow:
    """A new entry. Whoever is not of the risk staff becomes its business owner and can name nobody else.

    `custom` holds values of custom fields by key, as `registry.custom_values` reads them.
    """
    require(policies.may_register, by)
    if not policies.may_set_owner(by):
        if any(fields.get(name) not in (None, by) for name in OWNERS):
            require(policies.may_set_owner, by)
        fields["business_owner"] = by
    check_owners({name: fields.get(name) for name in OWNERS})
    check_dates(fields)
    fields["custom"] = custom_values.merged({}, fields.get("custom") or {})
    stage = fields.get("stage", Stage.PROPOSED)
    custom_values.refuse_missing(fields["custom"], stage=stage, before={}, stage_before="")
    with acting(user_id=by.pk, reason=reason):
        workflow = Workflow(slug=slug_for(fields.get("name", "")), **fields)
        enter_as_found(workflow, by=by)
        workflow.full_clean(exclude=["search"])
        put_readiness([workflow], at=at)
        workflow.save()
    return workflow


@transaction.atomic
def edit(
    workflow: Workflow, *, by: User, at: datetime, reason: str, opened_version: int | None, **fields: Any
) -> Workflow:
    """The entry as it is now stored. Raises `Stale` when it moved on since `opened_version`; nothing changed,
    nothing saved. Of `custom` only the keys that are given change. Into production, and up in autonomy, it goes only
    through a gate.
    """
    current = Workflow.objects.select_for_update().get(pk=workflow.pk)
    require(policies.may_edit, by, current)
    if "custom" in fields:
        fields["custom"] = custom_values.merged(current.custom, fields["custom"])
    refuse_if_stale(current, opened_version, fields)
    before, custom_before = Before.of(current), current.custom
    changed = put(current, fields)
    if not changed:
        return current
    if not set(changed).isdisjoint(OWNERS):
        require(policies.may_set_owner, by, current)
    check_owners({name: fields[name] for name in changed if name in OWNERS})
    check_change(current, changed, custom_before=custom_before, stage_before=before.stage)
    guard(current, before, by=by, at=at)
    current.full_clean(exclude=["search", "slug"])
    current.version += 1
    put_readiness([current], at=at)
    with acting(user_id=by.pk, reason=reason):
        current.save()
    return current


def check_change(
    current: Workflow,
    changed: Collection[str],
    *,
    custom_before: Mapping[str, Any],
    stage_before: str,
    needed: Iterable[CustomField] | None = None,
) -> None:
    """What an edit of one or of many refuses of a workflow as it would be, by field; `needed` spares a query a row."""
    if not set(changed).isdisjoint((*DATES, "next_review_date")):
        check_dates({name: getattr(current, name) for name in (*DATES, "next_review_date")})
    if not {"custom", "stage"}.isdisjoint(changed):
        custom_values.refuse_missing(
            current.custom, stage=current.stage, before=custom_before, stage_before=stage_before, needed=needed
        )


def slug_for(name: str) -> str:
    """A readable address for `name` that no other workflow has."""
    base = slugify(name)[:70].strip("-") or "workflow"
    taken = set(Workflow.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(slug for slug in (base, *(f"{base}-{n}" for n in range(2, len(taken) + 3))) if slug not in taken)


def check_dates(dates: Mapping[str, Any]) -> None:
    """Raise `ValidationError`, by field, for dates that cannot be or that come in an impossible order."""
    problems: dict[str, str] = {}
    before: tuple[str, date] | None = None
    for name in DATES:
        value = dates.get(name)
        if value is None:
            continue
        if not EARLIEST <= value <= LATEST:
            problems[name] = _("This date cannot be right.")
        elif before is not None and value < before[1]:
            label = Workflow._meta.get_field(before[0]).verbose_name  # type: ignore[union-attr]
            problems[name] = _("This is before the date under “%(other)s”.") % {"other": label}
        else:
            before = (name, value)
    review = dates.get("next_review_date")
    if review is not None and not EARLIEST <= review <= LATEST:
        problems["next_review_date"] = _("This date cannot be right.")
    if problems:
        raise ValidationError(problems)


def check_owners(owners: Mapping[str, User | None]) -> None:
    """Raise `ValidationError`, by field, for owners who have left."""
    problems = {
        name: _("%(person)s has left; choose somebody who is active.") % {"person": person}
        for name, person in owners.items()
        if person is not None and not person.is_active
    }
    if problems:
        raise ValidationError(problems)
