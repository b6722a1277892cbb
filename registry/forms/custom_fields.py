"""Defining a custom field, and changing what is said of it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from registry.custom_values import KEY, FieldKind
from registry.kernel.http.forms import OnceMixin, PlainForm, ReasonMixin, VersionedForm
from registry.models import CustomField

SAID = ["name", "help_text", "choices", "required_from", "is_filter", "position"]


class ChoicesField(forms.CharField):
    """One choice a line."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        lines = [" ".join(line.split()) for line in str(value or "").splitlines()]
        found = [line for line in lines if line]
        if long := next((line for line in found if len(line) > 80), ""):
            raise ValidationError(_("“%(choice)s…” is longer than 80 characters."), params={"choice": long[:20]})
        return found


class CustomFieldForm(VersionedForm[CustomField], ReasonMixin, OnceMixin):
    choices = ChoicesField(
        label=_("Choices"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("For the kind “Choice” only: one a line."),
    )
    field_order = ["name", "kind", "key", *SAID[1:], "reason"]

    class Meta:
        model = CustomField
        fields = ["kind", "key", *SAID]
        help_texts = {
            "key": _("What programs and the search box call it. Made of the name when left empty; stays for good."),
            "kind": _("Stays for good."),
            "help_text": _("A sentence under the question."),
            "required_from": _("Without a value, no entry gets to this stage or a later one."),
            "is_filter": _("With counts or as a range beside the list of workflows."),
            "position": _("Smaller numbers come first."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["key"].required = False
        asked: Any = self.fields["required_from"]
        asked.choices = [("", _("No stage")), *[pair for pair in asked.choices if pair[0]]]
        kinds: Any = self.fields["kind"]
        kinds.choices = [("", _("Choose a kind")), *FieldKind.choices()]
        if self.instance.pk:
            del self.fields["key"], self.fields["kind"]
        if self.instance.pk and self.instance.kind != FieldKind.CHOICE:
            del self.fields["choices"]

    def clean_key(self) -> str:
        key = str(self.cleaned_data["key"])
        if key and not KEY.fullmatch(key):
            raise ValidationError(_("Small letters, digits and single underscores only, and a letter first."))
        return key

    def _post_clean(self) -> None:
        """The service checks the record as a whole."""

    def said(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("kind", "key", *SAID) if name in self.fields}


class RetireFieldForm(PlainForm, ReasonMixin):
    """Why a field is not asked for any more, or is again."""
