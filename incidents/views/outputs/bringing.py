"""A list of outputs comes in, as a file or pasted."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.forms.outputs import BringForm
from incidents.models import OutputList
from incidents.policies import outputs as policies
from incidents.policies.incidents import may_see_list
from incidents.services.outputs import bringing
from incidents.views.asking import Question, ask
from incidents.views.opening import visible
from registry.kernel.access.verdict import require
from registry.kernel.http.pages import page
from registry.views.requests import SignedInRequest


@page(may_see_list, "GET", "POST")
def bring(request: SignedInRequest, pk: int) -> HttpResponse:
    incident = visible(request.user, pk)
    require(policies.may_bring_in, request.user, incident)
    form = BringForm(request.POST or None, request.FILES or None, too_large=getattr(request, "too_large", ""))

    def write(given: dict[str, Any]) -> OutputList:
        if given["file"]:
            return bringing.bring_file(incident, by=request.user, at=timezone.now(), upload=given["file"])
        return bringing.bring_text(incident, by=request.user, at=timezone.now(), text=given["text"])

    question = Question(
        title=_("Bring in a list of outputs"),
        submit=_("Bring in"),
        section="outputs",
        back=reverse("incident-outputs", args=[pk]),
        lead=_("Ids alone are enough. What is on record already stays as it is, so the same list twice adds nothing."),
        draft=f"outputs-{pk}",
    )
    return ask(
        request, pk, question, form, write, said=_("The list was taken."), template="incidents/outputs/bring.html"
    )
