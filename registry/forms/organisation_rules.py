"""Proposing a version of the organisation's rules: what every kind asks, and where a problem belongs on the page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext_lazy as _

from registry.forms.surfaces import a_moment
from registry.kernel.http.forms import OnceMixin, PlainForm
from registry.models import User
from registry.placed import Place, Problem

BLANK_ROWS = 1
MORE_ROWS = 3


@dataclass(frozen=True)
class Line:
    """Fields that stand in one line; `number` where lines are counted."""

    title: str
    fields: Sequence[BoundField]
    number: int = 0


@dataclass(frozen=True)
class Group:
    """A part of the form. `severity` where it is about one level; `is_table` where lines are rows of one table."""

    title: str
    severity: str
    lines: Sequence[Line]
    is_table: bool = True


class RulesForm(PlainForm, OnceMixin):
    """Base of the four forms. Each builds its fields from a definition and reads one back from what was typed."""

    owner = forms.ModelChoiceField(
        label=_("Owner"),
        queryset=User.objects.none(),
        help_text=_("Keeps these rules true, and may propose the next change."),
    )
    reason = forms.CharField(
        label=_("Why the rules should change"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )
    effective_at = forms.DateTimeField(
        label=_("In force from (UTC)"),
        required=False,
        widget=a_moment(),
        help_text=_("Left empty: as soon as a second person approves it."),
    )
    base = forms.IntegerField(widget=forms.HiddenInput())
    has_rows = False
    """Whether rows can be added."""
    needs_people = False
    """Whether the page offers the addresses of people."""

    def __init__(self, *args: Any, definition: Mapping[str, Any], is_trial: bool = False, **kwargs: Any) -> None:
        """`is_trial`: only the rules are looked at, so reason and owner may wait."""
        super().__init__(*args, **kwargs)
        self.counts: dict[str, int] = {}
        """How many rows each part of the page shows; sent along, hidden."""
        people: Any = self.fields["owner"]
        people.queryset = User.objects.active()
        for name in ("reason", "owner") if is_trial else ():
            self.fields[name].required = False
            vars(self.fields[name])["needed_later"] = True
        self.build(definition)
        for name in set(self.fields) - set(RulesForm.base_fields):
            vars(self.fields[name])["needed_later"] = True  # what may stay empty is said once, below the rows

    def build(self, definition: Mapping[str, Any]) -> None:
        """Add the fields of the rules, as `definition` has them or, bound, as many as were sent."""
        raise NotImplementedError

    def groups(self) -> list[Group]:
        raise NotImplementedError

    def definition(self) -> dict[str, Any]:
        """What was typed. Only after `is_valid`."""
        raise NotImplementedError

    def field_at(self, place: Place) -> str | None:
        """The field in which the value at `place` of the definition was typed."""
        raise NotImplementedError

    def show(self, problems: Sequence[Problem]) -> None:
        """Each problem at its field; what belongs to none stands on top, with its place in words."""
        for problem in problems:
            name = self.field_at(problem.place)
            if name in self.fields:
                self.add_error(name, problem.text)
            else:
                self.add_error(None, str(problem))

    def own(self) -> list[BoundField]:
        """The fields every kind has."""
        return [self[name] for name in ("owner", "reason", "effective_at")]

    def bound_rows(self, name: str, stored: int, most: int) -> int:
        """How many rows to show: those sent, or those stored and one to fill."""
        if not self.is_bound:
            return min(stored + BLANK_ROWS, most)
        sent = str(self.data.get(name, ""))
        count = int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 4 else stored
        return min(count + (MORE_ROWS if self.data.get("verb") == "more" else 0), most)


class RulesDecisionForm(PlainForm):
    """Approve, refuse or withdraw; the verb comes from the button pressed."""

    verb = forms.ChoiceField(
        choices=[("approve", "approve"), ("refuse", "refuse"), ("withdraw", "withdraw")], widget=forms.HiddenInput()
    )
    reason = forms.CharField(
        label=_("Reason for the decision"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )
