"""Letting words go out or sending them back, deciding to say nothing, and saying whom the incident reached."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.forms.communications import ApproveForm, NotNeededForm, ReachedForm, SendBackForm
from incidents.models import Communication, MessageApproval, Reach
from incidents.policies import communications as policies
from incidents.policies.evidence import closed_to
from incidents.policies.incidents import may_see_list, may_work
from incidents.services import approving, communications, tying
from incidents.services.approvers import approvable, may_send_back
from incidents.services.owed_messages import rules_at
from incidents.services.saying import missing_of
from incidents.views.asking import Question, ask
from incidents.views.communications import back_to
from incidents.views.message_rows import TIES, shown
from incidents.views.opening import visible, visible_row
from registry.kernel.access.verdict import require
from registry.kernel.http.pages import page
from registry.views.requests import SignedInRequest


@page(may_see_list, "GET", "POST")
def approve(request: SignedInRequest, pk: int) -> HttpResponse:
    """One button where every sentence rests on something; else the page that asks why it is approved all the same."""
    message = visible_row(request.user, Communication.objects.prefetch_related(*TIES), pk)
    require(approvable, request.user, message, missing_of(message, rules_at(timezone.now())))
    form = ApproveForm(
        request.POST or None, initial={"version": message.version}, is_proven=not tying.open_sentences(message)
    )

    def service(given: dict[str, Any]) -> MessageApproval:
        return approving.approve(
            message, by=request.user, at=timezone.now(), opened_version=given["version"], note=given["note"]
        )

    question = Question(
        title=_("Approve the message"),
        submit=_("Approve"),
        section="communication",
        back=back_to(message.incident_id),
        about=str(message),
    )
    more = {"shown": shown(message, closed_to(request.user, message.incident)), "plain": True}
    template = "incidents/room/approve.html"
    return ask(request, message.incident_id, question, form, service, said=_("Approved."), more=more, template=template)


@page(may_see_list, "GET", "POST")
def send_back(request: SignedInRequest, pk: int) -> HttpResponse:
    message = visible_row(request.user, Communication.objects.all(), pk)
    require(may_send_back, request.user, message, rules_at(timezone.now()))
    form = SendBackForm(request.POST or None, initial={"opened_version": message.version})

    def service(given: dict[str, Any]) -> MessageApproval:
        return approving.send_back(
            message,
            by=request.user,
            at=timezone.now(),
            reason=given["reason"],
            opened_version=given["opened_version"],
        )

    question = Question(
        title=_("Send the draft back"),
        submit=_("Send back"),
        section="communication",
        back=back_to(message.incident_id),
        about=str(message),
        lead=_("Approvals given so far end. Whoever drafted it hears why."),
    )
    return ask(request, message.incident_id, question, form, service, said=_("Sent back."))


@page(may_see_list, "GET", "POST")
def not_needed(request: SignedInRequest, pk: int) -> HttpResponse:
    incident = visible(request.user, pk)
    require(policies.may_decide_not_to, request.user, incident)
    form = NotNeededForm(request.POST or None, initial={"audience": request.GET.get("audience", "")})

    def service(given: dict[str, Any]) -> Communication:
        return communications.decide_not_to(
            incident, given["audience"], by=request.user, at=timezone.now(), reason=given["reason"]
        )

    question = Question(
        title=_("Decide not to communicate"),
        submit=_("Record the decision"),
        section="communication",
        back=back_to(pk),
        lead=_("Where a message is owed, the decision counts once a second person has confirmed it."),
    )
    return ask(request, pk, question, form, service, said=_("Decision recorded."))


@page(may_see_list, "POST")
def confirm(request: SignedInRequest, pk: int) -> HttpResponse:
    decision = visible_row(request.user, Communication.objects.all(), pk)
    made = approving.confirm_decision(decision, by=request.user, at=timezone.now())
    messages.success(request, _("Confirmed as %(role)s.") % {"role": made.get_role_display()})
    return redirect(back_to(decision.incident_id))


@page(may_see_list, "GET", "POST")
def reached(request: SignedInRequest, pk: int) -> HttpResponse:
    incident = visible(request.user, pk)
    require(may_work, request.user, incident)
    form = ReachedForm(request.POST or None, initial={"audience": request.GET.get("audience", "")})

    def service(given: dict[str, Any]) -> Reach:
        return communications.say_reached(
            incident,
            given["audience"],
            is_reached=given["is_reached"] == "yes",
            by=request.user,
            at=timezone.now(),
            note=given["note"],
        )

    question = Question(
        title=_("Whom it reached"),
        submit=_("Record it"),
        section="communication",
        back=back_to(pk),
        lead=_("Whether a message is owed may depend on it. The newest word counts, and the earlier ones stay."),
    )
    return ask(request, pk, question, form, service, said=_("Recorded."))
