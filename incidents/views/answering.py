"""What every form of the incident room does once it is sent: validate, decide once, say so, go on."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect

from incidents.forms.refusals import take_errors
from registry.kernel.http.remembered import once
from registry.views.requests import SignedInRequest


def carry_out(
    request: SignedInRequest,
    form: forms.Form,
    service: Callable[[dict[str, Any]], Any],
    *,
    to: Callable[[Any], str],
    said: Any = "",
    draft: str = "",
) -> HttpResponse | None:
    """Call `service` with the cleaned form, once for each token, and go where `to` leads with its result.

    None when there is something wrong with the form; it then carries its errors and all that was typed.
    `draft` names the browser's copy of what was typed, which is no longer needed after this.
    """
    if not form.is_valid():
        return None
    try:
        with once(request.user, form.cleaned_data.get("once", "")) as attempt:
            if attempt.earlier is not None:
                return redirect(attempt.earlier.location or request.path)
            location = to(service(form.cleaned_data))
            attempt.remember(location=location)
    except ValidationError as error:
        take_errors(form, error)
        return None
    if said or draft:
        messages.success(request, str(said), extra_tags=f"draft-done:{draft}" if draft else "")
    return redirect(location)
