"""Who opens a piece of evidence: naming people, taking a name off, opening it to the room again."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.forms.containment import RecordedReason
from incidents.forms.evidence_access import NameForm, TakeOffForm
from incidents.models import Evidence
from incidents.policies import evidence as policies
from incidents.policies.incidents import may_see_list
from incidents.services import naming
from incidents.views.asking import Question, ask
from incidents.views.evidence_items import found
from registry.kernel.access.verdict import require
from registry.kernel.http.pages import page
from registry.views.requests import SignedInRequest


@page(may_see_list, "GET", "POST")
def name(request: SignedInRequest, pk: int) -> HttpResponse:
    row = found(request, pk)
    require(policies.may_name, request.user, row)
    form = NameForm(request.POST or None)

    def service(given: dict[str, Any]) -> Evidence:
        return naming.name(row, person=given["person"], by=request.user, at=timezone.now(), reason=given["reason"])

    closes = _(
        "From then on only people named for it and auditors open it. You are named too. Each opening is recorded."
    )
    question = _about(row, _("Name somebody who opens it"), _("Name"), lead="" if row.is_named_only else closes)
    return ask(request, row.incident_id, question, form, service, to=_onward(request, row), said=_("Recorded."))


@page(may_see_list, "GET", "POST")
def take_off(request: SignedInRequest, pk: int) -> HttpResponse:
    row = found(request, pk)
    require(policies.may_name, request.user, row)
    form = TakeOffForm(request.POST or None, piece=row)

    def service(given: dict[str, Any]) -> Evidence:
        return naming.take_off(row, person=given["person"], by=request.user, at=timezone.now(), reason=given["reason"])

    question = _about(row, _("Take a name off"), _("Take off"))
    return ask(request, row.incident_id, question, form, service, to=_onward(request, row), said=_("Recorded."))


@page(may_see_list, "GET", "POST")
def open_to_room(request: SignedInRequest, pk: int) -> HttpResponse:
    row = found(request, pk)
    require(policies.may_name, request.user, row)
    require(policies.may_download, request.user, row)
    form = RecordedReason(request.POST or None, label=_("Why more people may open it"))

    def service(given: dict[str, Any]) -> Evidence:
        return naming.open_to_room(row, by=request.user, at=timezone.now(), reason=given["reason"])

    question = _about(row, _("Open it to everyone who works on the incident"), _("Open it"), is_dangerous=True)
    return ask(request, row.incident_id, question, form, service, to=_onward(request, row), said=_("Recorded."))


def _about(row: Evidence, title: str, submit: str, *, lead: str = "", is_dangerous: bool = False) -> Question:
    return Question(
        title=title,
        submit=submit,
        section="evidence",
        back=reverse("incident-evidence", args=[row.incident_id]),
        lead=lead,
        about=row.reference,
        is_dangerous=is_dangerous,
    )


def _onward(request: SignedInRequest, row: Evidence) -> Any:
    """To the piece, unless whoever decided does not open it."""
    back = reverse("incident-evidence", args=[row.incident_id])
    return lambda made: made.get_absolute_url() if policies.may_download(request.user, made) else back
