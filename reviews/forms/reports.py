"""Asking for a report: about which record, or which sample of the history."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from reviews.forms.correcting import AskingForm
from reviews.models import ReportKind
from reviews.reports.sampling import MOST, Method, Sampling

_REFERENCE = re.compile(r"(?:[A-Za-z]{2,4}-)?0*(\d{1,9})")


class ReferenceField(forms.CharField):
    """A record named by its number as people write it: INC-0142 or 142. What one may not see is not there."""

    rows: QuerySet[Any]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=20, strip=True, **kwargs)

    def clean(self, value: Any) -> Model:
        found = _REFERENCE.fullmatch(super().clean(value))
        record: Model | None = self.rows.filter(pk=found[1]).first() if found else None
        if record is None:
            raise ValidationError(_("There is nothing with this number, or you may not see it."))
        return record


class InventoryForm(AskingForm):
    """The moment comes with the address, like the filters."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["at"], self.fields["zone"]


class IncidentReportForm(AskingForm):
    kind = forms.ChoiceField(
        label=_("Which report"),
        choices=[
            (ReportKind.INCIDENT_SUMMARY, _("Summary: one or two pages for who reads it first")),
            (ReportKind.INCIDENT_REPORT, _("Full report: everything the record says")),
        ],
        widget=forms.RadioSelect(),
        initial=ReportKind.INCIDENT_SUMMARY,
    )
    incident = ReferenceField(label=_("Incident"), help_text=_("Its number, such as INC-0142."))
    field_order = ("kind", "incident", "at", "zone", "correction")

    def __init__(self, *args: Any, rows: QuerySet[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["incident"].rows = rows  # type: ignore[attr-defined]


class DossierForm(AskingForm):
    workflow = ReferenceField(label=_("Workflow"), help_text=_("Its number, such as WF-0031."))
    field_order = ("workflow", "at", "zone", "correction")

    def __init__(self, *args: Any, rows: QuerySet[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["workflow"].rows = rows  # type: ignore[attr-defined]


class SamplingForm(AskingForm):
    method = forms.ChoiceField(
        label=_("How entries are chosen"), choices=Method.choices, widget=forms.RadioSelect(), initial=Method.DRAWN
    )
    number = forms.IntegerField(
        label=_("Number"),
        required=False,
        min_value=1,
        max_value=MOST,
        initial=200,
        help_text=_("How many are drawn, or n for every n-th. Not used when all are taken."),
    )
    seed = forms.CharField(
        label=_("Seed"),
        required=False,
        max_length=64,
        help_text=_("Any text. Printed in the pack, so that the draw can be repeated. Empty: the root of the ledger."),
    )
    field_order = ("method", "number", "seed", "at", "zone", "correction")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("method") != Method.ALL and not given.get("number") and "number" not in self.errors:
            self.add_error("number", _("Say how many, or every how many."))
        return given

    @property
    def sampling(self) -> Sampling:
        """Of a valid form."""
        given = self.cleaned_data
        method = Method(given["method"])
        if method == Method.ALL:
            return Sampling(method)
        return Sampling(method, given["number"], given["seed"])
