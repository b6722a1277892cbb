"""Naming a view, and saying who sees it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from registry.kernel.http.forms import OnceMixin, PlainForm
from registry.models import User
from registry.policies.saved_views import may_share


class SavedViewForm(PlainForm, OnceMixin):
    name = forms.CharField(label=_("Name"), max_length=60)
    is_shared = forms.BooleanField(
        label=_("For everyone"), required=False, help_text=_("Everyone who is signed in finds it above the list.")
    )
    query = forms.CharField(widget=forms.HiddenInput(), required=False, max_length=4000)

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_share(by):
            del self.fields["is_shared"]
