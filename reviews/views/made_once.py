"""Making what a form for a report asks for: once, however often it is sent, and of one view of the record."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _

from registry.kernel.http.forms import take_problems
from registry.kernel.http.one_view import of_one_view
from registry.kernel.http.remembered import once
from registry.models import Document
from registry.views.requests import SignedInRequest


def made_once(
    request: SignedInRequest,
    form: forms.Form,
    ask: Callable[..., Document],
    about: Any,
    *,
    at: datetime,
    is_frozen: bool = True,
) -> str | None:
    """The address of what a valid form asks for; nothing where the form now says why not.

    What is frozen in the moment it is asked for is read of one view; what is gathered later is only counted.
    """

    def make() -> str:
        return _made(request, form.cleaned_data, ask, about, at=at)

    try:
        return of_one_view(make) if is_frozen else make()
    except ValidationError as refused:
        take_problems(form, refused)
        return None


def _made(
    request: SignedInRequest, asked: dict[str, Any], ask: Callable[..., Document], about: Any, *, at: datetime
) -> str:
    options = {"known_at": asked.get("at") or None, "correction": asked.get("correction", "")}
    with once(request.user, asked.get("once", "")) as attempt:
        if attempt.earlier is not None:
            return attempt.earlier.location
        document = ask(about, by=request.user, at=at, **options)
        attempt.remember(location=reverse("report", args=[document.pk]))
    messages.success(request, _("Report %(number)s is being made.") % {"number": document.number})
    return reverse("report", args=[document.pk])
