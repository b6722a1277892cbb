"""Executing a containment option, and saying what came of it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from incidents.forms.fields import LongText
from registry.kernel.http.forms import OnceMixin, PlainForm


class ExecuteForm(OnceMixin, PlainForm):
    reason = LongText(label=_("Why now"), rows=2, help_text=_("A few words are enough."))


class ProofForm(OnceMixin, PlainForm):
    proof = LongText(
        label=_("How you know"),
        rows=2,
        help_text=_("What you looked at or tried, so that others can repeat it."),
    )


class RevertForm(OnceMixin, PlainForm):
    reason = LongText(
        label=_("Why it may be taken back"),
        rows=2,
        help_text=_("What shows that it is safe now: the signals you looked at, the fix, the test."),
    )


class AgreeForm(OnceMixin, PlainForm):
    """`is_gated`: criteria stand in the way, over which somebody who may can go."""

    note = LongText(label=_("What you looked at"), rows=2)
    override = forms.BooleanField(label=_("Go ahead although criteria are not confirmed"), required=False)

    def __init__(self, *args: Any, is_gated: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_gated:
            del self.fields["override"]

    def clean_override(self) -> bool:
        if not self.cleaned_data["override"]:
            raise forms.ValidationError(_("Confirm the criteria first, or go ahead all the same if you may."))
        return True


class RecordedReason(OnceMixin, PlainForm):
    """One question: why. `label` says of what."""

    reason = LongText(label=_("Reason"), rows=2)

    def __init__(self, *args: Any, label: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if label:
            self.fields["reason"].label = label
