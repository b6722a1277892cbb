"""Imports: what was brought in, bringing something in, and what one import would do or did."""

from hashlib import sha256

from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from registry.forms.imports import UploadForm
from registry.kernel.audit.events import note
from registry.kernel.http.pages import page
from registry.kernel.http.remembered import once
from registry.models import ChangeSet
from registry.policies.imports import (
    may_deal_with,
    may_import_records,
    may_see_change_sets,
    may_see_imports,
)
from registry.services import importing
from registry.sheets import csv_lines
from registry.views.imports_finding import found_import, word_for
from registry.views.imports_showing import PAGE, problem_lines, shown_import
from registry.views.requests import SignedInRequest


@page(may_see_imports, "GET")
def imports(request: SignedInRequest) -> HttpResponse:
    rows = (
        ChangeSet.objects.imports()
        .visible_to(request.user)
        .select_related("asked_by", "applied_by", "mapping")
        .defer("problems", "mapping_used")
    )
    return render(
        request,
        "registry/imports/imports.html",
        {
            "page_obj": (page_obj := Paginator(rows, PAGE).get_page(request.GET.get("page"))),
            "rows": [(change_set, word_for(change_set.of)) for change_set in page_obj],
            "may": {"import": may_import_records(request.user), "see_all": may_see_change_sets(request.user)},
        },
    )


@page(may_import_records)
def import_new(request: SignedInRequest) -> HttpResponse:
    initial = {"of": request.GET.get("of", "")}
    form = UploadForm(request.POST or None, request.FILES or None, by=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            with once(request.user, form.cleaned_data["once"]) as attempt:
                if attempt.earlier:
                    return redirect(attempt.earlier.location)
                change_set = importing.receive(
                    by=request.user,
                    at=timezone.now(),
                    upload=upload,
                    filename=upload.name or "file",
                    of=form.cleaned_data["of"],
                    reason=form.cleaned_data["reason"],
                )
                location = reverse("import-map", args=[change_set.pk])
                attempt.remember(location=location)
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            return redirect(location)
    status = 422 if form.errors else 200
    return render(request, "registry/imports/new.html", {"form": form}, status=status)


@page(may_see_imports, "GET")
def import_page(request: SignedInRequest, pk: int) -> HttpResponse:
    change_set = found_import(request, pk)
    if change_set.status == ChangeSet.Status.UPLOADED and may_deal_with(request.user, change_set):
        return redirect("import-map", pk)
    return shown_import(request, change_set)


@page(may_see_imports, "GET")
def import_row(request: SignedInRequest, pk: int, number: int) -> HttpResponse:
    """The row as it stood in the file: where the values of a workflow came from."""
    change_set = found_import(request, pk)
    row = get_object_or_404(change_set.rows.select_related("workflow"), row_number=number)
    order = {column: place for place, column in enumerate(change_set.counts.get("columns", []))}
    cells = sorted(row.original.items(), key=lambda cell: order.get(cell[0], len(order)))
    return render(request, "registry/imports/row.html", {"change_set": change_set, "row": row, "cells": cells})


@page(may_see_imports, "GET")
def import_problems(request: SignedInRequest, pk: int) -> HttpResponse:
    """Every problem, by row and column, as a file that a spreadsheet opens safely."""
    change_set = found_import(request, pk)
    columns, lines = problem_lines(change_set)
    content = b"".join(csv_lines(columns, lines))
    note(
        "DOWNLOADED",
        at=timezone.now(),
        object_type=change_set._meta.label_lower,
        object_id=change_set.pk,
        detail={"what": "problems", "sha256": sha256(content).hexdigest()},
    )
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="import-{pk}-problems.csv"'
    return response
