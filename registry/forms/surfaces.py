"""Surfaces, their versions, and the known-good mark."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from registry.kernel.http.forms import OnceMixin, PlainForm, ReasonMixin
from registry.models import Surface


def a_moment() -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class SurfaceForm(PlainForm, ReasonMixin, OnceMixin):
    kind = forms.ChoiceField(label=_("Kind"), choices=Surface.Kind.choices)
    name = forms.CharField(
        label=_("Name"), max_length=150, help_text=_("As the team calls it, for example “Decline letter prompt”.")
    )
    field_order = ["kind", "name", "reason"]


class SurfaceVersionForm(PlainForm, OnceMixin):
    label = forms.CharField(
        label=_("Version"), max_length=100, help_text=_("The name by which it can be found again, for example 1.8.2.")
    )
    changed_at = forms.DateTimeField(
        label=_("In use since (UTC)"), required=False, widget=a_moment(), help_text=_("Left empty: now.")
    )
    note = forms.CharField(label=_("What changed"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))
    author = forms.CharField(label=_("Author"), max_length=150, required=False)
    digest = forms.CharField(
        label=_("Digest"), max_length=150, required=False, help_text=_("A hash of the artefact, if there is one.")
    )
    source_url = forms.URLField(label=_("Link to the source"), max_length=500, required=False, assume_scheme="https")

    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "once"}


class KnownGoodForm(PlainForm):
    note = forms.CharField(
        label=_("How it was proven"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example: evaluation run 214 passed and two weeks without an override."),
    )


class PutBackForm(PlainForm, ReasonMixin):
    """Says that an earlier version is in use again."""
