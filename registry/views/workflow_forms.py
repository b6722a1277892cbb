"""Sending a form of a workflow page: once, and with what the service refuses shown beside its field."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render

from registry.kernel.http.forms import take_problems
from registry.kernel.http.remembered import once
from registry.models import Workflow
from registry.views.requests import SignedInRequest
from registry.views.workflow_frame import frame


def create_once(request: SignedInRequest, form: Any, make: Callable[[], str]) -> str | None:
    """The address of what `make` made, or of what the first sending of this form made.

    Nothing when the service refused; the form then says why.
    """
    try:
        with once(request.user, form.cleaned_data.get("once", "")) as attempt:
            if attempt.earlier is not None:
                return attempt.earlier.location
            url = make()
            attempt.remember(location=url)
            return url
    except ValidationError as refused:
        take_problems(form, refused)
        return None


def form_page(
    request: SignedInRequest,
    workflow: Workflow,
    tab: str,
    form: Any,
    *,
    title: str,
    submit: str,
    back: str,
    template: str = "registry/workflow/form.html",
    **more: Any,
) -> HttpResponse:
    """One form under the title and tabs of its workflow."""
    context = {
        **frame(request, workflow, tab),
        "form": form,
        "title": title,
        "submit": submit,
        "back": back,
        **more,
    }
    return render(request, template, context, status=status_of(form))


def status_of(form: Any) -> HTTPStatus:
    return HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
