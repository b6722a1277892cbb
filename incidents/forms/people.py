"""Who does what in the room, and who may enter a restricted one."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from incidents.forms.fields import LongText, PersonField
from registry.kernel.http.forms import OnceMixin, PlainForm


class AssignForm(OnceMixin, PlainForm):
    person = PersonField(label=_("Person"))
    reason = forms.CharField(label=_("Note"), max_length=300, required=False)
    instead_of = forms.IntegerField(widget=forms.HiddenInput, required=False)
    """The assignment that was in force when the page was shown."""

    def __init__(self, *args: Any, is_held: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_held:
            self.fields["reason"].label = _("Reason for the hand-over")
            self.fields["reason"].required = True


class RelieveForm(OnceMixin, PlainForm):
    reason = forms.CharField(label=_("Why the role is given up"), max_length=300)


class LetInForm(OnceMixin, PlainForm):
    person = PersonField(label=_("Person to let in"))
    reason = LongText(label=_("Reason"), rows=2, max_length=300)


class RestrictForm(OnceMixin, PlainForm):
    reason = LongText(label=_("Reason"), rows=2)
