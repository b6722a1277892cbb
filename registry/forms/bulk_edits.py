"""The new value for many workflows, why, and which rows at which version."""

from collections.abc import Iterable, Mapping
from copy import deepcopy
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from registry.custom_values import PREFIX
from registry.forms.custom_values import question, stored_form
from registry.forms.workflows import WorkflowForm
from registry.kernel.http.forms import OnceMixin, PlainForm, ReasonMixin
from registry.models import CustomField, User
from registry.models.workflow_words import OWNERS
from registry.services import changing

FARTHEST = timedelta(days=366 * 5)
NEVER_EMPTY = ("business_owner", "next_review_date")
"""May be emptied one by one; of many at once that is a slip."""
TAGS = "tags"


class RowsField(forms.CharField):
    """`12:3,40:1`: primary key and version of each row."""

    widget = forms.HiddenInput

    def clean(self, value: Any) -> Any:
        try:
            found = {
                int(key): int(version)
                for key, _colon, version in (p.partition(":") for p in super().clean(value).split(","))
            }
        except ValueError:
            raise ValidationError(_("The list of workflows was cut off. Choose them again.")) from None
        if len(found) > changing.MOST:
            raise ValidationError(
                _("These are %(n)d workflows. At most %(most)d are changed at once; a spreadsheet can bring in more."),
                params={"n": len(found), "most": changing.MOST},
            )
        return found


class BulkForm(PlainForm, ReasonMixin, OnceMixin):
    """One field of the record, or one custom field, or tags to add and to remove."""

    rows = RowsField(error_messages={"required": _("Choose at least one workflow.")})
    back = forms.CharField(widget=forms.HiddenInput(), required=False, max_length=4000)

    def __init__(self, *args: Any, what: str, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.what, self.today = what, today
        asked = _tags() if what == TAGS else {"value": _asked(what)}
        self.fields.update(asked)
        self.order_fields([*asked, "reason"])

    def clean_value(self) -> Any:
        value = self.cleaned_data["value"]
        if self.what == "next_review_date" and not self.today <= value <= self.today + FARTHEST:
            raise ValidationError(_("Choose a day from today on, at most five years ahead."))
        return value

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.what == TAGS and not self.errors and not (cleaned.get("add") or cleaned.get("remove")):
            self.add_error("add", _("Name a tag to add, or one to remove."))
        return cleaned

    def changes(self) -> Mapping[str, Any]:
        """As the service takes them."""
        given = self.cleaned_data
        if self.what == TAGS:
            return {changing.ADD: _split(given["add"]), changing.REMOVE: _split(given["remove"])}
        value = given["value"]
        return {self.what: stored_form(value) if self.what.startswith(PREFIX) else value}


def choices(custom: Iterable[CustomField]) -> list[tuple[str, str]]:
    """What can be changed in many workflows at once, with what people call it; `custom` are the fields in use."""
    asked = WorkflowForm.base_fields
    names = [name for name in asked if name in changing.NAMES]
    own = [(field.parameter, field.name) for field in custom]
    return [*((name, str(asked[name].label)) for name in names), (TAGS, str(_("Tags"))), *own]


def _asked(what: str) -> forms.Field:
    if what.startswith(PREFIX):
        return question(CustomField.objects.in_use().get(key=what.removeprefix(PREFIX)))
    asked: Any = deepcopy(WorkflowForm.base_fields[what])
    if what in OWNERS:
        asked.queryset, asked.empty_label = User.objects.active().order_by("name", "pk"), _("Nobody")
    if what in NEVER_EMPTY:
        asked.required = True
    return asked  # type: ignore[no-any-return]


def _tags() -> dict[str, forms.Field]:
    several = _("Separate several with commas.")
    return {
        "add": forms.CharField(label=_("Tags to add"), required=False, max_length=400, help_text=several),
        "remove": forms.CharField(label=_("Tags to remove"), required=False, max_length=400, help_text=several),
    }


def _split(text: str) -> list[str]:
    return [tag for tag in (" ".join(part.split()) for part in text.split(",")) if tag]
