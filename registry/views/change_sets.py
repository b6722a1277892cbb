"""Change-sets: all of them, one with its rows, and undoing one after seeing what would go back."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.forms.imports import UndoForm
from registry.kernel.access.verdict import require
from registry.kernel.http.pages import page
from registry.models import ChangeSet, ImportRow
from registry.policies.imports import may_import, may_see_change_sets, may_undo
from registry.services import change_sets as services
from registry.services import changing, importing
from registry.services.exchange import kind_of
from registry.views.imports_finding import word_for
from registry.views.imports_records import lines_of_records
from registry.views.requests import SignedInRequest

PAGE = 50
SHOWN = 100
"""Rows in the preview of an undoing."""


@page(may_see_change_sets, "GET")
def change_sets(request: SignedInRequest) -> HttpResponse:
    kind = request.GET.get("kind", "")
    kind = kind if kind in ChangeSet.Kind.values else ""
    rows = ChangeSet.objects.select_related("asked_by").defer("problems", "mapping_used").order_by("-id")
    context = {
        "page_obj": Paginator(rows.filter(kind=kind) if kind else rows, PAGE).get_page(request.GET.get("page")),
        "kind": kind,
        "kinds": [(v or None, label, v == kind) for v, label in [("", _("All")), *ChangeSet.Kind.choices]],
    }
    return render(request, "registry/change_sets/list.html", context)


@page(may_see_change_sets, "GET")
def change_set(request: SignedInRequest, pk: int) -> HttpResponse:
    people = ("applied_by", "undone_by", "undoes")
    found = get_object_or_404(ChangeSet.objects.select_related(*people), pk=pk)
    if found.kind == ChangeSet.Kind.IMPORT:
        return redirect("import", pk)
    rows = found.rows.select_related("workflow").order_by("row_number")
    page_obj = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "change_set": found,
        "page_obj": page_obj,
        "rows": _told(list(page_obj.object_list), found.of),
        "what": word_for(found.of),
        "may_undo": may_undo(request.user, found) & changing.can_be_undone(found),
        "undone_by_set": ChangeSet.objects.filter(undoes=found).first(),
    }
    return render(request, "registry/change_sets/change_set.html", context)


@page(may_import)
def undo(request: SignedInRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(ChangeSet, pk=pk)
    require(may_undo, request.user, found)
    if found.kind == ChangeSet.Kind.IMPORT:
        return redirect("import-undo", pk)
    if not changing.can_be_undone(found):
        return redirect("change-set", pk)
    way = changing.way_back(found)
    sentences = [str(clash) for clash in way.clashes]
    form = UndoForm(request.POST or None, has_clashes=bool(sentences))
    is_refused = False
    if request.method == "POST" and form.is_valid():
        try:
            return _undone(request, found, form)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        except importing.UndoRefused as refused:
            sentences, is_refused = refused.sentences, True
            form = UndoForm(initial=form.cleaned_data, has_clashes=True)
    shown = way.back[:SHOWN]
    words = changing.words_of(shown)
    context: dict[str, Any] = {
        "change_set": found,
        "form": form,
        "sentences": sentences,
        "is_refused": is_refused,
        "going": len(way.back),
        "rows": [(w.workflow.reference, w.workflow, told, False) for w, told in zip(shown, words, strict=True)],
    }
    status = 409 if is_refused else 422 if form.errors else 200
    return render(request, "registry/change_sets/undo.html", context, status=status)


def _undone(request: SignedInRequest, found: ChangeSet, form: UndoForm) -> HttpResponse:
    made = services.undo(
        found,
        by=request.user,
        at=timezone.now(),
        reason=form.cleaned_data["reason"],
        leave_out_clashes=form.leaves_out,
    )
    messages.success(request, _("Undone. This change-set says what went back."))
    return redirect(made)


def _told(rows: list[ImportRow], of: str) -> list[tuple[str, Any, Any, bool]]:
    removed = ImportRow.Outcome.REMOVED
    if kind := kind_of(of):
        lines = lines_of_records(kind, rows)
        return [(line.name, line, line.changes, line.row.outcome == removed) for line in lines]
    words = changing.told([(row.before, row.after) for row in rows])
    return [
        (row.workflow_reference, row.workflow, told, row.outcome == removed)
        for row, told in zip(rows, words, strict=True)
    ]
