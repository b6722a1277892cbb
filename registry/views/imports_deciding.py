"""Applying, undoing and discarding an import."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.forms.imports import UndoForm
from registry.kernel.access.verdict import require
from registry.kernel.http.pages import page
from registry.models import ChangeSet
from registry.policies.imports import may_import_records, may_undo
from registry.services import change_sets as services
from registry.services import importing
from registry.views.imports_finding import found_import
from registry.views.imports_showing import shown_import
from registry.views.requests import SignedInRequest


@page(may_import_records, "POST")
def import_apply(request: SignedInRequest, pk: int) -> HttpResponse:
    change_set = found_import(request, pk)
    try:
        done = importing.apply(change_set, by=request.user, at=timezone.now())
    except importing.Drifted as drifted:
        change_set.refresh_from_db()
        return shown_import(request, change_set, status=409, drift=drifted.rows[:100], drifted=len(drifted.rows))
    words = {"created": done.counts["created"], "changed": done.counts["changed"]}
    of_workflows = _("Imported: %(created)d workflows created, %(changed)d changed.")
    said = _("Imported: %(created)d created, %(changed)d changed.") if done.of else of_workflows
    messages.success(request, said % words)
    return redirect("import", pk)


@page(may_import_records)
def import_undo(request: SignedInRequest, pk: int) -> HttpResponse:
    change_set = found_import(request, pk)
    require(may_undo, request.user, change_set)
    if change_set.status != ChangeSet.Status.APPLIED and request.method == "GET":
        return redirect("import", pk)
    sentences = importing.clashes_of(change_set)
    form = UndoForm(request.POST or None, has_clashes=bool(sentences))
    is_refused = False
    if request.method == "POST" and form.is_valid():
        try:
            services.undo(
                change_set,
                by=request.user,
                at=timezone.now(),
                reason=form.cleaned_data["reason"],
                leave_out_clashes=form.leaves_out,
            )
        except ValidationError as refusal:
            form.add_error(None, refusal)
        except importing.UndoRefused as refused:
            sentences, is_refused = refused.sentences, True
            form = UndoForm(initial=form.cleaned_data, has_clashes=True)
        else:
            messages.success(request, _("The import was undone. Its history stays."))
            return redirect("import", pk)
    status = 409 if is_refused else 422 if form.errors else 200
    context = {"change_set": change_set, "form": form, "sentences": sentences, "is_refused": is_refused}
    return render(request, "registry/imports/undo.html", context, status=status)


@page(may_import_records, "POST")
def import_discard(request: SignedInRequest, pk: int) -> HttpResponse:
    change_set = found_import(request, pk)
    importing.discard(change_set, by=request.user, at=timezone.now())
    messages.success(request, _("“%(title)s” was discarded; nothing was imported.") % {"title": change_set.title})
    return redirect("imports")
