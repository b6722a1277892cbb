"""Signals of a workflow, the proof that one fires, and retiring one."""

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from registry.forms.surfaces import a_moment
from registry.kernel.http.forms import OnceMixin, PlainForm, ReasonMixin, VersionedForm
from registry.models import Signal, User
from registry.watching import NUMBERED, contradictions

SIGNAL_FIELDS = [
    "kind",
    "name",
    "source",
    "owner",
    "cadence",
    "threshold",
    "limit_value",
    "limit_direction",
    "baseline",
    "baseline_value",
    "baseline_date",
    "unit",
]
NUMBERS = ("limit_value", "baseline_value")


class SignalForm(VersionedForm[Signal], ReasonMixin, OnceMixin):
    field_order = [*SIGNAL_FIELDS, "reason"]

    class Meta:
        model = Signal
        fields = SIGNAL_FIELDS
        widgets = {"baseline_date": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
        help_texts = {
            "kind": _("The first four are monitors; the others are people who notice."),
            "name": _("As the team calls it, for example “Share of declines”."),
            "source": _("Where it comes from: a dashboard, an alert rule, a mailbox."),
            "owner": _("Who looks when it fires, and sees to it that it can."),
            "threshold": _("In words, for example “more than 9 % of an hour's claims are declined”."),
            "limit_value": _("The same as a number, if there is one."),
            "baseline": _("What is normal, in words, for example “2 % of claims, measured over spring”."),
            "baseline_value": _("The same as a number, if there is one."),
            "unit": _("Of limit and baseline, for example %."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner: Any = self.fields["owner"]
        owner.queryset = User.objects.active()
        if self.instance.pk:
            owner.queryset = owner.queryset | User.objects.filter(pk=self.instance.owner_id)
        for name in NUMBERS:
            self.initial[name] = plain(self.initial.get(name))

    def clean(self) -> dict[str, Any]:
        """Said here by field: the constraints of the table would say it of the whole form."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if set(NUMBERED) <= set(given):
            for name, problem in contradictions(*(given[name] for name in NUMBERED)).items():
                self.add_error(name, problem)
        return given

    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in SIGNAL_FIELDS}


def plain(value: Decimal | None) -> str | None:
    """Without the zeros that the column adds, so that an untouched number is not taken for a change."""
    return None if value is None else f"{value.normalize():f}"


class SignalProofForm(PlainForm, OnceMixin):
    how = forms.CharField(
        label=_("How it was shown to fire"),
        max_length=250,
        help_text=_("For example: forty wrong cases fed in on staging, alert after six minutes."),
    )
    proven_at = forms.DateTimeField(
        label=_("When (UTC)"), required=False, widget=a_moment(), help_text=_("Left empty: now.")
    )


class RetireForm(PlainForm, ReasonMixin):
    """Says why something is no longer in use; it stays on record."""
