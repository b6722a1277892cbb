"""Attestation campaigns: all of them, and how far one has come."""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, F, Q
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.attesting import AttestationState
from registry.filters.addresses import Address
from registry.filters.attestation_facets import chips, facets
from registry.filters.attestations import SORT, filtered, ordered
from registry.filters.conditions import NOT_TIERED
from registry.kernel.audit.asof import clock
from registry.kernel.http.pages import page
from registry.models import AttestationCampaign, Notice
from registry.models.attestations import STILL_OPEN
from registry.models.workflow_words import Tier
from registry.policies import attestations as policies
from registry.policies.workflows import may_see_register
from registry.reports.progress import Bar, bars, whole
from registry.views.past import choices, knows_past
from registry.views.requests import SignedInRequest, query_of

ROWS = 50
CAMPAIGNS = 25


@dataclass(frozen=True)
class Person:
    """Somebody who still has to attest, with how many, and when they were told last."""

    pk: int | None
    name: str
    is_active: bool
    number: int
    told_at: Any = None


@page(may_see_register, "GET")
@knows_past()
def campaigns(request: SignedInRequest) -> HttpResponse:
    rows = (
        AttestationCampaign.objects.select_related("started_by")
        .with_progress()
        .annotate(left=F("waiting") + F("missed"))
    )
    shown = request.GET.get("show", "")
    if shown in ("open", "closed"):
        rows = rows.filter(status=shown.upper())
    context = {
        "page_obj": Paginator(rows.order_by("-status", "-pk"), CAMPAIGNS).get_page(request.GET.get("page")),
        "shown": shown,
        "today": timezone.localdate(clock()),
        "may_start": policies.may_start_campaign(request.user),
    }
    return render(request, "registry/campaigns/list.html", context)


@page(may_see_register, "GET")
@knows_past(AttestationCampaign)
def campaign(request: SignedInRequest, pk: int) -> HttpResponse:
    shown = find(pk)
    return render(request, "registry/campaigns/campaign.html", campaign_page(request, shown))


def campaign_page(request: SignedInRequest, shown: AttestationCampaign) -> dict[str, Any]:
    sort = request.GET.get("sort", SORT)
    rows = filtered(request.GET, shown.attestations.all(), request).qs.select_related(
        "workflow", "assignee", "attested_by"
    )
    found = facets(request, shown)
    progress = _progress(shown)
    return {
        "campaign": shown,
        "page_obj": Paginator(ordered(rows, sort), ROWS).get_page(request.GET.get("page")),
        "facets": found,
        "chips": chips(request, found),
        "sort": sort,
        "query": query_of(request),
        "is_late": shown.is_open and shown.due_date < timezone.localdate(clock()),
        "progress": progress,
        "people": _who_is_left(shown),
        "view": _view_in_words(request, shown.view),
        "may_run": policies.may_run_campaign(request.user, shown),
        "moments": choices([(_("Started"), shown.started_at), (_("Closed"), shown.closed_at)]),
    }


def find(pk: int) -> AttestationCampaign:
    return get_object_or_404(
        AttestationCampaign.objects.select_related("started_by", "escalate_to", "closed_by"), pk=pk
    )


def _progress(shown: AttestationCampaign) -> list[Bar]:
    """By tier; the last line is all of them."""
    counted = shown.attestations.order_by().values("workflow__tier", "state").annotate(n=Count("pk"))
    counts = {(row["workflow__tier"], row["state"]): row["n"] for row in counted}
    tiers = [*((tier.value, tier.value, str(tier.label)) for tier in Tier), ("", NOT_TIERED, _("Not tiered"))]
    lines = [
        (label, query, {state: counts.get((tier, state), 0) for state in AttestationState})
        for tier, query, label in tiers
    ]
    found = bars([line for line in lines if sum(line[2].values())])
    return [*found, whole(found, _("All"))] if len(found) > 1 else found


def _who_is_left(shown: AttestationCampaign) -> list[Person]:
    """Those who have not answered, with the most first; of a closed campaign those who did not."""
    wanted = STILL_OPEN if shown.is_open else Q(state=AttestationState.MISSED)
    counted = shown.attestations.filter(wanted).order_by().values("assignee", "assignee__name", "assignee__is_active")
    told = Notice.objects.filter(object_type=shown._meta.label_lower, object_id=str(shown.pk), created_at__lte=clock())
    newest = dict(told.order_by("created_at").values_list("recipient_id", "created_at"))
    return [
        Person(
            row["assignee"],
            row["assignee__name"] or _("Nobody to ask"),
            row["assignee__is_active"] is not False,
            row["n"],
            newest.get(row["assignee"]),
        )
        for row in counted.annotate(n=Count("pk")).order_by("-n", "assignee__name")[:30]
    ]


def _view_in_words(request: SignedInRequest, view: str) -> str:
    """The address as it would be today; its rows may be others by now."""
    return Address(QueryDict(view), request).plain
