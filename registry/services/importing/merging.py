"""The file, the register and the last import, field by field: who changed what since, and whose value stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from registry.models import Stage, Workflow
from registry.services.importing.directory import Directory
from registry.services.importing.plans import Value
from registry.services.importing.targets import OWNERS, held, label, same, shown, unset
from registry.sheets import Problem
from registry.sheets.problems import warning
from registry.sheets.words import excerpt

Changes = dict[str, Value]
_FIELD_OF = {name: field for field, name in OWNERS.items()}


@dataclass(frozen=True)
class Merge:
    """`known` is what imports put into each workflow last; `columns` names the column of each field of the mapping."""

    directory: Directory
    known: Mapping[int, Mapping[str, Value]]
    columns: Mapping[str, str]
    take_file: bool

    def into(
        self, workflow: Workflow, values: Mapping[str, Value], number: int
    ) -> tuple[Changes, Changes, list[Problem]]:
        """Before, after, and a warning for each field that people changed here and that therefore stays."""
        before: Changes = {}
        after: Changes = {}
        kept: list[Problem] = []
        known = self.known.get(workflow.pk, {})
        for name, value in values.items():
            mine = held(workflow, name, self.directory)
            if same(mine, value):
                continue
            if self.take_file or same(mine, known.get(name, unset(name))):
                before[name], after[name] = mine, value
            else:
                kept.append(self._kept(name, mine, value, number))
        if after.get("stage") == Stage.PRODUCTION:
            before.pop("stage")
            kept.append(self._gated(workflow, str(after.pop("stage")), number))
        if after and _contradicts(workflow, after):
            for name in ("implemented_date", "retired_date"):
                if name in after:
                    kept.append(self._kept(name, before.pop(name), after.pop(name), number))
        return before, after, kept

    def _gated(self, workflow: Workflow, stage: str, number: int) -> Problem:
        """What is here goes live through a gate, never by a file."""
        message = _(
            "“%(label)s” stays “%(mine)s”: going live needs a granted request on the tab Gates of %(reference)s."
        ) % {"label": label("stage"), "mine": shown("stage", workflow.stage), "reference": workflow.reference}
        column = self.columns.get("stage", "")
        return warning(number, column, message, code="GATE_NEEDED", value=shown("stage", stage))

    def _kept(self, name: str, mine: Value, value: Value, number: int) -> Problem:
        message = _(
            "“%(label)s” was changed here since the last import and is kept: “%(mine)s”, not “%(file)s” as in the file."
        ) % {"label": label(name), "mine": excerpt(shown(name, mine)), "file": excerpt(shown(name, value))}
        column = self.columns.get(_FIELD_OF.get(name, name), "")
        return warning(number, column, message, code="KEPT_HERE", value=shown(name, value))


def without_contradiction(values: Changes, number: int, columns: Mapping[str, str]) -> list[Problem]:
    """The register holds no workflow that was retired before it was put to use: such a day is left out."""
    implemented, retired = values.get("implemented_date"), values.get("retired_date")
    if not (isinstance(implemented, date) and isinstance(retired, date) and retired < implemented):
        return []
    values["retired_date"] = None
    message = _(
        "Retired on %(retired)s, before it was implemented on %(implemented)s: the day of retirement is left out."
    )
    words = {"retired": retired.isoformat(), "implemented": implemented.isoformat()}
    return [warning(number, columns["retired_date"], message % words, code="DATE_LEFT_OUT", value=retired.isoformat())]


def _contradicts(workflow: Workflow, after: Mapping[str, Value]) -> bool:
    implemented = after.get("implemented_date", workflow.implemented_date)
    retired = after.get("retired_date", workflow.retired_date)
    return isinstance(implemented, date) and isinstance(retired, date) and retired < implemented
