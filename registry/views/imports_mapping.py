"""The column-mapping screen, and trying again."""

from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from registry.forms.imports_mapping import MappingForm
from registry.kernel.access.verdict import require
from registry.kernel.http.errors import Conflict
from registry.kernel.http.pages import page
from registry.models import ChangeSet
from registry.policies.imports import may_deal_with, may_import_records
from registry.services import importing
from registry.services.exchange import kind_of
from registry.services.importing.choosing import Start, start_from
from registry.services.importing.receiving import WAITING
from registry.services.importing.trying import TAKE_FILE, mapping_of
from registry.sheets import Sheet
from registry.sheets.words import excerpt
from registry.views.imports_finding import found_import, word_for
from registry.views.requests import SignedInRequest


@page(may_import_records)
def import_map(request: SignedInRequest, pk: int) -> HttpResponse:
    change_set = found_import(request, pk)
    require(may_deal_with, request.user, change_set)
    if change_set.status not in WAITING:
        return redirect("import", pk)
    sheet = importing.open_received(change_set)
    start = _start(change_set, sheet, request.GET.get("mapping"))
    made = partial(MappingForm, sheet=sheet, chosen=start.name, kind=kind_of(change_set.of))
    form = made(request.POST or None, start=start.definition)
    if request.method == "POST" and request.POST.get("verb") == "refresh":
        form = made(start=form.definition)
    elif request.method == "POST" and form.is_valid():
        try:
            _try(request, change_set, form)
        except ValidationError as unsuitable:
            form.add_error(None, unsuitable.messages)
        else:
            return redirect("import", pk)
    else:
        form.initial[TAKE_FILE] = change_set.mapping_used.get(TAKE_FILE, False)
    return _drawn(request, change_set, form, start)


def _start(change_set: ChangeSet, sheet: Sheet, wanted: str | None) -> Start:
    """What was mapped before stays, unless another mapping is asked for."""
    start = start_from(sheet, change_set.filename, wanted, kind_of(change_set.of))
    if wanted is None and change_set.mapping_used:
        name = change_set.mapping.name if change_set.mapping else ""
        return Start(name, mapping_of(change_set), start.fits)
    return start


def _try(request: SignedInRequest, change_set: ChangeSet, form: MappingForm) -> None:
    definition, mapping, now = form.definition, None, timezone.now()
    if title := form.cleaned_data["remember_as"]:
        mapping = importing.remember(title, definition, chosen=form.chosen, by=request.user, at=now)
        definition = mapping.definition
    take_file = form.cleaned_data.get(TAKE_FILE, False)
    importing.try_out(change_set, definition, mapping, by=request.user, at=now, take_file=take_file)


def _drawn(request: SignedInRequest, change_set: ChangeSet, form: MappingForm, start: Start) -> HttpResponse:
    targets = [_target(form, field) for field in form.targets]
    used = {column for target in targets for column in target["columns"]}
    return render(
        request,
        "registry/imports/map.html",
        {
            "change_set": change_set,
            "what": word_for(change_set.of),
            "form": form,
            "start": start,
            "targets": targets,
            "asked": [target for target in targets if target["answers"]],
            "columns": [(column, texts, column in used) for column, texts in form.samples.items()],
            "rows": len(form.sheet.rows),
        },
        status=422 if form.errors else 200,
    )


def _target(form: MappingForm, field: str) -> dict[str, Any]:
    """One field of a workflow with its columns, what stands in the first of them, and what its answers mean."""
    asked = [form[name] for name in form.columns_of(field)]
    columns = [form.sheet.columns[int(value)] for bound in asked if str(value := bound.value() or "").isdigit()]
    known = form.answers_asked(field)
    return {
        "label": form.label(field),
        "asked": asked,
        "columns": columns,
        "samples": [excerpt(text) for text in form.samples[columns[0]]] if columns else [],
        "answers": known,
        "left_out": form.left_out.get(field, 0),
    }


@page(may_import_records, "POST")
def import_try(request: SignedInRequest, pk: int) -> HttpResponse:
    """The same mapping against the register as it is now, keeping or overwriting what people changed here."""
    change_set = found_import(request, pk)
    take = {"take": True, "keep": False}.get(request.POST.get("edited_here", ""))
    try:
        importing.try_again(change_set, by=request.user, at=timezone.now(), take_file=take)
    except ValidationError as unsuitable:
        raise Conflict(" ".join(unsuitable.messages)) from unsuitable
    return redirect("import", pk)
