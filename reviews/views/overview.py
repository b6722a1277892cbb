"""The first page: what is going on, what waits for me, and the state of the inventory. Every number is a link."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.models import Incident
from registry.filters.conditions import NOT_TIERED, Asking
from registry.filters.counting import Counts
from registry.filters.facets import count
from registry.kernel.http.pages import page
from registry.models import User
from registry.models.workflow_words import Stage, Tier
from registry.views.requests import SignedInRequest
from reviews.models import ActionItem
from reviews.policies.overview import may_see_overview
from reviews.views.waiting import waiting


@dataclass(frozen=True)
class Tile:
    label: str
    value: int
    note: str
    url: str
    icon: str
    tone: str = ""


@page(may_see_overview, "GET")
def overview(request: SignedInRequest) -> HttpResponse:
    user, today = request.user, timezone.now().date()
    going_on = list(
        Incident.objects.visible_to(user)
        .active()
        .filter(category=Incident.Category.INCIDENT)
        .prefetch_related("workflows")
        .order_by("severity", "declared_at")[:8]
    )
    counts = count({}, FIGURES, Asking(user, timezone.now()))
    tiers, stages = by_tier(counts), by_stage(counts)
    return render(
        request,
        "overview/overview.html",
        {
            "tiles": tiles(user, today, {name: counts.tabs.get(name, 0) for name in FIGURES}),
            "going_on": going_on,
            "waiting": waiting(user),
            "tiers": tiers,
            "tiers_max": max(count for _label, count, _value in tiers),
            "stages": stages,
            "stages_max": max(count for _label, count, _value in stages),
        },
    )


def tiles(user: User, today: date, workflows: Mapping[str, int]) -> list[Tile]:
    incidents = Incident.objects.visible_to(user).filter(category="INCIDENT")
    running = incidents.active().aggregate(all=Count("pk"), worst=Count("pk", filter=Q(severity="SEV-1")))
    actions = ActionItem.objects.visible_to(user)
    overdue, mine = actions.overdue(today).count(), actions.to_chase().assigned_to(user).count()
    register = reverse("register")
    return [
        Tile(
            _("Incidents going on"),
            running["all"],
            _("%(count)s at SEV-1") % {"count": running["worst"]},
            reverse("incidents"),
            "siren",
            "hot" if running["worst"] else "warm" if running["all"] else "",
        ),
        Tile(
            _("Overdue action items"),
            overdue,
            _("%(count)s open ones are yours") % {"count": mine},
            f"{reverse('actions')}?due=overdue",
            "alarm-clock",
            "hot" if overdue else "",
        ),
        Tile(
            _("Running without a tier"),
            workflows["untiered"],
            _("of %(count)s in pilot or production") % {"count": workflows["running"]},
            f"{register}?tier={NOT_TIERED}&stage=PILOT&stage=PRODUCTION",
            "scale",
            "warm" if workflows["untiered"] else "",
        ),
        Tile(
            _("Running without an owner"),
            workflows["orphaned"],
            _("a business owner who is still here"),
            f"{register}?owner=orphan&stage=PILOT&stage=PRODUCTION",
            "user-x",
            "warm" if workflows["orphaned"] else "",
        ),
        Tile(
            _("Reviews of entries overdue"),
            workflows["late"],
            _("%(count)s more within 30 days") % {"count": workflows["soon"]},
            f"{register}?review=overdue",
            "calendar",
            "warm" if workflows["late"] else "",
        ),
    ]


RUNNING = {"stage": [Stage.PILOT, Stage.PRODUCTION]}
FIGURES: Mapping[str, Mapping[str, Sequence[str]]] = {
    "running": RUNNING,
    "untiered": {**RUNNING, "tier": [NOT_TIERED]},
    "orphaned": {**RUNNING, "owner": ["orphan"]},
    "late": {"review": ["overdue"]},
    "soon": {"review": ["soon"]},
}
"""Each as the register filters: a tile counts the rows that its link shows."""


def by_tier(counts: Counts) -> list[tuple[str, int, str]]:
    """Of what is not retired."""
    found = counts.facets.get("tier", {})
    shown = [*Tier.choices, (NOT_TIERED, _("Not tiered"))]
    return [(str(label), found.get(tier, 0), tier) for tier, label in shown]


def by_stage(counts: Counts) -> list[tuple[str, int, str]]:
    found = counts.facets.get("stage", {})
    return [(str(label), found.get(stage, 0), stage) for stage, label in Stage.choices]
