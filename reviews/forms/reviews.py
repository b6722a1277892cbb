"""Writing a review, deciding on it, and opening it again."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from registry.kernel.http.forms import PlainForm, VersionedForm
from reviews.models import Review
from reviews.services.reviews import ANSWERS

HINTS = {
    "what_happened": _("Facts in order, without blame: what the workflow did, to whom, and how it came out."),
    "root_cause": _("Why it could happen. Name conditions, not people."),
    "detection": _("From the first wrong result to the moment somebody knew."),
    "first_signal": _("A monitor, a person, a complaint. If nothing fired, say so."),
    "containment": _("What stopped it, how long that took, and what would have been quicker."),
    "blast_radius": _("How far it reached, and what made it reach further than it had to."),
    "controls": _("Which checks were there, and why they let it pass."),
    "went_well": _("What should stay as it is."),
}
OPTIONAL = ("root_cause", "went_well")
"""The other answers may wait, but without them the review is not submitted."""
ROWS = {"what_happened": 7, "root_cause": 5, "went_well": 3}


class InARow(forms.BoundField):
    """Choices that flow beside each other instead of one below the other."""

    def css_classes(self, extra_classes: Any = None) -> str:
        return f"{super().css_classes(extra_classes)} inline".strip()


class Causes(forms.MultipleChoiceField):
    bound_field_class = InARow


class ReviewForm(VersionedForm[Review]):
    causes = Causes(
        label=_("Where the cause lies"),
        choices=Review.Cause.choices,
        widget=forms.CheckboxSelectMultiple(),
        required=False,
        help_text=_("All that had a part in it."),
    )

    class Meta:
        model = Review
        fields = ANSWERS

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, hint in HINTS.items():
            self.fields[name].help_text = hint
            self.fields[name].widget = forms.Textarea(attrs={"rows": ROWS.get(name, 4)})
        for name in ANSWERS:
            vars(self.fields[name])["needed_later"] = name not in OPTIONAL

    def answers(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ANSWERS}


class DecisionForm(PlainForm):
    note = forms.CharField(
        label=_("Note"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed when you return it: what should change."),
    )


class ReopenReviewForm(PlainForm):
    reason = forms.CharField(
        label=_("Why it is opened again"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The approved version stays in the history."),
    )
