"""The page of one import: tiles, rows by outcome, problems by kind."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from registry.kernel.access.verdict import deny
from registry.models import ChangeSet, ImportRow
from registry.policies.imports import may_deal_with, may_undo
from registry.services import importing
from registry.services.exchange import kind_of
from registry.services.importing.kinds import kind_label
from registry.services.importing.targets import label, shown
from registry.services.importing.trying import TAKE_FILE
from registry.views.imports_finding import word_for
from registry.views.imports_records import lines_of_records
from registry.views.requests import SignedInRequest

PAGE = 50
OUTCOMES = ("created", "changed", "unchanged", "skipped")


@dataclass(frozen=True)
class Line:
    """One row as a table shows it."""

    row: ImportRow
    name: str
    url: str
    unit: str
    stage: str
    changes: list[tuple[str, str, str]]


@dataclass(frozen=True)
class Kind:
    code: str
    label: str
    severity: str
    count: int


def shown_import(request: SignedInRequest, change_set: ChangeSet, *, status: int = 200, **more: object) -> HttpResponse:
    counts = change_set.counts
    kinds = [Kind(k["code"], kind_label(k["code"]), k["severity"], k["count"]) for k in counts.get("kinds", [])]
    show = request.GET.get("show", "")
    if show not in (*OUTCOMES, "problems"):
        show = _first(counts)
    context: dict[str, Any] = {
        "change_set": change_set,
        "what": word_for(change_set.of),
        "counts": counts,
        "kinds": kinds,
        "show": show,
        "kept": next((kind.count for kind in kinds if kind.code == "KEPT_HERE"), 0),
        "takes_file": change_set.mapping_used.get(TAKE_FILE, False),
        "waits": change_set.status == ChangeSet.Status.TRIED,
        "may": _may(request, change_set),
        **more,
    }
    context |= _problems(request, change_set, kinds) if show == "problems" else _lines(request, change_set, show)
    return render(request, "registry/imports/import.html", context, status=status)


def _first(counts: dict[str, Any]) -> str:
    """What a person wants to see first: what stands in the way, then what would change."""
    if counts.get("errors"):
        return "problems"
    return next((name for name in ("changed", "created", "unchanged", "skipped") if counts.get(name)), "created")


def _may(request: SignedInRequest, change_set: ChangeSet) -> dict[str, object]:
    importer = may_deal_with(request.user, change_set)
    applied = change_set.status == ChangeSet.Status.APPLIED
    return {
        "import": importer,
        "apply": importer & importing.ready(change_set),
        "undo": may_undo(request.user, change_set) if applied else deny(_("It is not applied.")),
    }


def _lines(request: SignedInRequest, change_set: ChangeSet, show: str) -> dict[str, Any]:
    rows = change_set.rows.filter(outcome=show.upper()).select_related("workflow").order_by("row_number")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    if kind := kind_of(change_set.of):
        return {"page_obj": page, "lines": lines_of_records(kind, list(page.object_list))}
    return {"page_obj": page, "lines": [_line(row, change_set) for row in page.object_list]}


def _line(row: ImportRow, change_set: ChangeSet) -> Line:
    workflow = row.workflow
    known = row.after if row.outcome == ImportRow.Outcome.CREATED else {}
    name = str(known.get("name") or (workflow.name if workflow else "") or _spoken_for(row, change_set))
    changes = []
    if row.outcome == ImportRow.Outcome.CHANGED:
        changes = [
            (label(field), shown(field, row.before.get(field)), shown(field, value))
            for field, value in row.after.items()
        ]
    url = workflow.get_absolute_url() if workflow else ""
    unit, stage = shown("business_unit", known.get("business_unit")), shown("stage", known.get("stage"))
    return Line(row, name, url, unit, stage, changes)


def _spoken_for(row: ImportRow, change_set: ChangeSet) -> str:
    """The name as the file has it, for a row that became no workflow or whose workflow was removed since."""
    spec = change_set.mapping_used.get("columns", {}).get("name", {})
    column = spec.get("column") or next(iter(spec.get("columns", [])), "")
    return str(row.original.get(column, ""))[:300]


def _problems(request: SignedInRequest, change_set: ChangeSet, kinds: list[Kind]) -> dict[str, Any]:
    """Problems of one kind, or of all, paged by row."""
    wanted = request.GET.get("kind", "")
    kind = next((kind for kind in kinds if kind.code == wanted), None)
    rows = change_set.rows.order_by("row_number")
    rows = rows.filter(problems__contains=[{"code": kind.code}]) if kind else rows.exclude(problems=[])
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    fits = [problem for problem in change_set.problems if kind is None or problem["code"] == kind.code]
    problems = [
        problem | {"label": kind_label(problem["code"]), "number": row.row_number}
        for row in page.object_list
        for problem in row.problems
        if kind is None or problem["code"] == kind.code
    ]
    return {"page_obj": page, "kind": kind, "problems": problems, "of_file": fits if page.number == 1 else []}


def problem_lines(change_set: ChangeSet) -> tuple[list[str], Iterator[list[object]]]:
    """Headings and lines of the list of all problems."""
    columns = [_("Row"), _("Column"), _("Severity"), _("Kind"), _("Problem"), _("Value")]
    return columns, _every_problem(change_set)


def _every_problem(change_set: ChangeSet) -> Iterator[list[object]]:
    rows = change_set.rows.exclude(problems=[]).order_by("row_number").values_list("problems", flat=True)
    for problems in (change_set.problems, *rows.iterator(chunk_size=500)):
        for problem in problems:
            yield [
                problem["row"] or "",
                problem["column"],
                problem["severity"],
                kind_label(problem["code"]),
                problem["message"],
                problem["value"],
            ]
