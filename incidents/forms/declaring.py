"""Declaring in under a minute: three questions, and more behind a fold."""

from collections.abc import Mapping
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from incidents.forms.fields import LongText, MomentField
from incidents.models import Incident
from incidents.severity import Category, DataInvolved, Exposure, Harm, Reversibility
from registry.kernel.http.forms import OnceMixin, PlainForm
from registry.models import Stage, Workflow

UNKNOWN = "unknown"
SHOWN = 8
"""Candidates offered at once; more words narrow them down."""


def candidates(words: str) -> list[Workflow]:
    """Workflows that match `words`; without words those in use, the most critical first."""
    found: QuerySet[Workflow] = Workflow.objects.exclude(stage=Stage.RETIRED)
    if words.strip():
        return list(found.search_for(words).order_by("name", "pk")[:SHOWN])  # type: ignore[attr-defined]
    return list(found.exclude(tier="").order_by("tier", "name", "pk")[:SHOWN])


class WorkflowChooser(forms.Widget):
    """A search field and the workflows it found, as radio buttons: the same with script and without."""

    template_name = "incidents/widgets/workflow_chooser.html"
    use_fieldset = True
    allow_unknown = True
    shows_similar = True
    words = ""

    def get_context(self, name: str, value: Any, attrs: Mapping[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, dict(attrs or {}))
        chosen = Workflow.objects.filter(pk=value).first() if str(value or "").isdigit() else None
        found = [w for w in candidates(self.words) if chosen is None or w.pk != chosen.pk]
        return context | {
            "name": name,
            "value": str(value or ""),
            "words": self.words,
            "workflows": [chosen, *found] if chosen else found,
            "unknown": UNKNOWN if self.allow_unknown else "",
            "shown": SHOWN,
            "similar_url": reverse("declare-similar") if self.shows_similar else "",
        }


class WorkflowField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic for the checker only
    widget = WorkflowChooser

    def __init__(self, **options: Any) -> None:
        super().__init__(Workflow.objects.exclude(stage=Stage.RETIRED), **options)

    def to_python(self, value: Any) -> Any:
        if value == UNKNOWN:
            return UNKNOWN
        if value and not str(value).isdigit():
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return super().to_python(value)

    def clean(self, value: Any) -> Workflow | None:
        """None when the person said that they do not know it."""
        known = super().clean(value)
        return None if known == UNKNOWN else known


class WhereForm(OnceMixin, PlainForm):
    """Anything that is about a workflow. `q` beside it are the words to look for one."""

    workflow = WorkflowField(
        label=_("Which workflow?"), error_messages={"required": _("Choose a workflow, or say that you do not know.")}
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.chooser.words = str(self.data.get("q", "") if self.is_bound else self.initial.get("q", ""))

    @property
    def chooser(self) -> WorkflowChooser:
        return cast(WorkflowChooser, self.fields["workflow"].widget)


class ConcernsForm(WhereForm):
    """Another workflow that an incident concerns."""

    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.chooser.allow_unknown = self.chooser.shows_similar = False

    def clean_workflow(self) -> Workflow:
        if self.cleaned_data["workflow"] is None:
            raise ValidationError(self.fields["workflow"].error_messages["required"], code="required")
        return self.cleaned_data["workflow"]  # type: ignore[no-any-return]


class SeenForm(WhereForm):
    """What was seen, in a line and in as many words as it takes, and where."""

    field_order = ["title", "summary", "workflow"]

    title = forms.CharField(
        label=_("What did you see?"),
        max_length=200,
        help_text=_("One line: it names the incident everywhere."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "enterkeyhint": "next"}),
    )
    summary = LongText(
        label=_("What happened, as far as you know"),
        required=False,
        help_text=_("Numbers, times, who noticed. You can add more later."),
    )

    def clean_summary(self) -> str:
        """Whoever has no time for more has said everything in the first line."""
        return str(self.cleaned_data["summary"] or self.cleaned_data.get("title", ""))


class DeclareForm(SeenForm):
    NOT_SURE = "NOT_SURE"

    harm = forms.ChoiceField(
        label=_("What harm?"),
        choices=[*Harm.choices(), (NOT_SURE, _("Not sure: it starts at SEV-2"))],
        initial=NOT_SURE,
        widget=forms.RadioSelect,
    )
    harm_seen = LongText(label=_("Harm seen or feared"), required=False, rows=2)
    kind = forms.ChoiceField(
        label=_("Kind of failure"),
        choices=Incident.Kind.choices,
        initial=Incident.Kind.UNKNOWN,
        required=False,
    )
    detected_at = MomentField(label=_("When it was noticed"), required=False)
    reversibility = forms.ChoiceField(
        label=_("Can what followed be undone?"),
        choices=[("", _("Not known")), *Reversibility.choices()],
        required=False,
    )
    exposure = forms.ChoiceField(
        label=_("Whom did it reach?"), choices=[("", _("Not known")), *Exposure.choices()], required=False
    )
    data_involved = forms.ChoiceField(
        label=_("Data involved"), choices=[("", _("Not known")), *DataInvolved.choices()], required=False
    )
    active_exploitation = forms.BooleanField(label=_("Somebody is exploiting it now"), required=False)
    is_restricted = forms.BooleanField(
        label=_("Restricted"),
        required=False,
        help_text=_("Only you, people you let in, risk staff and auditors can see it."),
    )
    is_exercise = forms.BooleanField(
        label=_("Exercise"), required=False, help_text=_("A drill: marked everywhere and left out of the figures.")
    )

    MORE = (
        "harm_seen",
        "kind",
        "detected_at",
        "reversibility",
        "exposure",
        "data_involved",
        "active_exploitation",
        "is_restricted",
        "is_exercise",
    )

    def inputs(self) -> dict[str, Any]:
        """What is known for the severity rule. Without a clear answer about harm the declarer is unsure."""
        given = self.cleaned_data
        asked = {"reversibility": "reversibility", "exposure": "exposure", "data": "data_involved"}
        known: dict[str, Any] = {name: given[field] for name, field in asked.items() if given[field]}
        if given["active_exploitation"]:
            known["active_exploitation"] = True
        if given["harm"] == self.NOT_SURE:
            return known | {"unsure": True}
        return known | {"harm": given["harm"]}

    @property
    def more_is_open(self) -> bool:
        """Whether the fold must be open: something in it is filled in or wrong."""
        return any(self[name].errors or (self.is_bound and self[name].data) for name in self.MORE if name != "kind")


class NearMissForm(SeenForm):
    category = forms.ChoiceField(
        label=_("What was it?"),
        choices=[
            (Category.NEAR_MISS.value, _("Near miss: it would have done harm, and was caught")),
            (Category.QUALITY_ISSUE.value, _("Quality issue: worse than it should be, below the line of an incident")),
        ],
        initial=Category.NEAR_MISS.value,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.chooser.allow_unknown = False

    def clean_workflow(self) -> Workflow:
        if self.cleaned_data["workflow"] is None:
            raise ValidationError(_("Choose a workflow."), code="required")
        return self.cleaned_data["workflow"]  # type: ignore[no-any-return]
