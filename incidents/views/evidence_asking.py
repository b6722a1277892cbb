"""Asking somebody for evidence, or to fetch what a link leads to."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.forms.evidence_requests import AskForm, FetchForm
from incidents.minimum_evidence import Item
from incidents.models import Evidence, EvidenceRequest
from incidents.policies import evidence_requests as policies
from incidents.policies.evidence import may_download
from incidents.policies.incidents import may_see_list
from incidents.services import evidence_requests
from incidents.views.asking import Question, ask
from incidents.views.opening import visible, visible_row
from registry.kernel.access.verdict import require
from registry.kernel.http.pages import page
from registry.views.requests import SignedInRequest


@page(may_see_list, "GET", "POST")
def ask_for(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask somebody, for an item of the minimum set (`?item=`) or in words."""
    incident = visible(request.user, pk)
    require(policies.may_ask, request.user, incident)
    item = request.GET.get("item", "") if request.GET.get("item") in list(Item) else ""
    initial = {"due_at": evidence_requests.usual_due_of(incident, timezone.now()), "item": item}
    form = AskForm(request.POST or None, initial=initial)

    def service(given: dict[str, Any]) -> EvidenceRequest:
        words = {name: given[name] for name in ("person", "item", "wanted", "reason", "due_at")}
        return evidence_requests.ask(incident, by=request.user, at=timezone.now(), **words)

    question = Question(
        title=_("Ask somebody for evidence"),
        submit=_("Ask"),
        section="evidence",
        back=reverse("incident-evidence", args=[pk]),
        draft=f"evidence-ask-{pk}",
    )
    return ask(request, pk, question, form, service, said=_("Asked. They have a notice and a mail."))


@page(may_see_list, "GET", "POST")
def fetch(request: SignedInRequest, pk: int) -> HttpResponse:
    """Who fetches what a link leads to, by when."""
    piece: Evidence = visible_row(request.user, Evidence.objects.all(), pk)
    require(policies.may_ask, request.user, piece.incident)
    require(may_download, request.user, piece)
    due = evidence_requests.usual_due_of(piece.incident, timezone.now())
    form = FetchForm(request.POST or None, initial={"due_at": due, "person": request.user.pk})

    def service(given: dict[str, Any]) -> EvidenceRequest:
        words = {name: given[name] for name in ("person", "reason", "due_at")}
        return evidence_requests.ask_to_fetch(piece, by=request.user, at=timezone.now(), **words)

    question = Question(
        title=_("Have it fetched"),
        submit=_("Ask"),
        section="evidence",
        back=reverse("evidence", args=[pk]),
        about=f"{piece.reference} {piece.title}",
        lead=_("A link can lead nowhere tomorrow. Until a file stands beside it, it is to be fetched and is chased."),
    )
    return ask(request, piece.incident_id, question, form, service, said=_("Asked."))
