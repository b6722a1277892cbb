"""Custom fields as filters: what may be asked of a field of each kind, and which workflows answer to it.

A filter has one parameter, `field.` and the key. Choices and texts are asked for as they are, people by number, by
`me` or by a part of the name, numbers and days as `5`, `5..10`, `..10`; `none` finds entries without a value.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.http import QueryDict
from django.utils.translation import gettext as _

from registry.custom_ranges import range_of, written
from registry.custom_values import KEY, PERSON, PREFIX, UNSET, FieldKind, NotAValue
from registry.models import CustomField, User, Workflow

MOST_PEOPLE = 200
"""Whose names hold what is looked for."""
LONGEST = 200
FROM, TO = ".from", ".to"
"""After the parameter: the ends of a range as a form sends them, apart."""


def definitions() -> dict[str, CustomField]:
    return {field.parameter: field for field in CustomField.objects.in_use()}


def value_in(field: CustomField) -> Any:
    """A choice by its words, a person by its number, as text; NULL where there is none."""
    if field.kind == FieldKind.PERSON:
        return KeyTextTransform(PERSON, KeyTransform(field.key, "custom"))
    return KeyTextTransform(field.key, "custom")


def is_own(name: str) -> bool:
    return name.startswith(PREFIX) and KEY.fullmatch(name.removeprefix(PREFIX)) is not None


class OwnField(forms.MultipleChoiceField):
    """Any words that make sense for the field; what does not is said, and left out."""

    def __init__(self, *args: Any, definition: CustomField, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.definition = definition

    def valid_value(self, value: Any) -> bool:
        return True

    def validate(self, value: Any) -> None:
        super().validate(value)
        for part in value:
            if len(part) > LONGEST or "\x00" in part:
                raise ValidationError(_("This is too long to look for."))
            if self.definition.is_range and part != UNSET:
                try:
                    range_of(self.definition.kind, part)
                except NotAValue as refused:
                    raise ValidationError(str(refused)) from refused


class OwnFilter(django_filters.MultipleChoiceFilter):  # type: ignore[misc]
    field_class = OwnField


def filter_for(field: CustomField) -> OwnFilter:
    return OwnFilter(label=field.name, definition=field, choices=[])


def with_ranges(query: QueryDict, own: Mapping[str, CustomField]) -> bool:
    """Make one value of the two ends that a form sends apart; whether there were any."""
    found = [name for name in own if f"{name}{FROM}" in query or f"{name}{TO}" in query]
    for name in found:
        first, last = query.get(f"{name}{FROM}", ""), query.get(f"{name}{TO}", "")
        query.pop(f"{name}{FROM}", None)
        query.pop(f"{name}{TO}", None)
        text = written(first, last)
        query.setlist(name, [text] if text else [])
    return bool(found)


def holding(field: CustomField, values: Sequence[str], user: User) -> Q:
    """Workflows with any of `values` in the field: found by index or one scan, then only compared by number."""
    condition = Q(pk__isnull=True)
    for value in values:
        condition |= ~Q(custom__has_key=field.key) if value == UNSET else _one(field, value, user)
    return Q(pk__in=Workflow.objects.filter(condition).values("pk"))


def _one(field: CustomField, value: str, user: User) -> Q:
    kind = FieldKind(field.kind)
    if kind is FieldKind.CHOICE:
        known = {choice.casefold(): choice for choice in field.choices}
        return Q(custom__contains={field.key: known.get(value.casefold(), value)})
    if kind is FieldKind.PERSON:
        return _named(field, value, user)
    if field.is_range:
        return _between(field, value)
    return Q(**{f"custom__{field.key}__icontains": value})


def _named(field: CustomField, value: str, user: User) -> Q:
    if value == "me":
        numbers = [user.pk]
    elif value.isascii() and value.isdigit() and len(value) < 19:
        numbers = [int(value)]
    else:
        people = User.objects.filter(Q(name__icontains=value) | Q(email__istartswith=value)).order_by("pk")
        numbers = list(people.values_list("pk", flat=True)[:MOST_PEOPLE])
    found = Q(pk__isnull=True)
    for number in numbers:
        found |= Q(custom__contains={field.key: {"person": number}})
    return found


def _between(field: CustomField, value: str) -> Q:
    try:
        wanted = range_of(field.kind, value)
    except NotAValue:
        return Q(pk__isnull=True)
    found = Q()
    if wanted.start is not None:
        found &= Q(**{f"custom__{field.key}__gte": wanted.start})
    if wanted.end is not None:
        found &= Q(**{f"custom__{field.key}__lte": wanted.end})
    return found
