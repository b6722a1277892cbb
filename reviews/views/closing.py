"""Closing an incident: what stands in the way, and closing it or overriding."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.lifecycle import CLOSE, TABLE
from incidents.models import Incident
from incidents.policies import incidents
from incidents.services import reading
from incidents.views.answering import carry_out
from registry.kernel.access.verdict import require
from registry.kernel.http.pages import page
from registry.views.requests import SignedInRequest
from reviews.forms.closing import CloseForm, OverrideForm
from reviews.policies.reviews import may_close
from reviews.services import closing


@page(incidents.may_see_list)
def incident_close(request: SignedInRequest, pk: int) -> HttpResponse:
    incident = get_object_or_404(Incident.objects.visible_to(request.user), pk=pk)
    require(may_close, request.user, incident)
    now = timezone.now()
    reading.opened(incident, by=request.user, at=now)
    unmet = closing.unmet(incident, at=now)
    kind = OverrideForm if unmet else CloseForm
    form = kind(request.POST) if request.method == "POST" else kind()
    if request.method == "POST":
        done = carry_out(
            request,
            form,
            lambda typed: closing.close(
                incident, by=request.user, at=now, reason=typed["reason"], override=typed.get("override", False)
            ),
            to=lambda _passage: incident.get_absolute_url(),
            said=_("%(incident)s is closed.") % {"incident": incident.reference},
        )
        if done is not None:
            return done
    context = {
        "incident": incident,
        "unmet": unmet,
        "form": form,
        "is_possible": TABLE.allows(CLOSE, incident.state),
        "may_override": incidents.may_override_gate(request.user, incident, [condition.key for condition in unmet]),
        "is_overridable": all(condition.overridable for condition in unmet),
        "actions": closing.untracked(incident, timezone.localdate(now)).select_related("assignee"),
    }
    return render(request, "reviews/close.html", context, status=422 if form.errors else 200)
