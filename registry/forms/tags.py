"""Another name for a tag."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from registry.kernel.http.forms import OnceMixin, PlainForm, ReasonMixin
from registry.services.tags import LONGEST, checked


class RenameTagForm(PlainForm, ReasonMixin, OnceMixin):
    to = forms.CharField(
        label=_("New name"),
        max_length=LONGEST,
        help_text=_("The name of another tag merges the two."),
    )
    field_order = ["to", "reason"]

    def __init__(self, *args: Any, tag: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tag = tag

    def clean_to(self) -> str:
        try:
            name = checked(self.cleaned_data["to"])
        except ValidationError as refused:
            raise ValidationError(refused.message_dict["to"]) from refused
        if name == self.tag:
            raise ValidationError(_("This is the name it has."))
        return name
