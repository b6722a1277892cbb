"""Saying what one sentence of a message rests on, and taking that back."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from incidents.forms.communications import TieForm
from incidents.models import Communication, Evidence, Incident, SentenceTie, TimelineEntry
from incidents.policies import communications as policies
from incidents.policies.evidence import closed_to
from incidents.policies.incidents import may_see_list
from incidents.reports.resting import sentences_of
from incidents.services import tying
from incidents.times import TimeKind
from incidents.views.asking import Question, ask
from incidents.views.communications import back_to
from incidents.views.opening import visible_row
from registry.kernel.access.verdict import require
from registry.kernel.http.pages import page
from registry.views.requests import SignedInRequest

Kind = SentenceTie.Kind
MOST_ENTRIES = 100
"""Of the timeline, the newest; whoever wants an older one ties it by the API."""


@page(may_see_list, "GET", "POST")
def tie(request: SignedInRequest, pk: int, number: int) -> HttpResponse:
    message = visible_row(request.user, Communication.objects.prefetch_related("ties"), pk)
    require(policies.may_tie, request.user, message)
    sentence = next((each for each in sentences_of(message) if each.number == number), None)
    if sentence is None:
        raise Http404
    closed = closed_to(request.user, message.incident)
    form = TieForm(request.POST or None, initial={"sentence": sentence.key}, choices=_choices(message.incident, closed))

    def service(given: dict[str, Any]) -> SentenceTie:
        return tying.tie(message, by=request.user, at=timezone.now(), sentence=given["sentence"], **form.about())

    question = Question(
        title=_("What this sentence rests on"),
        submit=_("Tie it"),
        section="communication",
        back=f"{back_to(message.incident_id)}#message-{message.pk}",
        about=sentence.text.strip(),
    )
    return ask(request, message.incident_id, question, form, service, said=_("Tied."))


@page(may_see_list, "POST")
def untie(request: SignedInRequest, pk: int) -> HttpResponse:
    found: SentenceTie = visible_row(request.user, SentenceTie.objects.select_related("communication"), pk)
    tying.untie(found, by=request.user, at=timezone.now())
    messages.success(request, _("Taken away."))
    return redirect(f"{back_to(found.incident_id)}#message-{found.communication_id}")


def _choices(incident: Incident, closed: set[int]) -> list[Any]:
    """Everything of the incident that a sentence may rest on and that this person may read, by kind."""
    pieces = Evidence.objects.filter(incident=incident).exclude(pk__in=closed).order_by("-id")
    entries = TimelineEntry.objects.filter(incident=incident).order_by("-id")[:MOST_ENTRIES]
    told = [row for row in entries if row.data.get("evidence") not in closed]
    return [
        ("", _("Choose what it rests on")),
        (Kind.FACT.label, [(f"{Kind.FACT}:{name}", f"{name}: {text}"[:120]) for name, text in incident.facts.items()]),
        (Kind.EVIDENCE.label, [(f"{Kind.EVIDENCE}:{row.pk}", f"{row.reference} {row.title}") for row in pieces]),
        (Kind.TIME.label, [(f"{Kind.TIME}:{name}", _time(name, at)) for name, at in _times(incident)]),
        (Kind.ENTRY.label, [(f"{Kind.ENTRY}:{row.pk}", _entry(row)) for row in told]),
        (Kind.NOTHING, _("Nothing measurable (say why below)")),
    ]


def _times(incident: Incident) -> list[tuple[str, str]]:
    return list(tying.values_of(incident, Kind.TIME).items())


def _time(name: str, at: str) -> str:
    return f"{TimeKind(name).label}: {timezone.localtime(parse_datetime(at)):%d %b %Y, %H:%M %Z}"


def _entry(row: TimelineEntry) -> str:
    return f"{timezone.localtime(row.occurred_at):%H:%M} {Truncator(row.text).chars(90)}"
