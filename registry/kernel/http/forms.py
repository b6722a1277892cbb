"""Forms: one renderer for every field, a reason for change, and the version a form was opened at."""

import uuid
from typing import TYPE_CHECKING, Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext_lazy as _

from registry.kernel.http.errors import Stale

Record = TypeVar("Record", bound=models.Model)


class FormRenderer(TemplatesSetting):
    field_template_name = "components/field.html"
    form_template_name = "components/fields.html"


if TYPE_CHECKING:
    ModelForm = forms.ModelForm
else:

    class ModelForm(forms.ModelForm):
        """Takes a type argument at run time as it does for the type checker."""

        def __class_getitem__(cls, _record: object) -> type:
            return cls


class PlainForm(forms.Form):
    """A form without colons after labels, with its errors in one voice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


class ReasonMixin(forms.Form):
    """Asks why. The reason is kept with the change, for good."""

    reason = forms.CharField(
        label=_("Reason for the change"),
        max_length=500,
        widget=forms.TextInput(),
        help_text=_("Kept in the history with your name."),
    )


def _token() -> str:
    return uuid.uuid4().hex


class OnceMixin(forms.Form):
    """Carries a token, so that sending the form twice creates one record (see `remembered.once`)."""

    once = forms.CharField(widget=forms.HiddenInput(), required=False, max_length=64, initial=_token)


class VersionedForm(ModelForm[Record]):
    """A form that knows at which version of the record it was opened."""

    opened_version = forms.IntegerField(widget=forms.HiddenInput(), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        self.fields["opened_version"].initial = getattr(self.instance, "version", None)

    def stored(self, current: Record) -> "VersionedForm[Record]":
        """The same form, unbound, on the record as it is stored now. Forms with more arguments pass them on."""
        return type(self)(instance=current)

    def differences(self, current: Record) -> dict[str, tuple[str, str]]:
        """Label → (stored now, typed here), for every field of the form where the two differ."""
        typed = self.cleaned_data
        found: dict[str, tuple[str, str]] = {}
        for name, field in self.fields.items():
            if name not in typed or not hasattr(current, name):
                continue
            stored, new = getattr(current, name), typed[name]
            if stored != new:
                found[str(field.label or name)] = (_show(stored), _show(new))
        return found

    def check_version(self, current: Record) -> None:
        """Raise `Stale` when the record was saved since this form was opened."""
        opened = self.cleaned_data.get("opened_version")
        if opened is not None and opened != getattr(current, "version", opened):
            raise Stale(current=current, differences=self.differences(current))


def _show(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, (list, tuple)):
        return ", ".join(str(part) for part in value)
    return str(value)


def take_problems(form: forms.BaseForm, refused: ValidationError) -> None:
    """Show what a service refused beside the fields it is about; what concerns no field of the form stands on top."""
    if not hasattr(refused, "error_dict"):
        form.add_error(None, refused)
        return
    for name, errors in refused.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)
