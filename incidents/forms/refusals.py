"""Putting what a service found wrong onto the fields it is about."""

from django import forms
from django.core.exceptions import ValidationError


def take_errors(form: forms.BaseForm, error: ValidationError) -> None:
    """Errors named after a field of `form` stand there, the others at the top."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, problems in error.error_dict.items():
        form.add_error(name if name in form.fields else None, problems)
