"""Defining custom fields, changing what is said of them, retiring them and taking them back."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from registry.custom_values import KEY, UNSET, key_for
from registry.kernel.access.verdict import require
from registry.kernel.audit.context import acting
from registry.kernel.editing import put, refuse_if_stale
from registry.kernel.http.errors import Conflict
from registry.models import CustomField, User, Workflow
from registry.policies import custom_fields as policies

MOST: Final = 60
"""Fields in use: what a form can still ask."""
MOST_CHOICES: Final = 100
_DEFINING: Final = 2_024_110_702
"""Number of the advisory lock under which keys and their number are looked at."""


@transaction.atomic
def define(*, by: User, at: datetime, reason: str, key: str = "", **said: Any) -> CustomField:
    """A new field. Without a key it gets one made of its name."""
    require(policies.may_define, by)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_DEFINING])
    if CustomField.objects.filter(retired_at__isnull=True).count() >= MOST:
        raise Conflict(_("There are %(most)s fields in use. Retire one first.") % {"most": MOST})
    field = CustomField(key=_free_key(key, said.get("name", "")), **_tidied(said))
    _check(field)
    with acting(user_id=by.pk, reason=reason):
        field.save()
    return field


@transaction.atomic
def change(
    field: CustomField, *, by: User, at: datetime, reason: str, opened_version: int | None, **said: Any
) -> CustomField:
    """Anything but key and kind. A choice that workflows carry can only go once none does."""
    current = CustomField.objects.select_for_update().get(pk=field.pk)
    require(policies.may_change, by, current)
    said = _tidied(said)
    refuse_if_stale(current, opened_version, said)
    gone = [choice for choice in current.choices if choice not in said.get("choices", current.choices)]
    if not put(current, said):
        return current
    _check(current)
    _refuse_choices_in_use(current, gone)
    return _save(current, by=by, reason=reason)


@transaction.atomic
def retire(field: CustomField, *, by: User, at: datetime, reason: str) -> CustomField:
    """Nobody is asked for it any more. Values and history stay as they are."""
    current = CustomField.objects.select_for_update().get(pk=field.pk)
    require(policies.may_change, by, current)
    if current.retired_at is not None:
        raise Conflict(_("This field is retired already."))
    current.retired_at, current.retired_by = at, by
    return _save(current, by=by, reason=reason)


@transaction.atomic
def take_back(field: CustomField, *, by: User, at: datetime, reason: str) -> CustomField:
    current = CustomField.objects.select_for_update().get(pk=field.pk)
    require(policies.may_change, by, current)
    if current.retired_at is None:
        raise Conflict(_("This field is in use."))
    current.retired_at, current.retired_by = None, None
    return _save(current, by=by, reason=reason)


def carrying(field: CustomField) -> int:
    """Workflows that have a value in it."""
    return Workflow.objects.filter(custom__has_key=field.key).count()


def _save(field: CustomField, *, by: User, reason: str) -> CustomField:
    field.version += 1
    with acting(user_id=by.pk, reason=reason):
        field.save()
    return field


def _free_key(key: str, name: str) -> str:
    if key:
        if not KEY.fullmatch(key):
            raise ValidationError({"key": _("Small letters, digits and single underscores only, and a letter first.")})
        if CustomField.objects.filter(key=key).exists():
            raise ValidationError({"key": _("There is a field with this key already.")})
        return key
    base = key_for(name) or "field"
    taken = set(CustomField.objects.filter(key__startswith=base[:26]).values_list("key", flat=True))
    return next(k for k in (base, *(f"{base[:26]}_{n}" for n in range(2, len(taken) + 3))) if k not in taken)


def _tidied(said: dict[str, Any]) -> dict[str, Any]:
    """Names and choices on one line, choices once."""
    found = dict(said)
    for name in ("name", "help_text"):
        if isinstance(found.get(name), str):
            found[name] = " ".join(found[name].split())
    if "choices" in found:
        words = (" ".join(choice.split()) for choice in found["choices"])
        found["choices"] = list({word.casefold(): word for word in words if word}.values())
    return found


def _check(field: CustomField) -> None:
    problems: dict[str, str] = {}
    if field.kind == "CHOICE":
        problems |= _wrong_choices(field.choices)
    elif field.choices:
        problems["choices"] = _("Only a field of the kind “Choice” has choices.")
    same = CustomField.objects.in_use().filter(name__iexact=field.name).exclude(pk=field.pk)
    if field.name and same.exists():
        problems["name"] = _("There is a field called “%(name)s” already.") % {"name": field.name}
    if problems:
        raise ValidationError(problems)
    field.full_clean(validate_constraints=False)


def _wrong_choices(choices: Sequence[str]) -> dict[str, str]:
    if not choices:
        return {"choices": _("Give at least one choice.")}
    if len(choices) > MOST_CHOICES:
        return {"choices": _("At most %(most)d choices.") % {"most": MOST_CHOICES}}
    if any(choice.casefold() == UNSET for choice in choices):
        return {"choices": _("No choice is called “none”: that is how entries without a value are found.")}
    return {}


def _refuse_choices_in_use(field: CustomField, gone: Sequence[str]) -> None:
    for choice in gone:
        n = Workflow.objects.filter(custom__contains={field.key: choice}).count()
        if n:
            words = {"n": n, "choice": choice}
            raise ValidationError({"choices": _("%(n)d workflows still say “%(choice)s”; change them first.") % words})
