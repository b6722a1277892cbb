"""Trying an import: everything it would do, kept with the change-set for people to look through."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from registry.kernel.access.verdict import require
from registry.kernel.audit.context import acting
from registry.kernel.http.errors import Conflict
from registry.models import ChangeSet, ImportMapping, User
from registry.policies.imports import may_deal_with
from registry.services.exchange import kind_of
from registry.services.importing.mappings import NAME_LIMIT, row_of
from registry.services.importing.planning import draw_up
from registry.services.importing.plans import Plan, problem_as_json
from registry.services.importing.receiving import WAITING, locked, one_import_at_a_time, open_received, why
from registry.services.importing.records import Job, try_records
from registry.services.importing.rows import replace_rows
from registry.sheets import FIELDS, Field, Problem, Severity, Sheet, validate_mapping

TAKE_FILE = "take_file"
"""Beside the mapping that was used: whether the file also overwrites what people changed here."""


@dataclass(frozen=True)
class Trial:
    change_set: ChangeSet
    plan: Plan

    @property
    def counts(self) -> dict[str, Any]:
        counts: dict[str, Any] = self.change_set.counts
        return counts


@transaction.atomic
def try_out(
    change_set: ChangeSet,
    mapping_data: Mapping[str, Any],
    mapping: ImportMapping | None = None,
    *,
    by: User,
    at: datetime,
    take_file: bool = False,
) -> Trial:
    """What applying would do. Nothing in the register changes; an earlier trial of this change-set is replaced."""
    if change_set.of:
        one_import_at_a_time()
    current = locked(change_set)
    require(may_deal_with, by, current)
    if current.status not in WAITING:
        raise Conflict(_("This import is not waiting any more, so it cannot be tried again. Upload the file anew."))
    sheet = open_received(current)
    plan = _plan(current, sheet, mapping_data, by=by, at=at, take_file=take_file)
    current.mapping = mapping or row_of(str(mapping_data["name"]), by=by)
    current.mapping_used = {**mapping_data, TAKE_FILE: take_file}
    with acting(user_id=by.pk, reason=_("Import “%(title)s” tried") % {"title": current.title}):
        keep(current, plan)
    return Trial(current, plan)


def _plan(
    change_set: ChangeSet, sheet: Sheet, mapping: Mapping[str, Any], *, by: User, at: datetime, take_file: bool
) -> Plan:
    kind = kind_of(change_set.of)
    if kind is None:
        return draw_up(sheet, mapping, take_file=take_file, notes=checked(mapping, sheet))
    notes = checked(mapping, sheet, kind.fields)
    return try_records(Job(kind, sheet, mapping, by, at, why(change_set), notes))


def try_again(change_set: ChangeSet, *, by: User, at: datetime, take_file: bool | None = None) -> Trial:
    """The same trial against the register as it is now; `take_file` None means as before."""
    used = change_set.mapping_used
    if not used:
        raise Conflict(_("The columns of this file have not been mapped yet."))
    take = used.get(TAKE_FILE, False) if take_file is None else take_file
    return try_out(change_set, mapping_of(change_set), change_set.mapping, by=by, at=at, take_file=take)


def mapping_of(change_set: ChangeSet) -> dict[str, Any]:
    return {name: value for name, value in change_set.mapping_used.items() if name != TAKE_FILE}


def checked(mapping: Mapping[str, Any], sheet: Sheet, fields: Mapping[str, Field] = FIELDS) -> list[Problem]:
    """What the mapping should warn of; a `ValidationError` when it cannot be used for this sheet."""
    problems = validate_mapping(mapping, sheet.columns, fields)
    errors = [f"{p.column}: {p.message}" if p.column else p.message for p in problems if p.severity is Severity.ERROR]
    if not errors and len(str(mapping["name"])) > NAME_LIMIT:
        errors = [_("The name of a mapping has at most %(limit)d characters.") % {"limit": NAME_LIMIT}]
    if errors:
        raise ValidationError({"mapping": errors})
    return problems


def keep(change_set: ChangeSet, plan: Plan) -> None:
    """Replace what is stored of an earlier trial. Rows carry their own problems, so none is ever dropped."""
    replace_rows(change_set, plan)
    change_set.counts = plan.counts()
    change_set.problems = [problem_as_json(problem) for problem in plan.problems]
    change_set.status = ChangeSet.Status.TRIED
    change_set.save()
