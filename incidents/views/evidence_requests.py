"""Evidence asked of people: asking, the one page where it is answered, looking at what came, taking it back."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.forms.evidence import EvidenceForm
from incidents.forms.evidence_requests import HandOnForm, NoneForm, SendBackForm, WithdrawForm
from incidents.models import Evidence, EvidenceRequest
from incidents.policies import evidence_requests as policies
from incidents.policies.evidence import may_download
from incidents.policies.incidents import may_see_list
from incidents.services import evidence_answers, evidence_requests
from incidents.views.answering import carry_out
from incidents.views.asking import Question, ask
from incidents.views.evidence import add_from, readable
from incidents.views.opening import opened, visible_row
from incidents.views.room_frame import frame
from registry.kernel.access.verdict import require
from registry.kernel.http.pages import page
from registry.views.requests import SignedInRequest

JOINS = ("person", "asked_by", "answered_by", "settled_by", "fetches")


def found(request: SignedInRequest, pk: int) -> EvidenceRequest:
    row: EvidenceRequest = visible_row(request.user, EvidenceRequest.objects.select_related(*JOINS), pk)
    return row


@page(may_see_list, "GET", "POST")
def request_page(request: SignedInRequest, pk: int) -> HttpResponse:
    """What is asked, why and until when; and, for whoever was asked, where it is handed in."""
    row = found(request, pk)
    now = timezone.now()
    form = EvidenceForm(
        request.POST or None,
        request.FILES or None,
        initial={
            "title": row.wanted[:200], "kind": row.kind, "collected_at": now, "source": "",
            "method": _("Handed in on request"),
        },
        too_large=getattr(request, "too_large", ""),
    )  # fmt: skip
    if form.is_bound:
        done = carry_out(
            request,
            form,
            lambda given: add_from(form, given, row.incident, by=request.user, request=row),
            to=lambda _piece: reverse("evidence-request", args=[pk]),
            said=_("Handed in. Whoever asked was told."),
            draft=f"evidence-request-{pk}",
        )
        if done is not None:
            return done
    incident = opened(request.user, row.incident_id)
    row.incident = incident
    pieces = Evidence.objects.filter(request=row).select_related("file", "collected_by").order_by("pk")
    context = frame(incident, request.user, "evidence", now) | {
        "asked": row,
        "form": form,
        "none_form": NoneForm(),
        "is_late": row.is_late(now),
        "is_mine": row.person_id == request.user.pk,
        "rows": readable(request.user, pieces, incident),
        "may_hand_in": policies.may_hand_in(request.user, row),
        "may_settle": policies.may_settle(request.user, row),
        "may_withdraw": policies.may_withdraw(request.user, row),
        "may_hand_on": policies.may_hand_on(request.user, row),
        "may_read_link": row.fetches is not None and bool(may_download(request.user, row.fetches)),
    }
    return render(request, "incidents/room/evidence_request.html", context, status=422 if form.is_bound else 200)


@page(may_see_list, "GET", "POST")
def say_none(request: SignedInRequest, pk: int) -> HttpResponse:
    row = found(request, pk)
    require(policies.may_hand_in, request.user, row)
    form = NoneForm(request.POST or None)

    def service(given: dict[str, Any]) -> EvidenceRequest:
        return evidence_answers.say_none(
            row, answer=given["answer"], note=given["note"], by=request.user, at=timezone.now()
        )

    question = _about(row, _("There is none, or it cannot be had"), _("Answer"))
    return ask(request, row.incident_id, question, form, service, said=_("Answered. Whoever asked was told."))


@page(may_see_list, "POST")
def accept(request: SignedInRequest, pk: int) -> HttpResponse:
    row = found(request, pk)
    evidence_answers.accept(row, by=request.user, at=timezone.now())
    messages.success(request, _("Accepted."))
    return redirect("evidence-request", pk)


@page(may_see_list, "GET", "POST")
def send_back(request: SignedInRequest, pk: int) -> HttpResponse:
    row = found(request, pk)
    require(policies.may_settle, request.user, row)
    due = max(row.due_at, evidence_requests.usual_due_of(row.incident, timezone.now()))
    form = SendBackForm(request.POST or None, initial={"due_at": due})

    def service(given: dict[str, Any]) -> EvidenceRequest:
        words = {name: given[name] for name in ("reason", "due_at")}
        return evidence_answers.send_back(row, by=request.user, at=timezone.now(), **words)

    question = _about(row, _("Send it back"), _("Send back"))
    return ask(request, row.incident_id, question, form, service, said=_("Sent back."))


@page(may_see_list, "GET", "POST")
def withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    row = found(request, pk)
    require(policies.may_withdraw, request.user, row)
    form = WithdrawForm(request.POST or None)

    def service(given: dict[str, Any]) -> EvidenceRequest:
        return evidence_requests.withdraw(row, by=request.user, at=timezone.now(), reason=given["reason"])

    question = _about(row, _("Withdraw the request"), _("Withdraw"), is_dangerous=True)
    return ask(request, row.incident_id, question, form, service, said=_("Withdrawn."))


@page(may_see_list, "GET", "POST")
def hand_on(request: SignedInRequest, pk: int) -> HttpResponse:
    row = found(request, pk)
    require(policies.may_hand_on, request.user, row)
    now = timezone.now()
    due = row.due_at if row.due_at > now else evidence_requests.usual_due_of(row.incident, now)
    form = HandOnForm(request.POST or None, initial={"due_at": due})

    def service(given: dict[str, Any]) -> EvidenceRequest:
        words = {"to": given["person"], "reason": given["reason"], "due_at": given["due_at"]}
        return evidence_requests.hand_on(row, by=request.user, at=timezone.now(), **words)

    question = _about(row, _("Hand it on to somebody else"), _("Hand on"))
    return ask(request, row.incident_id, question, form, service, said=_("Handed on."))


def _about(row: EvidenceRequest, title: str, submit: str, *, is_dangerous: bool = False) -> Question:
    return Question(
        title=title,
        submit=submit,
        section="evidence",
        back=row.get_absolute_url(),
        about=row.wanted,
        is_dangerous=is_dangerous,
    )
