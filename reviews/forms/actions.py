"""Forms of action items: one for creating, one for each step."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from registry.kernel.http.forms import OnceMixin, PlainForm
from registry.models import Role, User
from reviews.lifecycle import ActionCategory


def day_input() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def words(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class ActionForm(OnceMixin, PlainForm):
    title = forms.CharField(
        label=_("What will be different, and where"),
        max_length=200,
        help_text=_("Specific enough that somebody else can see whether it is done."),
    )
    category = forms.ChoiceField(label=_("What kind of gap it closes"), choices=ActionCategory.choices)
    assignee = forms.ModelChoiceField(label=_("Owner"), queryset=User.objects.none(), empty_label=_("Choose a person"))
    due_date = forms.DateField(label=_("Due"), widget=day_input())
    description = forms.CharField(label=_("Details"), required=False, widget=words(4))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.active().exclude(roles=[Role.AUDITOR])
        self.fields["assignee"].queryset = people.order_by("name")  # type: ignore[attr-defined]


class ProofForm(PlainForm):
    proof = forms.CharField(
        label=_("Proof"), widget=words(5), help_text=_("What was changed, and how another person can see that it was.")
    )
    proof_url = forms.URLField(label=_("Link"), max_length=500, required=False, assume_scheme="https")
    file = forms.FileField(label=_("File"), required=False)


class VerifyForm(PlainForm):
    accept = forms.ChoiceField(
        label=_("Does the proof show it?"),
        choices=[("yes", _("Yes, accept it")), ("no", _("No, send it back"))],
        widget=forms.RadioSelect(),
    )
    reason = forms.CharField(
        label=_("Reason"), required=False, widget=words(), help_text=_("Needed when you send it back: what is missing.")
    )
    effect_due_date = forms.DateField(
        label=_("Check the effect by"),
        required=False,
        widget=day_input(),
        help_text=_("When one will know whether it helped. Only when you accept it."),
    )


class EffectForm(PlainForm):
    recurred = forms.ChoiceField(
        label=_("Did it help?"),
        choices=[("no", _("Yes, it has not happened again")), ("yes", _("No, it happened again"))],
        widget=forms.RadioSelect(),
    )
    reason = forms.CharField(label=_("What you looked at"), widget=words())


class RiskForm(PlainForm):
    until_date = forms.DateField(
        label=_("Accepted until"), widget=day_input(), help_text=_("The day after, the item is open and chased again.")
    )
    reason = forms.CharField(label=_("Why the risk is bearable until then"), widget=words())


class CancelForm(PlainForm):
    reason = forms.CharField(label=_("Why it is no longer needed"), widget=words())


class ReopenActionForm(PlainForm):
    due_date = forms.DateField(label=_("New due date"), widget=day_input())
    reason = forms.CharField(label=_("Why it is opened again"), widget=words())


class ExtensionForm(PlainForm):
    new_due_date = forms.DateField(label=_("New due date"), widget=day_input())
    reason = forms.CharField(label=_("Why more time is needed"), widget=words())


class ExtensionDecisionForm(PlainForm):
    grant = forms.ChoiceField(
        label=_("Grant it?"),
        choices=[("yes", _("Yes, move the date")), ("no", _("No, the date stays"))],
        widget=forms.RadioSelect(),
    )
    reason = forms.CharField(label=_("Why"), widget=words())


class StartForm(PlainForm):
    """Nothing to fill in."""


def is_yes(cleaned: dict[str, Any], name: str) -> bool:
    return bool(cleaned[name] == "yes")


def day_of(cleaned: dict[str, Any], name: str) -> date | None:
    value = cleaned.get(name)
    return value if isinstance(value, date) else None
