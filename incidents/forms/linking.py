"""How incidents belong together, and splitting one in two."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from incidents.forms.fields import LongText
from incidents.models import Incident, IncidentLink, TimelineEntry
from registry.kernel.http.forms import OnceMixin, PlainForm
from registry.models import User, Workflow

SHOWN = 200
"""Entries that the form offers, the newest first; programs may name any."""


class ReferenceField(forms.CharField):
    """The reference or number of an incident that `user` may see."""

    user: User | None = None

    def to_python(self, value: Any) -> Any:
        digits = str(value or "").strip().upper().removeprefix("INC-")
        if not digits:
            return None
        number = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 10 else 0
        found = Incident.objects.visible_to(self.user).filter(pk=number).first()
        if found is None:
            raise ValidationError(_("There is no incident with this number that you may see."))
        return found


class LinkForm(OnceMixin, PlainForm):
    kind = forms.ChoiceField(
        label=_("This incident is"), choices=[(kind.value, kind.label) for kind in IncidentLink.BY_HAND],
        widget=forms.RadioSelect, initial=IncidentLink.Kind.RELATED.value,
    )  # fmt: skip
    to = ReferenceField(label=_("Which incident"), max_length=20, help_text=_("Its reference, such as INC-0012."))
    note = forms.CharField(label=_("Why, in a sentence"), max_length=500, required=False)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].user = user  # type: ignore[attr-defined]


class UnlinkForm(OnceMixin, PlainForm):
    reason = LongText(label=_("Why they do not belong together"), rows=2, max_length=500)


class EntriesField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # generic for the checker only
    def label_from_instance(self, obj: Any) -> str:
        text = obj.text if len(obj.text) <= 120 else obj.text[:119] + "…"
        return f"{obj.occurred_at:%d %b %H:%M} {obj.get_kind_display()}: {text}"


class SplitForm(OnceMixin, PlainForm):
    title = forms.CharField(label=_("Title of the new incident"), max_length=200)
    summary = LongText(label=_("What was seen"), rows=3)
    workflows = forms.ModelMultipleChoiceField(
        label=_("Workflows that it takes"), queryset=Workflow.objects.none(), widget=forms.CheckboxSelectMultiple,
        help_text=_("At least one stays. One that was contained here stays concerned here too."),
    )  # fmt: skip
    entries = EntriesField(
        label=_("Timeline entries to copy"), queryset=TimelineEntry.objects.none(), required=False,
        widget=forms.CheckboxSelectMultiple, help_text=_("Each copy says where it comes from. The originals stay."),
    )  # fmt: skip
    reason = LongText(label=_("Why it is split"), rows=2, max_length=500)

    def __init__(self, *args: Any, incident: Incident, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: Any = self.fields
        fields["workflows"].queryset = Workflow.objects.filter(incident_links__incident=incident).order_by("name")
        newest = TimelineEntry.objects.filter(incident=incident).order_by("-occurred_at", "-id").values("pk")[:SHOWN]
        rows = TimelineEntry.objects.filter(pk__in=newest).select_related("author")
        fields["entries"].queryset = rows.order_by("-occurred_at", "-id")
