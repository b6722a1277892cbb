"""The column-mapping screen: which column fills which field, and what its answers mean."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from registry.forms.imports_answers import BLANK, answer_name, is_understood, meaning, set_answers
from registry.kernel.http.forms import PlainForm
from registry.models import CustomField
from registry.services.exchange import RecordKind
from registry.services.importing.looking import Answer, answers, samples
from registry.services.importing.mappings import name_for
from registry.services.importing.targets import shown
from registry.sheets import FIELDS, Kind, Severity, Sheet, field_of, validate_mapping
from registry.sheets.rules import columns_of
from registry.sheets.suggesting import key_of
from registry.sheets.words import excerpt

MONTHS = [
    ("1", _("January")), ("2", _("February")), ("3", _("March")), ("4", _("April")), ("5", _("May")),
    ("6", _("June")), ("7", _("July")), ("8", _("August")), ("9", _("September")), ("10", _("October")),
    ("11", _("November")), ("12", _("December")),
]  # fmt: skip


class MappingForm(PlainForm):
    """Built from a sheet and the mapping it starts from; `definition` is the mapping as it was filled in.

    What the screen does not show of a mapping (blanks, doubts, shortening) is carried over as it is.
    """

    def __init__(
        self,
        data: Any = None,
        *,
        sheet: Sheet,
        start: Mapping[str, Any],
        chosen: str = "",
        kind: RecordKind | None = None,
    ) -> None:
        super().__init__(data)
        self.sheet, self.start, self.chosen, self.kind = sheet, start, chosen, kind
        self.known = kind.fields if kind else FIELDS
        self.samples = samples(sheet)
        self.left_out: dict[str, int] = {}
        self.answers: dict[str, list[Answer]] = {}
        columns = [(str(index), excerpt(column)) for index, column in enumerate(sheet.columns)]
        self.own = {} if kind else {field.parameter: field.name for field in CustomField.objects.in_use()}
        self.targets = [*self.known, *self.own]
        for field in self.targets:
            self._ask_column(field, columns)
            if field_of(field, self.known).kind is Kind.CHOICE:
                self._ask_answers(field)
        if not kind:
            self._ask_of_workflows(columns)
        self._ask_rest()

    def _ask_column(self, field: str, columns: list[tuple[str, str]]) -> None:
        current = self._columns(self.start["columns"].get(field))
        is_needed = field_of(field, self.known).is_needed
        nothing = ("", _("– choose –") if is_needed else _("– not imported –"))
        for position in range(max(1, len(current))):
            label = self.label(field)
            self.fields[f"column_{field}_{position}"] = forms.ChoiceField(
                label=_("%(field)s, another column") % {"field": label} if position else label,
                choices=[nothing, *columns],
                required=is_needed and position == 0,
                initial=self._index(current[position]) if current else "",
                error_messages={"required": self._unmapped},
            )

    @property
    def _unmapped(self) -> Any:
        if self.kind is None:
            return _("Every workflow needs a name: choose its column.")
        return _("Every row needs this: choose its column.")

    def _word(self, field: str, symbol: str | None) -> str:
        """What a symbol means, to people."""
        return self.kind.incoming[field].shown(symbol) if self.kind else shown(field, symbol)

    def _ask_answers(self, field: str) -> None:
        chosen = self._chosen(field) if self.is_bound else self._columns(self.start["columns"].get(field))
        self.answers[field], self.left_out[field] = answers(self.sheet, chosen)
        told = self.known[field]
        symbols = [(symbol, self._word(field, symbol)) for symbol in told.spellings]
        fallback = self.start["columns"].get(field, {}).get("default") or told.fallback
        warned = _("%(meaning)s, with a warning") % {"meaning": self._word(field, fallback)}
        unknown = [("", _("not known: its rows are reported") if self.kind else warned)]
        for answer in self.answers[field]:
            is_plain = is_understood(self.start, field, answer.text, self.known)
            self.fields[answer_name(field, answer.text)] = forms.ChoiceField(
                label=excerpt(answer.text),
                choices=[*([] if is_plain else unknown), *symbols, (BLANK, _("says nothing"))],
                required=False,
                initial=meaning(self.start, field, answer.text, self.known),
            )

    def answers_asked(self, field: str) -> list[tuple[Answer, forms.BoundField]]:
        """Each answer of the field's columns with the question what it means."""
        return [(answer, self[answer_name(field, answer.text)]) for answer in self.answers.get(field, [])]

    def _ask_of_workflows(self, columns: list[tuple[str, str]]) -> None:
        """What tells other records apart is known, and only workflows remember what a file said last."""
        self.fields["key"] = forms.MultipleChoiceField(
            label=_("Columns that together tell one row from another"),
            help_text=_("A second import finds each workflow again by what stands in them."),
            choices=columns,
            initial=[self._index(column) for column in self._columns({"columns": self.start.get("key") or [""]})],
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": _("Choose at least one column.")},
        )
        self.fields["fiscal_start"] = forms.ChoiceField(
            label=_("Fiscal years begin in"),
            choices=[("", _("not known: fiscal years are reported")), *MONTHS],
            required=False,
            initial=str(self.start.get("dates", {}).get("fiscal_start") or ""),
        )
        self.fields["take_file"] = forms.BooleanField(
            label=_("Take the file’s values even where people changed them here since the last import"), required=False
        )

    def _ask_rest(self) -> None:
        self.fields["order"] = forms.ChoiceField(
            label=_("A date such as 3/4/2024 means"),
            choices=[("", _("not known: such dates are reported")), ("MDY", _("4 March")), ("DMY", _("3 April"))],
            required=False,
            initial=self.start.get("dates", {}).get("order") or "",
        )
        self.fields["remember_as"] = forms.CharField(
            label=_("Remember this mapping as"),
            help_text=_("For the next file of this kind. Leave it blank to use the mapping this once."),
            max_length=150,
            required=False,
            initial="" if self.chosen else self.start.get("title", ""),
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name in self.data:
            if name.startswith("column_") and len(set(self._posted(name))) > 1:
                self.add_error(name if name in self.fields else None, _("Two columns for one field: choose one."))
        for field in self.targets:
            chosen = self._chosen(field)
            if len(set(chosen)) < len(chosen):
                self.add_error(f"column_{field}_1", _("This column is chosen for the field already."))
        if title := cleaned.get("remember_as"):
            try:
                name_for(title, chosen=self.chosen)
            except ValidationError as taken:
                self.add_error("remember_as", taken.messages)
        if not self.errors:
            self._check()
        return cleaned

    def _check(self) -> None:
        """What is still wrong with the mapping as a whole, at the field it concerns."""
        for problem in validate_mapping(self.definition, self.sheet.columns, self.known):
            if problem.severity is Severity.ERROR:
                at = f"column_{problem.column}_0"
                self.add_error(at if at in self.fields else None, problem.message)

    @property
    def definition(self) -> dict[str, Any]:
        """Total: also of a form that is not valid, so that the screen can be drawn again from it."""
        columns = {field: self._spec(field) for field in self.targets if self._chosen(field)}
        dates = {"order": self._given("order") or None, "fiscal_start": int(self._given("fiscal_start") or 0) or None}
        firsts = {field: columns_of(spec)[0] for field, spec in columns.items()}
        return {
            **self.start,
            **({"of": self.kind.key} if self.kind else {}),
            "key": key_of(firsts, self.known) if self.kind else self._named(self._posted("key")),
            "dates": {name: value for name, value in dates.items() if value is not None},
            "columns": columns,
        }

    def _spec(self, field: str) -> dict[str, Any]:
        chosen = self._chosen(field)
        spec = dict(self.start["columns"].get(field) or {"parse": str(field_of(field, self.known).kind)})
        spec.pop("column", None)
        spec.pop("columns", None)
        if len(chosen) == 1:
            spec.pop("combine", None)
        spec.update({"column": chosen[0]} if len(chosen) == 1 else {"columns": chosen})
        if field_of(field, self.known).kind is Kind.CHOICE:
            given = {
                answer.text: self.data[name]
                for answer in self.answers[field]
                if (name := answer_name(field, answer.text)) in self.data
            }
            set_answers(spec, field, given, self.start, self.known)
        return spec

    def _chosen(self, field: str) -> list[str]:
        return self._named([self.data.get(name, "") for name in self.columns_of(field)])

    def columns_of(self, field: str) -> list[str]:
        """Names of the questions for its columns. One name may begin another: `field.a` and `field.a_b`."""
        prefix = f"column_{field}_"
        return [name for name in self.fields if name.startswith(prefix) and name.removeprefix(prefix).isdigit()]

    def label(self, field: str) -> str:
        return self.own.get(field) or str(field_of(field, self.known).label)

    def _posted(self, name: str) -> list[str]:
        return self.data.getlist(name) if isinstance(self.data, QueryDict) else []

    def _given(self, name: str) -> str:
        if name not in self.fields:
            return ""
        value = str(self.data.get(name, ""))
        return value if value in {str(key) for key, _label in self.fields[name].choices} else ""  # type: ignore[attr-defined]

    def _named(self, indexes: list[str]) -> list[str]:
        numbers = [int(index) for index in indexes if index.isdigit()]
        return [self.sheet.columns[number] for number in numbers if number < len(self.sheet.columns)]

    def _columns(self, spec: Mapping[str, Any] | None) -> list[str]:
        named = columns_of(spec) if spec else ()
        return [column for column in named if column in self.sheet.columns]

    def _index(self, column: str) -> str:
        return str(self.sheet.columns.index(column))
