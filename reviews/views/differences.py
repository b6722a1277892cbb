"""Two moments of an incident or an action item beside each other."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone

from incidents.policies.evidence import closed_to
from incidents.policies.incidents import may_see_list
from incidents.services import reading
from incidents.views.moments import moments_of
from incidents.views.opening import visible
from registry.kernel.http.pages import page
from registry.views.differences import difference_page
from registry.views.requests import SignedInRequest
from reviews.models import ActionItem
from reviews.policies import actions as policies
from reviews.reports import differences
from reviews.services import reading as item_reading


@page(may_see_list, "GET")
def incident_difference(request: SignedInRequest, pk: int) -> HttpResponse:
    incident = visible(request.user, pk)
    reading.opened(incident, by=request.user, at=timezone.now())
    reading.all_pieces_shown(incident, by=request.user, at=timezone.now())
    kinds = differences.incident_kinds(incident, closed_to(request.user, incident))
    return difference_page(request, incident, kinds, differences.LOGS, moments_of(incident))


@page(policies.may_see_list, "GET")
def action_difference(request: SignedInRequest, pk: int) -> HttpResponse:
    items = ActionItem.objects.visible_to(request.user).select_related("incident")
    item = get_object_or_404(items, pk=pk)
    item_reading.opened(item, by=request.user, at=timezone.now())
    return difference_page(request, item, differences.action_kinds(item))
