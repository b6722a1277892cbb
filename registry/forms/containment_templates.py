"""Choosing from a template and adapting what is chosen, on one page."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.containment_templates import Template, TemplateOption
from registry.forms.containment import EXECUTING
from registry.kernel.http.forms import OnceMixin, PlainForm, ReasonMixin
from registry.models import ContainmentOption, Role

LONGEST_MINUTES = 60 * 24 * 30


@dataclass(frozen=True)
class Block:
    """One option of the template on the page."""

    option: TemplateOption
    kind: str
    is_there: bool
    """The workflow has an option of this name already."""
    chosen: BoundField
    fields: tuple[BoundField, ...]

    @property
    def roles(self) -> str:
        return ", ".join(str(Role(role).label) for role in self.option.executors)

    @property
    def has_errors(self) -> bool:
        return any(field.errors for field in self.fields)


class TemplateForm(PlainForm, ReasonMixin, OnceMixin):
    """Each option may be left out; its words, times and roles may be changed. Nothing is saved before it is sent."""

    def __init__(self, *args: Any, template: Template, there: set[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.template, self.there = template, there
        for option in template.options:
            for name, field in _fields(option).items():
                self.fields[f"{option.key}-{name}"] = field
            self.initial[f"{option.key}-chosen"] = option.key not in there
        self.order_fields([*(name for name in self.fields if name != "reason"), "reason"])

    def blocks(self) -> Iterator[Block]:
        for option in self.template.options:
            yield Block(
                option,
                str(ContainmentOption.Kind(option.kind).label),
                option.key in self.there,
                self[f"{option.key}-chosen"],
                tuple(self[f"{option.key}-{name}"] for name in _fields(option) if name != "chosen"),
            )

    def clean(self) -> dict[str, Any]:
        """What is left out need not be right."""
        super().clean()
        for option in self.template.options:
            if not self.cleaned_data.get(f"{option.key}-chosen"):
                for name in _fields(option):
                    self.errors.pop(f"{option.key}-{name}", None)
        if not self.errors and not self.chosen():
            self.add_error(None, _("Choose at least one option."))
        return self.cleaned_data

    def chosen(self) -> dict[str, dict[str, Any]]:
        typed = self.cleaned_data
        return {
            option.key: {name: typed.get(f"{option.key}-{name}") for name in _fields(option) if name != "chosen"}
            for option in self.template.options
            if typed.get(f"{option.key}-chosen")
        }


def _fields(option: TemplateOption) -> dict[str, forms.Field]:
    """In the order of the page, filled with what the template proposes."""
    return {
        "chosen": forms.BooleanField(label=option.name, required=False),
        "name": forms.CharField(label=_("Name"), max_length=150, initial=option.name),
        "instructions": forms.CharField(
            label=_("How it is done"),
            max_length=20_000,
            initial=option.instructions,
            widget=forms.Textarea(attrs={"rows": 4}),
        ),
        "executors": forms.MultipleChoiceField(
            label=_("Roles that may execute it"),
            choices=[(role.value, role.label) for role in EXECUTING],
            required=False,
            initial=list(option.executors),
            widget=forms.CheckboxSelectMultiple(),
        ),
        "expected_minutes": forms.IntegerField(
            label=gettext_lazy("Minutes until it takes effect"),
            min_value=0,
            max_value=LONGEST_MINUTES,
            initial=option.expected_minutes,
        ),
        "load_carrier": forms.CharField(
            label=_("What carries the load meanwhile"), max_length=250, required=False, initial=option.load_carrier
        ),
    }
