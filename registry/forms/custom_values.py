"""The custom fields as questions of a form, named `field.key`."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.custom_values import LONGEST, LONGEST_LINK, PLACES, FieldKind, person_of
from registry.models import CustomField, User

CUSTOM_HEADING = gettext_lazy("Further details")


def custom_questions(values: Mapping[str, Any]) -> dict[str, forms.Field]:
    """One for each field in use, holding what is stored in `values`."""
    return {field.parameter: question(field, values.get(field.key)) for field in CustomField.objects.in_use()}


def question(field: CustomField, value: Any = None) -> forms.Field:
    """Never required here: whether the stage needs it is decided where the stage is known."""
    said: dict[str, Any] = {"label": field.name, "required": False, "help_text": _help(field)}
    asked = _asked(field, value, said)
    # Not "optional" where a stage needs it.
    asked.needed_later = bool(field.required_from)  # type: ignore[attr-defined]
    return asked


def _asked(field: CustomField, value: Any, said: dict[str, Any]) -> forms.Field:
    kind = FieldKind(field.kind)
    if kind is FieldKind.NUMBER:
        return forms.DecimalField(
            **said, initial=value, decimal_places=PLACES, max_digits=12 + PLACES, widget=_line("decimal")
        )
    if kind is FieldKind.DATE:
        day = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        return forms.DateField(**said, initial=date.fromisoformat(value) if value else None, widget=day)
    if kind is FieldKind.CHOICE:
        words = [*field.choices, *([value] if value and value not in field.choices else [])]
        return forms.ChoiceField(**said, initial=value, choices=[("", _("Not given")), *((w, w) for w in words)])
    if kind is FieldKind.PERSON:
        people = (User.objects.active() | User.objects.filter(pk=person_of(value) or 0)).order_by("name", "pk")
        return forms.ModelChoiceField(**said, initial=person_of(value), queryset=people, empty_label=_("Nobody"))
    if kind is FieldKind.LINK:
        return forms.URLField(**said, initial=value, max_length=LONGEST_LINK, assume_scheme="https")
    return forms.CharField(**said, initial=value, max_length=LONGEST)


def _line(mode: str) -> forms.TextInput:
    return forms.TextInput(attrs={"inputmode": mode})


def _help(field: CustomField) -> str:
    needed = _("Needed from the stage “%(stage)s” on.") % {"stage": field.get_required_from_display()}
    return " ".join(part for part in (field.help_text, needed if field.required_from else "") if part)


def stored_form(cleaned: Any) -> Any:
    """What the form understood, as the service reads it."""
    if isinstance(cleaned, User):
        return cleaned.pk
    return str(cleaned) if isinstance(cleaned, Decimal) else cleaned
