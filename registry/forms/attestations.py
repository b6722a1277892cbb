"""Starting and closing a campaign, and what somebody says about one attestation."""

from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from registry.attesting import PATIENCE, RHYTHM, Part
from registry.forms.workflows import a_day
from registry.kernel.http.forms import OnceMixin, PlainForm
from registry.models import Attestation, User

STATEMENT = _(
    "I have read what the register says about this workflow. It is true and complete as it stands, and I know of "
    "nothing that would have to be said beside it."
)
USUAL_DAYS = 21


def _text(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


def _person(label: Any, **more: Any) -> "forms.ModelChoiceField[User]":
    return forms.ModelChoiceField(User.objects.active().order_by("name", "pk"), label=label, **more)


class StartCampaignForm(OnceMixin, PlainForm):
    name = forms.CharField(label=_("Name"), max_length=150, help_text=_("As its owners will see it."))
    statement = forms.CharField(
        label=_("What they attest"), max_length=2000, widget=_text(), initial=STATEMENT, help_text=_("Each signs this.")
    )
    parts = forms.MultipleChoiceField(
        label=_("Which parts"),
        choices=Part.choices,
        widget=forms.CheckboxSelectMultiple,
        initial=list(Part),
        help_text=_("What changed since last time is shown for these parts, and nothing else counts as a change."),
    )
    due_date = forms.DateField(label=_("Due"), widget=a_day(), help_text=_("The last day; at most one year ahead."))
    remind_every_days = forms.IntegerField(
        label=_("Days between reminders"),
        min_value=RHYTHM[0],
        max_value=RHYTHM[1],
        initial=7,
        help_text=_("Before it is due, and after."),
    )
    escalate_after_days = forms.IntegerField(
        label=_("Days late before it is escalated"),
        min_value=PATIENCE[0],
        max_value=PATIENCE[1],
        initial=7,
        help_text=_("0 is the day after it was due."),
    )
    escalate_to = _person(
        _("Escalated to"),
        empty_label=_("Choose somebody"),
        help_text=_("Hears who is late, and again in the same rhythm."),
    )
    view = forms.CharField(widget=forms.HiddenInput(), required=False, max_length=2000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["due_date"].initial = timezone.localdate() + timedelta(days=USUAL_DAYS)


class CloseCampaignForm(PlainForm):
    note = forms.CharField(
        label=_("What came out of it"), max_length=4000, required=False, widget=_text(), help_text=_("Kept with it.")
    )


class RemindForm(PlainForm):
    words = forms.CharField(label=_("In your words"), max_length=1000, required=False, widget=_text(2))


class CorrectForm(PlainForm):
    part = forms.ChoiceField(label=_("Where is it not true?"), widget=forms.RadioSelect)
    what = forms.CharField(
        label=_("What is not true?"),
        max_length=2000,
        widget=_text(),
        help_text=_("One sentence is enough. It is kept."),
    )

    def __init__(self, *args: Any, attestation: Attestation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        parts = [(part.value, part.label) for part in Part if part in attestation.campaign.parts]
        field: Any = self.fields["part"]
        field.choices = parts
        field.initial = parts[0][0]


class HandOnForm(PlainForm):
    person = _person(_("Whose is it?"), required=False, empty_label=_("I do not know: risk staff find out"))
    reason = forms.CharField(label=_("Why is it not yours?"), max_length=2000, widget=_text())


class ExcuseForm(PlainForm):
    reason = forms.CharField(label=_("Why it need not be attested"), max_length=2000, widget=_text())
