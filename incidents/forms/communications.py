"""Messages to people outside the room, and notices owed to authorities."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from incidents.forms.fields import LongText, MomentField, PersonField
from incidents.models import Communication
from registry.kernel.http.forms import OnceMixin, PlainForm, VersionedForm


class DraftForm(OnceMixin, PlainForm):
    audience = forms.ChoiceField(label=_("For whom"), choices=Communication.Audience.choices)
    subject = forms.CharField(label=_("Subject"), max_length=200)
    text = LongText(
        label=_("Text"), rows=10, help_text=_("What stands in brackets as […] is to be replaced before it is approved.")
    )
    template_rules = forms.IntegerField(widget=forms.HiddenInput, required=False)
    occasion = forms.CharField(widget=forms.HiddenInput, required=False, max_length=10)


class DraftEditForm(VersionedForm[Communication]):
    class Meta:
        model = Communication
        fields = ["audience", "subject", "text"]
        widgets = {"text": forms.Textarea(attrs={"rows": 8})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("subject", "text"):
            self.fields[name].required = True


class SentForm(OnceMixin, PlainForm):
    channel = forms.CharField(label=_("Sent by"), max_length=100, help_text=_("E-mail, letter, portal, telephone."))


class NotNeededForm(OnceMixin, PlainForm):
    audience = forms.ChoiceField(label=_("For whom"), choices=Communication.Audience.choices)
    reason = LongText(label=_("Why nothing is sent"))


class SendBackForm(OnceMixin, PlainForm):
    reason = LongText(label=_("What has to change"))
    opened_version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class ApproveForm(OnceMixin, PlainForm):
    note = LongText(label=_("Why you approve it all the same"), help_text=_("It stays in the record with your name."))
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, is_proven: bool, **kwargs: Any) -> None:
        """`is_proven`: every sentence rests on something, so that no reason is needed."""
        super().__init__(*args, **kwargs)
        self.fields["note"].required = not is_proven


class TieForm(OnceMixin, PlainForm):
    """One thing out of all that the incident has, each with its kind: “evidence:12”, “fact:People told”."""

    on = forms.ChoiceField(label=_("It rests on"))
    reason = LongText(
        label=_("Because"), required=False, help_text=_("Only where it rests on nothing measurable: why that is so.")
    )

    sentence = forms.CharField(widget=forms.HiddenInput, max_length=64)
    """Key of the words that were read: others may stand in their place by now."""

    def __init__(self, *args: Any, choices: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"] = forms.ChoiceField(label=_("It rests on"), choices=choices)

    def about(self) -> dict[str, Any]:
        """What was chosen, as the service takes it."""
        kind, _colon, which = self.cleaned_data["on"].partition(":")
        if kind in {"EVIDENCE", "ENTRY"}:
            return {"kind": kind, kind.lower(): int(which)}
        if kind == "NOTHING":
            return {"kind": kind, "reason": self.cleaned_data["reason"]}
        return {"kind": kind, "name": which}


class ReachedForm(OnceMixin, PlainForm):
    audience = forms.ChoiceField(label=_("Whom"), choices=Communication.Audience.choices)
    is_reached = forms.ChoiceField(
        label=_("Did it reach them?"),
        choices=[("yes", _("Yes, it reached them")), ("no", _("No, it did not"))],
        widget=forms.RadioSelect,
    )
    note = LongText(label=_("How that is known"))


class ObligationForm(OnceMixin, PlainForm):
    name = forms.CharField(label=_("Notice"), max_length=150, help_text=_("For example: initial notice under DORA."))
    authority = forms.CharField(label=_("To whom"), max_length=150, required=False)
    starts_at = MomentField(label=_("The clock started"))
    due_at = MomentField(label=_("Due"))
    owner = PersonField(label=_("Who sees to it"), required=False, empty_label=_("Nobody yet"))


class SettleForm(OnceMixin, PlainForm):
    explanation = LongText(label=_("Explanation"))

    def __init__(self, *args: Any, label: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if label:
            self.fields["explanation"].label = label
