"""The organisation's rules: what is in force, what differs between two versions, whom they name."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from registry import communicating, escalation
from registry.models import OrganisationRules, User
from registry.organisation_rules import RulesKind
from registry.reports.rules_tables import Names, Table, tables_of


@dataclass(frozen=True)
class Difference:
    """A line that was added, removed or changed; empty text on the side where it is missing."""

    name: str
    old: str
    new: str


def names_in(*versions: OrganisationRules) -> Names:
    """Names of the people in them, as they are called today. At most one query."""
    wanted = {
        person
        for one in versions
        if one.kind == RulesKind.ESCALATION
        for person in escalation.people_in(one.definition)
    }
    return names_of(wanted)


def names_of(wanted: Iterable[int]) -> Names:
    numbers = set(wanted)
    if not numbers:
        return {}
    people = User.objects.filter(pk__in=numbers)
    return {
        person.pk: str(person) if person.is_active else _("%(person)s (left)") % {"person": person} for person in people
    }


def differences(kind: RulesKind, old: Mapping[str, Any], new: Mapping[str, Any], names: Names) -> list[Difference]:
    before, after = (_lines(tables_of(kind, one, names)) for one in (old, new))
    wanted = [*before, *(name for name in after if name not in before)]
    found = (Difference(name, before.get(name, ""), after.get(name, "")) for name in wanted)
    return [one for one in found if one.old != one.new]


def disagreements(in_force: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Where the rules about telling people say something else than the severity scale. `in_force`: by kind."""
    scale, rules = in_force.get(RulesKind.SEVERITY), in_force.get(RulesKind.COMMUNICATION)
    return communicating.disagreements(rules, scale) if scale and rules else []


def dossier(at: datetime) -> list[dict[str, Any]]:
    """What is in force, as plain data ready to be frozen. Two queries."""
    rows = OrganisationRules.objects.select_related("owner").all_in_force(at)
    names = names_in(*rows.values())
    return [_told(row, tables_of(row.rules_kind, row.definition, names)) for row in rows.values()]


def _told(row: OrganisationRules, tables: list[Table]) -> dict[str, Any]:
    return {
        "kind": row.rules_kind.label,
        "number": row.number,
        "owner": row.owner.name if row.owner else None,
        "in_force_since": row.effective_at,
        "tables": [
            {
                "caption": table.caption,
                "first": table.first,
                "heads": list(table.heads),
                "rows": [{"head": line.head, "cells": list(line.cells)} for line in table.rows],
            }
            for table in tables
        ],
    }


def _lines(tables: list[Table]) -> dict[str, str]:
    """Each row under its own name; the cells of a ladder or a rule stand in one line."""
    return {
        f"{table.severity}, {row.head}" if table.severity else row.head: " · ".join(cell for cell in row.cells if cell)
        for table in tables
        for row in table.rows
    }
