"""The rows of a filter at once: decided with one reason, or put right with one note, after the number was seen."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from incidents.forms.outputs import ManyForm, RightingForm
from incidents.policies import outputs as policies
from incidents.policies.incidents import may_see_list
from incidents.services.outputs import many, righting
from incidents.views.asking import Question, ask
from incidents.views.opening import opened, visible
from incidents.views.outputs.listing import chosen
from incidents.views.room_frame import frame
from registry.kernel.access.verdict import require
from registry.kernel.http.pages import page
from registry.views.requests import SignedInRequest, query_of

TEMPLATE = "incidents/outputs/many.html"


@page(may_see_list, "GET", "POST")
def decide(request: SignedInRequest, pk: int) -> HttpResponse:
    """Asked once, it shows how many would be decided; asked again with that number, it decides them."""
    incident = visible(request.user, pk)
    require(policies.may_decide, request.user, incident)
    rows = chosen(request, incident)
    form = ManyForm(request.POST or None)
    question = _question(request, pk, rows.count())
    if form.is_bound and form.is_valid() and form.cleaned_data["expected"] is None:
        return _previewed(request, pk, question, form, rows)

    def write(given: dict[str, Any]) -> int:
        done = many.decide_many(
            incident, rows, by=request.user, at=timezone.now(), expected=given["expected"], reason=given["reason"],
            **form.answers(),
        )  # fmt: skip
        messages.success(request, ngettext("%(n)d output decided.", "%(n)d outputs decided.", done) % {"n": done})
        return done

    return ask(request, pk, question, form, write, template=TEMPLATE)


def _previewed(request: SignedInRequest, pk: int, question: Question, form: ManyForm, rows: Any) -> HttpResponse:
    number = many.preview(rows, by=request.user, **form.answers())
    submit = ngettext("Decide %(n)d output", "Decide %(n)d outputs", number) % {"n": number}
    again = ManyForm({**{name: form.data.get(name) for name in form.data}, "expected": number})
    context = frame(opened(request.user, pk), request.user, "outputs", timezone.now())
    shown = {
        "question": replace(question, submit=submit),
        "form": again,
        "number": number,
        "staying": rows.count() - number,
        "is_preview": True,
    }
    return render(request, TEMPLATE, context | shown)


def _question(request: SignedInRequest, pk: int, number: int) -> Question:
    return Question(
        title=ngettext("Decide %(n)d output", "Decide %(n)d outputs", number) % {"n": number},
        submit=_("Show how many it will be"),
        section="outputs",
        back=f"{reverse('incident-outputs', args=[pk])}?{query_of(request)}",
        lead=_("What was put right, what you found ambiguous yourself, and what stands so already stays as it is."),
    )


@page(may_see_list, "GET", "POST")
def put_right(request: SignedInRequest, pk: int) -> HttpResponse:
    incident = visible(request.user, pk)
    require(policies.may_decide, request.user, incident)
    rows = chosen(request, incident)
    number = rows.owed().count()  # type: ignore[attr-defined]
    form = RightingForm(request.POST or None, initial={"expected": number})

    def write(given: dict[str, Any]) -> int:
        done = righting.put_right(
            incident, rows, by=request.user, at=timezone.now(), note=given["note"], expected=given["expected"]
        )
        messages.success(request, ngettext("%(n)d output put right.", "%(n)d outputs put right.", done) % {"n": done})
        return done

    question = Question(
        title=ngettext("%(n)d output was put right", "%(n)d outputs were put right", number) % {"n": number},
        submit=_("Done"),
        section="outputs",
        back=f"{reverse('incident-outputs', args=[pk])}?owed=yes",
        lead=_("Of the rows chosen, those that are owed. The note stands in each."),
    )
    return ask(request, pk, question, form, write)
