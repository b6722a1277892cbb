"""Asking at a gate, deciding with conditions, taking back, and meeting a condition."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from registry.approvals import Autonomy, is_raise
from registry.forms.workflows import a_day
from registry.kernel.http.forms import OnceMixin, PlainForm, ReasonMixin
from registry.models import User

CONDITIONS = 3
"""Places for conditions on the form; through the API there can be more."""


def _long(label: Any, help_text: Any, rows: int = 4) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=4000, widget=forms.Textarea(attrs={"rows": rows}), help_text=help_text
    )


class AskGoLiveForm(PlainForm, OnceMixin):
    reason = _long(_("Why, and why now"), _("What the pilot showed, and what production will bring."))


class AskAutonomyForm(PlainForm, OnceMixin):
    """Only levels above the present one."""

    to_autonomy = forms.ChoiceField(label=_("What it shall do by itself"), widget=forms.RadioSelect())
    reason = _long(_("Why, and why now"), _("What shows that it earned this, and what still stands in front of harm."))
    field_order = ["to_autonomy", "reason"]

    def __init__(self, *args: Any, autonomy: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["to_autonomy"]
        field.choices = [(level.value, level.label) for level in Autonomy if is_raise(autonomy, level)]


class GateDecisionForm(PlainForm):
    """Agree or refuse; the verb comes from the button pressed. Conditions count only with an agreement."""

    verb = forms.ChoiceField(choices=[("approve", "approve"), ("refuse", "refuse")], widget=forms.HiddenInput())
    reason = _long(_("Reason for the decision"), _("Kept with the request, with your name."), rows=3)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, CONDITIONS + 1):
            self.fields[f"text_{number}"] = forms.CharField(
                label=_("Condition"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
            )
            self.fields[f"due_{number}"] = forms.DateField(label=_("Due"), required=False, widget=a_day())
            self.fields[f"owner_{number}"] = forms.ModelChoiceField(
                label=_("Owner"), queryset=User.objects.active().order_by("name"), required=False
            )

    def clean(self) -> dict[str, Any]:
        """A condition is whole or not there."""
        given = super().clean() or self.cleaned_data
        for number, parts in self._rows(given):
            missing = [name for name, value in parts.items() if not value]
            if 0 < len(missing) < len(parts):
                for name in missing:
                    self.add_error(f"{name}_{number}", _("A condition says what, by which day, and who."))
        return self.cleaned_data

    def _rows(self, given: dict[str, Any]) -> Iterator[tuple[int, dict[str, Any]]]:
        for number in range(1, CONDITIONS + 1):
            yield number, {name: given.get(f"{name}_{number}") for name in ("text", "due", "owner")}

    @property
    def conditions(self) -> list[dict[str, str | date | User]]:
        """Of a valid form, as the service takes them; none with a refusal."""
        if self.cleaned_data["verb"] != "approve":
            return []
        rows = [parts for _number, parts in self._rows(self.cleaned_data) if parts["text"]]
        return [{"text": row["text"], "due_date": row["due"], "owner": row["owner"]} for row in rows]

    @property
    def places(self) -> list[list[forms.BoundField]]:
        """The fields of each condition, for the page."""
        numbers = range(1, CONDITIONS + 1)
        return [[self[f"{name}_{number}"] for name in ("text", "due", "owner")] for number in numbers]

    @property
    def has_conditions(self) -> bool:
        """Whether something was typed or is wrong in a place, so that the page shows them unfolded."""
        return any(field.value() or field.errors for place in self.places for field in place)


class GateWithdrawForm(PlainForm, ReasonMixin):
    """Takes a request or an unused approval back."""


class MeetConditionForm(PlainForm, OnceMixin):
    evidence = _long(_("What shows it"), _("What was done, and how one can see it."))
