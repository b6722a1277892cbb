"""Saying what came of a containment: it works, it had no effect, it may be taken back, it has to stay."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from incidents.forms.containment import AgreeForm, ProofForm, RevertForm
from incidents.models import ContainmentAction
from incidents.policies import containment as policies
from incidents.policies.incidents import may_see_list
from incidents.services import containment, loosening, returning
from incidents.views.asking import Question, ask
from incidents.views.opening import visible_row
from registry.forms.control import WordsForm
from registry.kernel.access.verdict import Policy, require
from registry.kernel.http.pages import page
from registry.views.requests import SignedInRequest


@dataclass(frozen=True)
class Outcome:
    """One thing to say: which policy, which form, which service, and the words around it."""

    policy: Policy
    form: Callable[[Any, ContainmentAction], forms.Form]
    service: Callable[..., Any]
    title: Any
    submit: Any
    said: Any
    warning: Any = ""


def _note(label: Any) -> Callable[..., forms.Form]:
    return lambda data, _action: WordsForm(data, name="note", label=label)


def _proof(data: Any, _action: ContainmentAction) -> forms.Form:
    return ProofForm(data)


def _reason(data: Any, _action: ContainmentAction) -> forms.Form:
    return RevertForm(data)


def _agreement(data: Any, action: ContainmentAction) -> forms.Form:
    return AgreeForm(data, is_gated=bool(loosening.in_the_way(action)))


OUTCOMES = {
    "confirm": Outcome(
        policies.may_confirm, _proof, containment.confirm,
        _("Confirm that it works"), _("Confirm the effect"), _("Recorded."),
    ),
    "fail": Outcome(
        policies.may_confirm, _proof, containment.fail,
        _("It had no effect"), _("Record that it had no effect"), _("Recorded."),
    ),
    "revert": Outcome(
        policies.may_revert, _reason, loosening.ask_revert,
        _("Ask to take it back"), _("Ask"), _("Asked. Somebody else has to agree."),
        _("This would loosen what limits the harm now. A second person decides."),
    ),
    "agree": Outcome(
        policies.may_agree_to_revert, _agreement, loosening.revert,
        _("Take it back"), _("Agree and take it back"), _("Taken back. The instances are being told."),
        _("This loosens what limits the harm now."),
    ),
    "keep": Outcome(
        policies.may_revert, _note(_("Why it has to stay")), loosening.keep,
        _("Keep it in force"), _("Keep it"), _("It stays in force."),
    ),
}  # fmt: skip


@page(may_see_list, "GET", "POST")
def outcome(request: SignedInRequest, pk: int, verb: str) -> HttpResponse:
    rows = ContainmentAction.objects.select_related(
        "incident", "option__workflow", "workflow", "restriction__workflow", "restriction__option__workflow"
    )
    action = visible_row(request.user, rows, pk)
    chosen = OUTCOMES.get(verb)
    if chosen is None:
        raise Http404
    require(chosen.policy, request.user, action)
    question = Question(
        title=str(chosen.title),
        submit=str(chosen.submit),
        section="containment",
        back=reverse("incident-containment", args=[action.incident_id]),
        about=f"{action.option.name} · {action.restriction.release_reason}"
        if verb == "agree" and action.restriction is not None
        else action.option.name,
        warning=str(chosen.warning),
        is_dangerous=verb == "agree",
    )

    def service(given: dict[str, Any]) -> Any:
        words = {name: given[name] for name in ("proof", "reason", "note", "override") if name in given}
        return chosen.service(action, by=request.user, at=timezone.now(), **words)

    form = chosen.form(request.POST or None, action)
    more = {"criteria": returning.criteria_of(action.incident)} if verb == "agree" else {}
    template = "incidents/room/agree.html" if verb == "agree" else "incidents/room/question.html"
    return ask(
        request, action.incident_id, question, form, service, said=str(chosen.said), more=more, template=template
    )
