"""One decision about many signals, with one reason."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from incidents.models import Incident
from incidents.views.answering import carry_out
from intake.forms.deciding import AttachForm, LaterForm, ReasonForm, RowsForm
from intake.models import ReceivedSignal
from intake.policies import signals as policies
from intake.services import deciding
from registry.kernel.http.pages import page
from registry.views.requests import SignedInRequest

SHOWN = 20


@page(policies.may_sort_out, "POST")
def decide(request: SignedInRequest, verb: str) -> HttpResponse:
    """`rows` are the numbers; what was decided meanwhile is left out, and said so."""
    picked = RowsForm(request.POST)
    numbers = picked.cleaned_data["rows"] if picked.is_valid() else []
    visible: Any = ReceivedSignal.objects.visible_to(request.user)
    rows = list(visible.undecided().filter(pk__in=numbers[: deciding.MOST_AT_ONCE]).select_related("source"))
    if not rows:
        messages.warning(request, _("Choose at least one signal that is not decided yet."))
        return redirect("signals")
    form, service = _form(request, verb, rows)
    if form.is_bound:
        said = ngettext("%(n)s signal decided.", "%(n)s signals decided.", len(rows)) % {"n": len(rows)}
        done = carry_out(request, form, service, to=_to, said=said)
        if done is not None:
            return done
    context = {
        "form": form,
        "verb": verb,
        "rows": rows[:SHOWN],
        "count": len(rows),
        "left_out": len(set(numbers)) - len(rows),
        "numbers": [row.pk for row in rows],
        "title": _titles()[verb],
    }
    return render(request, "intake/many.html", context, status=422 if form.is_bound else 200)


def _titles() -> dict[str, str]:
    return {
        "dismiss": _("Not an incident"),
        "later": _("Look at them later"),
        "attach": _("Attach to an incident"),
    }


def _form(
    request: SignedInRequest, verb: str, rows: list[ReceivedSignal]
) -> tuple[forms.Form, Callable[[dict[str, Any]], Any]]:
    """The question, bound once it was shown (`asked`), and what carries the answer out."""
    data = request.POST if "asked" in request.POST else None
    by = request.user

    if verb == "attach":
        going_on = Incident.objects.visible_to(by).active().order_by("-id")[:50]
        offered = Incident.objects.filter(pk__in=[each.pk for each in going_on]).order_by("-id")
        form: forms.Form = AttachForm(data, incidents=offered)
        return form, lambda given: deciding.attach(rows, given["incident"], by=by, at=timezone.now())
    if verb == "later":
        rest = LaterForm(data)
        now = timezone.now()
        return rest, lambda _given: deciding.later(rows, by=by, at=now, until=now + rest.rest)
    return ReasonForm(data), lambda given: deciding.dismiss(rows, by=by, at=timezone.now(), reason=given["reason"])


def _to(made: Any) -> str:
    return reverse("incident", args=[made.pk]) if isinstance(made, Incident) else reverse("signals")
