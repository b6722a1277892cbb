"""Erasures: what was asked for, what would go, and the second person's decision."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.forms.erasures import AskForm, DecideForm, RecordForm
from registry.kernel.access.verdict import require
from registry.kernel.http.forms import take_problems
from registry.kernel.http.pages import page
from registry.kernel.ledger import erasing
from registry.models import Erasure
from registry.policies import erasures as policies
from registry.services import erasures as services
from registry.views.requests import SignedInRequest
from registry.views.workflow_forms import create_once, status_of

PER_PAGE = 50


@page(policies.may_see_erasures, "GET")
def erasures(request: SignedInRequest) -> HttpResponse:
    rows = Erasure.objects.select_related("asked_by", "decided_by")
    shown = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    names = erasing.kinds()
    context = {
        "page_obj": shown,
        "rows": [(row, names.get(row.object_type, row.object_type)) for row in shown.object_list],
        "may_ask": policies.may_ask_erasure(request.user),
    }
    return render(request, "erasures/erasures.html", context)


@page(policies.may_ask_erasure)
def ask(request: SignedInRequest) -> HttpResponse:
    """First which record, by address; then what of it."""
    which = RecordForm(request.GET or None)
    record = _record(which) if request.GET else None
    if record is None:
        return render(request, "erasures/which.html", {"form": which}, status=status_of(which))
    form = AskForm(request.POST or None, model=type(record))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data

        def make() -> str:
            made = services.ask(
                by=request.user,
                at=timezone.now(),
                object_type=record._meta.label_lower,
                object_id=str(record.pk),
                fields=given["fields_chosen"],
                basis=given["basis"],
                reason=given["reason"],
            )
            messages.success(request, _("%(number)s is asked for. Somebody else decides.") % {"number": made})
            return reverse("erasure", args=[made.pk])

        if url := create_once(request, form, make):
            return redirect(url)
    context = {"form": form, "record": record, "kind": str(record._meta.verbose_name)}
    return render(request, "erasures/ask.html", context, status=status_of(form))


@page(policies.may_see_erasures)
def erasure(request: SignedInRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(Erasure.objects.select_related("asked_by", "decided_by"), pk=pk)
    may_decide = policies.may_decide_erasure(request.user, shown)
    form = DecideForm(request.POST or None)
    if request.method == "POST":
        require(policies.may_decide_erasure, request.user, shown)
        if form.is_valid() and _decide(request, shown, form):
            return redirect("erasure", pk=pk)
    return render(request, "erasures/erasure.html", _about(shown, form, may_decide), status=status_of(form))


def _about(shown: Erasure, form: DecideForm, may_decide: Any) -> dict[str, Any]:
    model = erasing.model_of(shown.object_type)
    labels = erasing.everything(model)
    is_open = shown.state == Erasure.State.ASKED
    return {
        "erasure": shown,
        "form": form,
        "kind": str(model._meta.verbose_name),
        "labels": [labels.get(name, name) for name in shown.fields],
        "extent": erasing.extent(shown.object_type, shown.object_id, shown.fields) if is_open else None,
        "may_decide": may_decide,
    }


def _decide(request: SignedInRequest, shown: Erasure, form: DecideForm) -> bool:
    decided = services.confirm if form.cleaned_data["decision"] == Erasure.State.DONE else services.decline
    try:
        decided(shown, by=request.user, at=timezone.now(), note=form.cleaned_data["note"])
    except ValidationError as refused:
        take_problems(form, refused)
        return False
    messages.success(request, _("Your decision on %(number)s is recorded.") % {"number": shown})
    return True


def _record(which: RecordForm) -> Any:
    if not which.is_valid():
        return None
    try:
        record = services.find(which.cleaned_data["object_type"], which.cleaned_data["object_id"])
        services.refuse_objected(record)
    except ValidationError as refused:
        take_problems(which, refused)
        return None
    return record
