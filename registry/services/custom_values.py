"""Putting values into custom fields: each checked by its kind, all of them one change of the record."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from registry.custom_values import KEY, PREFIX, NotAValue, person_of, read
from registry.models import CustomField, User

Values = dict[str, Any]


def merged(held: Mapping[str, Any], given: Mapping[str, Any]) -> Values:
    """`held` with what is `given` by key, checked; None empties. Raises `ValidationError` by `field.key`."""
    fields = {
        field.key: field
        for field in CustomField.objects.in_use().filter(key__in=[key for key in given if KEY.fullmatch(key)])
    }
    problems: dict[str, str] = {}
    found = dict(held)
    for key, value in given.items():
        try:
            stored = _read(fields.get(key), value)
        except NotAValue as refused:
            problems[f"{PREFIX}{key}"] = str(refused)
            continue
        if stored is None:
            found.pop(key, None)
        else:
            found[key] = stored
    if not problems:
        problems = _people_gone(held, found)
    if problems:
        raise ValidationError(problems)
    return found


def _read(field: CustomField | None, value: Any) -> Any:
    if field is None:
        raise NotAValue(_("There is no such field in use."))
    return read(field.kind, value, field.choices)


def _people_gone(held: Mapping[str, Any], found: Mapping[str, Any]) -> dict[str, str]:
    """Who is newly named must be here; who was named before and left stays named."""
    new = {key: person_of(value) or 0 for key, value in found.items() if value != held.get(key) and person_of(value)}
    here = set(User.objects.active().filter(pk__in=new.values()).values_list("pk", flat=True)) if new else set()
    message = _("Nobody who is active has this number.")
    return {f"{PREFIX}{key}": message for key, number in new.items() if number not in here}


def missing(fields: Iterable[CustomField], values: Mapping[str, Any], stage: str) -> list[CustomField]:
    """Fields that an entry at this stage should have and has not."""
    return [field for field in fields if field.is_needed_at(stage) and field.key not in values]


def needed_fields() -> list[CustomField]:
    """Those that some stage needs."""
    return list(CustomField.objects.in_use().exclude(required_from=""))


def refuse_missing(
    values: Mapping[str, Any],
    *,
    stage: str,
    before: Mapping[str, Any],
    stage_before: str,
    needed: Iterable[CustomField] | None = None,
) -> None:
    """Raise `ValidationError` for fields that the new stage needs, or that were emptied though the stage needs them.

    What an entry lacked already does not stand in the way of other changes; it is shown as missing.
    """
    fields = needed_fields() if needed is None else list(needed)
    known = {field.pk for field in missing(fields, before, stage_before)}
    lacking = [field for field in missing(fields, values, stage) if field.pk not in known]
    if lacking:
        message = _("“%(field)s” is needed from the stage “%(stage)s” on.")
        raise ValidationError(
            {
                field.parameter: message % {"field": field.name, "stage": field.get_required_from_display()}
                for field in lacking
            }
        )
