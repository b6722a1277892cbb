"""Where webhooks go, what they tell, and what is decided about an address."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from incidents.forms.fields import LongText, MomentField, PersonField
from incidents.happenings import Happening
from incidents.models import WebhookEndpoint
from registry.kernel.http.forms import OnceMixin, PlainForm, ReasonMixin, VersionedForm
from registry.models import Workflow
from registry.severities import Severity

OVERLAPS = [(0, _("None: the old one ends at once")), (1, _("One hour")), (24, _("A day")), (24 * 7, _("A week"))]
SAID = ["name", "url", "owner", "happenings", "severities", "workflow_ids", "hears_exercises"]


class WorkflowsField(forms.CharField):
    """References of workflows, kept as their numbers. A register is too long to choose from a list."""

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(Workflow(pk=number).reference for number in value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        words = str(value or "").replace(",", " ").split()
        numbers = {word: _number(word) for word in words}
        known = set(Workflow.objects.filter(pk__in=numbers.values()).values_list("pk", flat=True))
        if unknown := [word for word, number in numbers.items() if number not in known]:
            raise ValidationError(_("There is no workflow “%(word)s”."), params={"word": unknown[0][:40]})
        return sorted(set(numbers.values()))


def _number(word: str) -> int:
    digits = word.upper().removeprefix("WF-")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else 0


class EndpointForm(VersionedForm[WebhookEndpoint], OnceMixin):
    owner = PersonField(label=_("Owner"), help_text=_("Told when nothing arrives there any more."))
    happenings = forms.MultipleChoiceField(
        label=_("Hears of"), choices=Happening.choices, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing ticked: everything."),
    )  # fmt: skip
    severities = forms.MultipleChoiceField(
        label=_("Severities"), choices=Severity.choices, required=False, widget=forms.CheckboxSelectMultiple,
        help_text=_("Nothing ticked: all, and what has none."),
    )  # fmt: skip
    workflow_ids = WorkflowsField(
        label=_("Workflows"), required=False, max_length=1000,
        help_text=_("References such as WF-0012, with commas between. Left empty: all."),
    )  # fmt: skip
    field_order = SAID

    class Meta:
        model = WebhookEndpoint
        fields = ["name", "url", "hears_exercises"]
        help_texts = {
            "url": _("Begins with https:// and leads to a public address. Keep no secrets in it: it is on record."),
            "hears_exercises": _("They are marked, so that a receiver can tell them apart."),
        }
        widgets = {"url": forms.URLInput(attrs={"autocomplete": "off", "spellcheck": "false"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            for name in ("owner", "happenings", "severities", "workflow_ids"):
                self.fields[name].initial = getattr(self.instance, name)

    def _post_clean(self) -> None:
        """The service checks the record as a whole."""

    def said(self) -> dict[str, Any]:
        """As the service takes it."""
        found = {name: self.cleaned_data[name] for name in SAID if name != "workflow_ids"}
        return found | {"workflows": list(Workflow.objects.filter(pk__in=self.cleaned_data["workflow_ids"]))}


class EndpointEditForm(EndpointForm, ReasonMixin):
    field_order = [*SAID, "reason"]


class ReplaceSecretForm(OnceMixin, PlainForm):
    hours = forms.TypedChoiceField(
        label=_("How long the old one is signed with, too"), choices=OVERLAPS, coerce=int, initial=24,
        help_text=_("Until then each message bears both signatures, so that the receiver can change over."),
    )  # fmt: skip

    @property
    def overlap(self) -> timedelta:
        return timedelta(hours=self.cleaned_data["hours"])


class WhyForm(OnceMixin, PlainForm):
    reason = LongText(label=_("Why"), rows=2, max_length=500)


class SinceForm(OnceMixin, PlainForm):
    since = MomentField(label=_("What has failed since"))
