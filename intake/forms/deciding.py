"""What is asked about a signal before something becomes of it."""

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from incidents.forms.declaring import UNKNOWN, DeclareForm, WhereForm
from incidents.forms.fields import LongText
from incidents.models import Incident
from registry.kernel.http.forms import OnceMixin, PlainForm

RESTS = [(1, _("One hour")), (4, _("Four hours")), (24, _("A day")), (24 * 7, _("A week"))]


class PromoteForm(DeclareForm):
    """Declaring as always, begun with what the signal says."""


class BindForm(WhereForm):
    """Which workflow a signal is about."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.chooser.shows_similar = False


class ReasonForm(OnceMixin, PlainForm):
    reason = forms.CharField(
        label=_("Why"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Kept with your name. Whoever looks back must understand it."),
    )


class LaterForm(OnceMixin, PlainForm):
    hours = forms.TypedChoiceField(label=_("Back in the inbox after"), choices=RESTS, coerce=int, initial=4)

    @property
    def rest(self) -> timedelta:
        return timedelta(hours=self.cleaned_data["hours"])


class IncidentField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic for the checker only
    def label_from_instance(self, obj: Any) -> str:
        word = obj.severity or (obj.get_category_display() if obj.category != obj.Category.INCIDENT else "")
        mark = f"{word} · " if word else ""
        drill = _("Exercise: ") if obj.is_exercise else ""
        return f"{obj.reference} · {mark}{drill}{obj.title}"


class AttachForm(OnceMixin, PlainForm):
    """The incidents that are going on, those that may be the same first."""

    incident = IncidentField(
        label=_("Which incident?"), queryset=Incident.objects.none(), widget=forms.RadioSelect, empty_label=None
    )

    def __init__(self, *args: Any, incidents: "QuerySet[Incident]", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["incident"]
        field.queryset = incidents


class RowsForm(forms.Form):
    """The signals that were picked in the list."""

    rows = forms.TypedMultipleChoiceField(coerce=int, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["rows"]
        field.valid_value = lambda value: str(value).isascii() and str(value).isdigit() and len(str(value)) < 10


class ReportForm(WhereForm):
    """Something is wrong, in the fewest words."""

    field_order = ("title", "text", "workflow", "link")

    title = forms.CharField(
        label=_("What did you see?"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "enterkeyhint": "next"}),
    )
    text = LongText(
        label=_("What happened"), required=False, max_length=4000, help_text=_("When, where, whom it concerned.")
    )
    link = forms.CharField(label=_("Link"), required=False, max_length=1000, help_text=_("Where it can be seen."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.chooser.shows_similar = False
        self.initial.setdefault("workflow", UNKNOWN)


class StrangerForm(PlainForm):
    """The same of somebody who is not signed in, and who learns nothing of the register by it."""

    title = forms.CharField(label=_("What did you see?"), max_length=200)
    text = LongText(label=_("What happened"), required=False, max_length=4000)
    link = forms.CharField(label=_("Link"), required=False, max_length=1000)
    website = forms.CharField(required=False, widget=forms.HiddenInput())
    """Filled in by programs only."""
