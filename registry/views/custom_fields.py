"""The fields this organisation added to the record: listed, defined, changed, retired and taken back."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.forms.custom_fields import CustomFieldForm, RetireFieldForm
from registry.kernel.access.verdict import require
from registry.kernel.http.errors import Stale
from registry.kernel.http.forms import take_problems
from registry.kernel.http.pages import page
from registry.kernel.http.stale import Meeting, meet, settled
from registry.models import CustomField
from registry.policies import custom_fields as policies
from registry.services import custom_fields as services
from registry.views.requests import SignedInRequest
from registry.views.workflow_forms import create_once, status_of


@page(policies.may_see, "GET")
def custom_fields(request: SignedInRequest) -> HttpResponse:
    fields = list(CustomField.objects.select_related("retired_by"))
    context = {
        "in_use": [field for field in fields if field.retired_at is None],
        "retired": [field for field in fields if field.retired_at is not None],
        "may_define": policies.may_define(request.user),
    }
    return render(request, "registry/custom_fields/list.html", context)


@page(policies.may_define)
def define(request: SignedInRequest) -> HttpResponse:
    form = CustomFieldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():

        def make() -> str:
            reason = form.cleaned_data["reason"]
            made = services.define(by=request.user, at=timezone.now(), reason=reason, **form.said())
            messages.success(request, _("“%(name)s” is asked for now.") % {"name": made.name})
            return reverse("custom-fields")

        if url := create_once(request, form, make):
            return redirect(url)
    return render(request, "registry/custom_fields/form.html", {"form": form}, status=status_of(form))


@page(policies.may_see)
def custom_field(request: SignedInRequest, pk: int) -> HttpResponse:
    """What is said of the field, to change for whoever may."""
    found = get_object_or_404(CustomField, pk=pk)
    may = policies.may_change(request.user, found)
    form = CustomFieldForm(instance=found)
    meeting: Meeting | None = None
    if request.method == "POST":
        require(policies.may_change, request.user, found)
        typed = settled(request.POST, CustomFieldForm(instance=found))
        form = CustomFieldForm(typed, instance=get_object_or_404(CustomField, pk=pk))
        if form.is_valid():
            try:
                return _saved(request, found, form)
            except Stale as stale:
                meeting = meet(form, stale.current)
            except ValidationError as refused:
                take_problems(form, refused)
    context = {
        "field": found,
        "form": form if may else None,
        "meeting": meeting,
        "may_change": may,
        "carrying": services.carrying(found),
    }
    return render(request, "registry/custom_fields/field.html", context, status=status_of(form))


def _saved(request: SignedInRequest, found: CustomField, form: CustomFieldForm) -> HttpResponse:
    services.change(
        found,
        by=request.user,
        at=timezone.now(),
        reason=form.cleaned_data["reason"],
        opened_version=form.cleaned_data["opened_version"],
        **form.said(),
    )
    messages.success(request, _("“%(name)s” is saved.") % {"name": form.cleaned_data["name"]})
    return redirect("custom-fields")


@page(policies.may_define)
def retire(request: SignedInRequest, pk: int) -> HttpResponse:
    """Not asked for any more, or again: whichever the field is not."""
    found = get_object_or_404(CustomField, pk=pk)
    form = RetireFieldForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        verb: Any = services.take_back if found.retired_at else services.retire
        verb(found, by=request.user, at=timezone.now(), reason=form.cleaned_data["reason"])
        words = _("“%(name)s” is asked for again.") if found.retired_at else _("“%(name)s” is retired.")
        messages.success(request, words % {"name": found.name})
        return redirect("custom-fields")
    context = {"field": found, "form": form, "carrying": services.carrying(found)}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "registry/custom_fields/retire.html", context, status=status)
