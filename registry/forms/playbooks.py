"""Writing a playbook: one text a question, in order."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from registry.kernel.http.forms import OnceMixin, PlainForm, ReasonMixin, VersionedForm
from registry.models import Playbook, User
from registry.playbook_questions import FIELDS, LONGEST_ANSWER, Question


class PlaybookForm(VersionedForm[Playbook], ReasonMixin, OnceMixin):
    field_order = [*FIELDS, "owner", "reason"]

    class Meta:
        model = Playbook
        fields = [*FIELDS, "owner"]
        help_texts = {"owner": _("Keeps it true, and may write it.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for question in Question:
            for name, label in question.answers.items():
                self.fields[name] = forms.CharField(
                    label=label,
                    required=False,
                    max_length=LONGEST_ANSWER,
                    widget=forms.Textarea(attrs={"rows": 5}),
                )
                vars(self.fields[name])["needed_later"] = True
                self.initial.setdefault(name, getattr(self.instance, name))
        owner: Any = self.fields["owner"]
        owner.queryset = User.objects.active()
        if self.instance.pk and self.instance.owner_id:
            owner.queryset = owner.queryset | User.objects.filter(pk=self.instance.owner_id)
        self.order_fields(self.field_order)

    def changes(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in (*FIELDS, "owner")}


class ReviewedForm(PlainForm, OnceMixin):
    reason = forms.CharField(
        label=_("What it was held against"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("For example the drill of this month, or the last incident. Kept in the history with your name."),
    )
