"""Who does what in the room, and who may enter a restricted one."""

from django import forms
from django.utils.translation import gettext_lazy as _

from incidents.forms.fields import LongText, PersonField
from incidents.models import RoleAssignment
from registry.kernel.http.forms import OnceMixin, PlainForm


class AssignForm(OnceMixin, PlainForm):
    role = forms.ChoiceField(label=_("Role"), choices=RoleAssignment.Role.choices)
    person = PersonField(label=_("Person"))
    reason = forms.CharField(
        label=_("Reason or hand-over note"),
        max_length=300,
        required=False,
        help_text=_("Whoever held the role before is relieved."),
    )


class RelieveForm(OnceMixin, PlainForm):
    reason = forms.CharField(label=_("Why the role is given up"), max_length=300)


class LetInForm(OnceMixin, PlainForm):
    person = PersonField(label=_("Person to let in"))
    reason = LongText(label=_("Reason"), rows=2, max_length=300)


class RestrictForm(OnceMixin, PlainForm):
    reason = LongText(label=_("Reason"), rows=2)
