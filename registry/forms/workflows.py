"""Registering and editing a workflow, whole or one part at a time."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from registry.custom_values import PREFIX
from registry.forms.custom_values import CUSTOM_HEADING, custom_questions, stored_form
from registry.kernel.http.forms import OnceMixin, ReasonMixin, VersionedForm
from registry.models import User, Workflow
from registry.models.workflow_words import OWNERS
from registry.policies import workflows as policies

PARTS = {
    "purpose": (_("What it does"), ("name", "purpose", "outputs", "affected_people")),
    "people": (_("Who answers for it"), OWNERS),
    "stage": (
        _("Where it stands"),
        (
            "stage",
            "autonomy",
            "initiated_date",
            "developed_date",
            "implemented_date",
            "retired_date",
            "next_review_date",
        ),
    ),
    "reach": (_("Whom it touches"), ("impact", "is_public_facing", "uses_personal_data")),
    "place": (
        _("Where it belongs"),
        ("business_unit", "vendor", "topic", "system_name", "contract_reference", "tags"),
    ),
}
"""Part → its heading and its fields, in the order of the page."""
CUSTOM = "custom"
"""The part with the custom fields, where there are any."""
RECORD_FIELDS = [name for _heading, names in PARTS.values() for name in names]


def a_day() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class WorkflowForm(VersionedForm[Workflow], ReasonMixin, OnceMixin):
    """`by` decides which fields can be changed; `part` leaves only the fields of that part."""

    tags = forms.CharField(label=_("Tags"), required=False, help_text=_("Separate several with commas."))
    field_order = [*RECORD_FIELDS, "reason"]

    class Meta:
        model = Workflow
        fields = RECORD_FIELDS
        widgets = {
            **{name: forms.Textarea(attrs={"rows": 3}) for name in ("purpose", "outputs", "affected_people")},
            **{name: a_day() for name in PARTS["stage"][1] if name.endswith("_date")},
        }
        help_texts = {
            "purpose": _("One or two sentences that somebody from another department understands."),
            "outputs": _("What it produces: a score, a draft, a decision, an action."),
            "affected_people": _("Whose day it changes, and about how many they are."),
            "stage": _("Into production it goes by a granted request on its tab Gates."),
            "autonomy": _("Once it runs, a higher level needs a granted request on its tab Gates."),
            "next_review_date": _("The day by which this entry is looked at again."),
        }

    def __init__(self, *args: Any, by: User, part: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by, self.part = by, part
        self.initial["tags"] = ", ".join(self.instance.tags)
        self.custom = custom_questions(self.instance.custom)
        self.fields.update(self.custom)
        self.order_fields([*RECORD_FIELDS, *self.custom, "reason"])
        if part:
            kept = {*(PARTS[part][1] if part in PARTS else self.custom), "reason", "opened_version", "once"}
            for name in [name for name in self.fields if name not in kept]:
                del self.fields[name]
        self._limit_owners()

    def _limit_owners(self) -> None:
        allowed = policies.may_set_owner(self.by, self.instance)
        for name in OWNERS:
            if name not in self.fields:
                continue
            field: Any = self.fields[name]
            named = getattr(self.instance, f"{name}_id")
            field.queryset = User.objects.active() | User.objects.filter(pk=named)
            field.empty_label = _("Nobody")
            if not allowed:
                field.disabled, field.help_text = True, allowed.reason
                field.needed_later = True  # not "optional": closed

    def stored(self, current: Workflow) -> "WorkflowForm":
        return WorkflowForm(instance=current, by=self.by, part=self.part)

    def clean_tags(self) -> list[str]:
        tags = list(dict.fromkeys(tag.strip() for tag in self.cleaned_data["tags"].split(",") if tag.strip()))
        if long := next((tag for tag in tags if len(tag) > 40), ""):
            raise forms.ValidationError(_("“%(tag)s…” is longer than 40 characters."), params={"tag": long[:20]})
        return tags

    @property
    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Headings with their fields, for the page."""
        parts = {**PARTS, **({CUSTOM: (CUSTOM_HEADING, tuple(self.custom))} if self.custom else {})}
        shown = {self.part: parts[self.part]} if self.part in parts else {} if self.part else parts
        return [(str(heading), [self[name] for name in names]) for heading, names in shown.values()]

    def changes(self) -> dict[str, Any]:
        """What the service is given: the fields on this page that this person may change."""
        found = {
            name: self.cleaned_data[name]
            for name in RECORD_FIELDS
            if name in self.fields and not self.fields[name].disabled
        }
        given = {
            name.removeprefix(PREFIX): stored_form(self.cleaned_data[name])
            for name in self.custom
            if name in self.fields
        }
        return {**found, "custom": given} if given else found
