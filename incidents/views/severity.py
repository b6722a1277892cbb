"""Judging severity: the questions, what the rule makes of the answers, what the level sets in motion."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.forms.severity import AS_PROPOSED, SeverityForm, question
from incidents.models import SeverityAssessment
from incidents.policies.incidents import may_assess_severity, may_see_list, may_work
from incidents.services import moving, recurrence, severity
from incidents.services.recurrence import Earlier
from incidents.severity import Proposal, Recurrence, Severity
from incidents.views.answering import carry_out
from incidents.views.clocks import in_words
from incidents.views.opening import opened, visible
from incidents.views.room_frame import frame
from registry.kernel.access.verdict import require
from registry.kernel.http.pages import page
from registry.severity_scale import Duties, duties
from registry.views.requests import SignedInRequest


@dataclass(frozen=True)
class Outlook:
    """The proposal, and what its level would set in motion."""

    proposal: Proposal
    duties: Duties
    response: str
    cadence: str


def outlook_of(form: SeverityForm) -> Outlook:
    if form.is_bound:
        form.is_valid()
        inputs = form.inputs()
    else:
        names = (*form.SCALES, *form.MARKS)
        inputs = {question(name): form.get_initial_for_field(form.fields[name], name) for name in names}
    proposal = severity.propose(inputs)
    level = duties(severity.scale_in_force(timezone.now()).definition, proposal.severity)
    response, cadence = timedelta(minutes=level.response_minutes), timedelta(minutes=level.update_minutes)
    return Outlook(proposal, level, in_words(response), in_words(cadence))


def form_for(request: SignedInRequest, incident: Any, before: Earlier) -> SeverityForm:
    """The questions with the answers of the newest assessment, so that only what changed is asked again.

    That it happened before is proposed from the record until somebody has judged it.
    """
    judged = list(incident.severity_assessments.order_by("-id")[:2])
    answers = SeverityForm.answers_of(judged[0].inputs if judged else {})
    if len(judged) < 2 and before.proposed.reaches(Recurrence(answers["recurrence"])):
        answers["recurrence"] = before.proposed
    form = SeverityForm(request.POST or None, initial=answers)
    if before.proposed is not Recurrence.FIRST:
        form.fields["recurrence"].help_text = _("The record says: %(answer)s.") % {"answer": before.proposed.label}
    return form


@page(may_see_list, "GET", "POST")
def assess(request: SignedInRequest, pk: int) -> HttpResponse:
    incident = opened(request.user, pk)
    before = recurrence.earlier(incident, user=request.user, at=timezone.now())
    form = form_for(request, incident, before)
    if form.is_bound and "preview" not in request.POST and (done := confirm(request, incident, form)) is not None:
        return done
    is_refused = form.is_bound and "preview" not in request.POST
    rows = SeverityAssessment.objects.filter(incident=incident).select_related("by", "scale").order_by("-id")
    context = frame(incident, request.user, "severity", timezone.now()) | {
        "form": form,
        "outlook": outlook_of(form),
        "assessments": rows,
        "earlier": before,
        "is_promotion": incident.category != incident.Category.INCIDENT,
    }
    return render(request, "incidents/room/severity.html", context, status=422 if is_refused else 200)


def confirm(request: SignedInRequest, incident: Any, form: SeverityForm) -> HttpResponse | None:
    """Record the judgement, unless the person has not seen what the rule proposes for these answers."""
    if not form.is_valid():
        return None
    proposed = severity.propose(form.inputs()).severity
    level = form.cleaned_data["confirmed"]
    if level == AS_PROPOSED and form.cleaned_data["seen"] != proposed:
        words = {"severity": proposed.label}
        form.add_error("confirmed", _("With these answers the proposal is %(severity)s. Confirm it again.") % words)
        return None
    chosen = proposed if level == AS_PROPOSED else Severity(level)

    def record(given: dict[str, Any]) -> Any:
        return severity.assess(
            visible(request.user, incident.pk),
            by=request.user,
            at=timezone.now(),
            inputs=form.inputs(),
            confirmed=chosen,
            reason=given["reason"],
        )

    def promote(given: dict[str, Any]) -> Any:
        return moving.promote(
            visible(request.user, incident.pk),
            by=request.user,
            at=timezone.now(),
            inputs=form.inputs(),
            reason=given["reason"],
        )

    is_promotion = incident.category != incident.Category.INCIDENT
    return carry_out(
        request,
        form,
        promote if is_promotion else record,
        to=lambda _made: reverse("incident", args=[incident.pk]),
        said=_("It is an incident now.") if is_promotion else _("%(severity)s confirmed.") % {"severity": chosen.label},
    )


@page(may_see_list, "POST")
def preview(request: SignedInRequest, pk: int) -> HttpResponse:
    """The proposal panel alone, for the answers as they stand."""
    incident = visible(request.user, pk)
    require(
        may_work if incident.category != incident.Category.INCIDENT else may_assess_severity, request.user, incident
    )
    form = SeverityForm(request.POST)
    context = {"form": form, "outlook": outlook_of(form), "incident": incident}
    return render(request, "incidents/room/outlook.html", context)
