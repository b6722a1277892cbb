"""What is said about a required capability, and living without one for a time."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from registry.forms.workflows import a_day
from registry.kernel.http.forms import OnceMixin, PlainForm, ReasonMixin, VersionedForm
from registry.models import CapabilityRecord, User


class StatementForm(VersionedForm[CapabilityRecord], ReasonMixin, OnceMixin):
    field_order = ["owner", "due_date", "reason"]

    class Meta:
        model = CapabilityRecord
        fields = ["owner", "due_date"]
        widgets = {"due_date": a_day()}
        help_texts = {"due_date": _("Its owner is reminded a week before, on the day, and every week after it.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner: Any = self.fields["owner"]
        owner.queryset = User.objects.active()
        if self.instance.owner_id is not None:
            owner.queryset = owner.queryset | User.objects.filter(pk=self.instance.owner_id)
        owner.empty_label = _("Nobody")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if given.get("due_date") and "owner" in given and given["owner"] is None:
            self.add_error("owner", _("Say who does it by then."))
        return self.cleaned_data


class EvidenceForm(VersionedForm[CapabilityRecord], OnceMixin):
    evidence_url = forms.URLField(
        label=_("Link to the evidence"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=_("Begins with https://."),
    )
    field_order = ["evidence", "evidence_url"]

    class Meta:
        model = CapabilityRecord
        fields = ["evidence"]
        labels = {"evidence": _("What shows it")}
        widgets = {"evidence": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "evidence": _("What was built or agreed, and how it was seen to work. Words or a link, or both."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["evidence_url"] = self.instance.evidence_url


class NotMetForm(VersionedForm[CapabilityRecord], ReasonMixin, OnceMixin):
    class Meta:
        model = CapabilityRecord
        fields: list[str] = []


class AskAcceptanceForm(PlainForm, OnceMixin):
    until_date = forms.DateField(
        label=_("Accepted until"), widget=a_day(), help_text=_("The last day; at most one year ahead.")
    )
    reason = forms.CharField(
        label=_("Why it can be lived with"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("And what limits the harm meanwhile. Risk staff or an executive decide, never you."),
    )


class AcceptanceDecisionForm(PlainForm):
    """Accept or refuse; the verb comes from the button pressed."""

    verb = forms.ChoiceField(choices=[("accept", "accept"), ("refuse", "refuse")], widget=forms.HiddenInput())
    reason = forms.CharField(
        label=_("Reason for the decision"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Kept with the acceptance, with your name."),
    )


class WithdrawForm(PlainForm, ReasonMixin):
    """Takes an acceptance back, or the request for one."""
