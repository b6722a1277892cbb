"""Pages of the room with one form: a title, what it will do, the questions, one button."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from incidents.views.answering import carry_out
from incidents.views.opening import opened
from incidents.views.room_frame import frame
from registry.views.requests import SignedInRequest


@dataclass(frozen=True)
class Question:
    """`section` is the tab it belongs to; `back` where the person came from; `about` what it concerns."""

    title: str
    submit: str
    section: str
    back: str
    lead: str = ""
    about: str = ""
    warning: str = ""
    is_dangerous: bool = False
    draft: str = ""


def ask(
    request: SignedInRequest,
    incident_pk: int,
    question: Question,
    form: forms.Form,
    service: Callable[[dict[str, Any]], Any],
    *,
    to: Callable[[Any], str] | None = None,
    said: Any = "",
    more: dict[str, Any] | None = None,
    template: str = "incidents/room/question.html",
) -> HttpResponse:
    """Show the question; when it is answered, carry it out. What is wrong stands beside what was typed."""
    if form.is_bound:
        done = carry_out(
            request, form, service, to=to or (lambda _result: question.back), said=said, draft=question.draft
        )
        if done is not None:
            return done
    incident = opened(request.user, incident_pk)
    context = frame(incident, request.user, question.section, timezone.now())
    context |= {"question": question, "form": form, **(more or {})}
    return render(request, template, context, status=422 if form.is_bound else 200)
