"""Containment options and the proof that they work."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from registry.containment_proof import Occasion
from registry.forms.effects import SETTING, EffectMixin
from registry.forms.surfaces import a_moment
from registry.kernel.http.forms import OnceMixin, PlainForm, ReasonMixin, VersionedForm
from registry.models import ContainmentOption, Role, User

OPTION_FIELDS = [
    "kind",
    "name",
    "instructions",
    "executors",
    "named_executors",
    "expected_minutes",
    "load_carrier",
    "is_active",
]
EXECUTING = [Role.RESPONDER, Role.OWNER, Role.RISK, Role.EXECUTIVE]


class OptionForm(EffectMixin, VersionedForm[ContainmentOption], ReasonMixin, OnceMixin):
    executors = forms.MultipleChoiceField(
        label=_("Roles that may execute it"),
        required=False,
        choices=[(role.value, role.label) for role in EXECUTING],
        widget=forms.CheckboxSelectMultiple(),
    )
    named_executors = forms.ModelMultipleChoiceField(
        label=_("People who may execute it, by name"), required=False, queryset=User.objects.none()
    )
    field_order = [*OPTION_FIELDS[:3], *SETTING, *OPTION_FIELDS[3:], "reason"]

    class Meta:
        model = ContainmentOption
        fields = OPTION_FIELDS
        widgets = {"instructions": forms.Textarea(attrs={"rows": 5})}
        help_texts = {
            "kind": _("From the mildest to the most drastic."),
            "instructions": _("Step by step, for somebody who does it for the first time at night."),
            "load_carrier": _("Who or what does the work while the option is in effect."),
            "is_active": _("Untick when it can no longer be used; it stays on record."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.begin_with(self.instance.sets, self.instance.workflow)
        named: Any = self.fields["named_executors"]
        named.queryset = User.objects.active()
        if self.instance.pk:
            named.queryset = named.queryset | User.objects.filter(pk__in=self.instance.named_executors.values("pk"))
            self.initial["named_executors"] = list(self.instance.named_executors.values_list("pk", flat=True))

    def changes(self) -> dict[str, Any]:
        changes = {name: self.cleaned_data[name] for name in OPTION_FIELDS}
        return {**changes, "effect": self.effect(), "named_executors": list(changes["named_executors"])}


class ProofForm(PlainForm, OnceMixin):
    occasion = forms.ChoiceField(
        label=_("It was"), choices=Occasion.choices(), initial=Occasion.DRILL, widget=forms.RadioSelect()
    )
    how = forms.CharField(
        label=_("How it was proven"),
        max_length=250,
        help_text=_("For example: drill on the staging system, or used in an incident."),
    )
    minutes = forms.IntegerField(label=_("Minutes until it took effect"), min_value=0, max_value=60 * 24 * 30)
    proven_at = forms.DateTimeField(
        label=_("When (UTC)"), required=False, widget=a_moment(), help_text=_("Left empty: now.")
    )
