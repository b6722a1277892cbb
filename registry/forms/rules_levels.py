"""The two kinds of rules with a fixed list of lines: the severity scale and the decision rights."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _

from registry.decision_rights import Decision
from registry.forms.organisation_rules import Group, Line, RulesForm
from registry.placed import Place
from registry.reports.rules_tables import span
from registry.responsible import Called, Responsible
from registry.severities import Severity
from registry.severity_scale import Duties, ExternalCommunication

YEAR = 60 * 24 * 366


def _scale_fields() -> dict[str, forms.Field]:
    """In the order of the page; new for each level."""
    return {
        "meaning": forms.CharField(label=_("Meaning"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2})),
        "response_minutes": forms.IntegerField(
            label=_("A lead is at work within, in minutes"), min_value=1, max_value=YEAR
        ),
        "update_minutes": forms.IntegerField(label=_("Internal update every, in minutes"), min_value=1, max_value=YEAR),
        "called": forms.MultipleChoiceField(
            label=_("Called"), choices=Called.choices(), required=False, widget=forms.CheckboxSelectMultiple()
        ),
        "containment_default": forms.CharField(
            label=_("Containment by default"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
        ),
        "containment_first": forms.BooleanField(label=_("Contain before diagnosing"), required=False),
        "external_communication": forms.ChoiceField(
            label=_("Telling people outside"), choices=ExternalCommunication.choices()
        ),
        "review_required": forms.BooleanField(label=_("A review is required"), required=False),
        "review_days": forms.IntegerField(
            label=_("Review within, in days"), min_value=1, max_value=366, required=False
        ),
    }


class ScaleForm(RulesForm):
    def build(self, definition: Mapping[str, Any]) -> None:
        for severity in Severity:
            for name, field in _scale_fields().items():
                self.fields[_at(severity.value, name)] = field
                stored = self.initial[_at(severity.value, name)] = definition["levels"][severity.value][name]
                if name.endswith("_minutes"):
                    field.help_text = _("Now %(span)s.") % {"span": span(stored)}

    def groups(self) -> list[Group]:
        return [
            Group(
                _("What %(severity)s sets in motion") % {"severity": severity.label},
                severity.value,
                [Line("", [self[_at(severity.value, name)] for name in _scale_fields()])],
                is_table=False,
            )
            for severity in Severity
        ]

    def definition(self) -> dict[str, Any]:
        typed = self.cleaned_data
        fields = Duties.__dataclass_fields__
        return {"levels": {level.value: {name: typed[_at(level.value, name)] for name in fields} for level in Severity}}

    def field_at(self, place: Place) -> str | None:
        return _at(str(place[1]), str(place[2])) if len(place) == 3 else None


class RightsForm(RulesForm):
    def build(self, definition: Mapping[str, Any]) -> None:
        for decision in Decision:
            right = definition["decisions"][decision.value]
            for name, field in _right_fields().items():
                self.fields[_at(decision.value, name)] = field
                self.initial[_at(decision.value, name)] = right[name]

    def groups(self) -> list[Group]:
        lines = [
            Line(decision.label, [self[_at(decision.value, name)] for name in _right_fields()]) for decision in Decision
        ]
        return [Group(_("Decisions"), "", lines)]

    def definition(self) -> dict[str, Any]:
        typed = self.cleaned_data
        return {
            "decisions": {
                decision.value: {name: typed[_at(decision.value, name)] for name in _right_fields()}
                for decision in Decision
            }
        }

    def field_at(self, place: Place) -> str | None:
        return _at(str(place[1]), str(place[2])) if len(place) == 3 else None


def _right_fields() -> dict[str, forms.Field]:
    roles = Responsible.choices()
    return {
        "decides": forms.ChoiceField(label=_("Decides"), choices=roles),
        "stands_in": forms.ChoiceField(label=_("Stands in"), choices=roles),
        "note": forms.CharField(label=_("To keep in mind"), max_length=500, required=False),
    }


def _at(line: str, name: str) -> str:
    return f"{line}-{name}"
