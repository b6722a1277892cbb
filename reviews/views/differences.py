"""Two moments of an incident or an action item beside each other."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from incidents.policies.incidents import may_see_list
from incidents.services import reading
from incidents.views.moments import moments_of
from incidents.views.opening import visible
from incidents.views.then import closed_evidence
from registry.kernel.http.pages import page
from registry.views.differences import difference_page
from registry.views.requests import SignedInRequest
from reviews.models import ActionItem
from reviews.policies import actions as policies
from reviews.reports import differences


@page(may_see_list, "GET")
def incident_difference(request: SignedInRequest, pk: int) -> HttpResponse:
    incident = visible(request.user, pk)
    reading.opened(incident, by=request.user, at=timezone.now())
    kinds = differences.incident_kinds(incident, closed_evidence(request, incident))
    return difference_page(request, incident, kinds, differences.LOGS, moments_of(incident))


@page(policies.may_see_list, "GET")
def action_difference(request: SignedInRequest, pk: int) -> HttpResponse:
    item = get_object_or_404(ActionItem.objects.visible_to(request.user), pk=pk)
    return difference_page(request, item, differences.action_kinds(item))
