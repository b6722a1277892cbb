"""The first page: what is going on, what waits for me, and the state of the inventory. Every number is a link."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from incidents.models import Communication, Incident, RoleAssignment
from registry.approvals import Status
from registry.gaps import SOON
from registry.kernel.http.pages import page
from registry.models import (
    Attestation,
    CapabilityRecord,
    GapAcceptance,
    GateCondition,
    GateRequest,
    Role,
    TierAssessment,
    User,
    Workflow,
)
from registry.models.capabilities import missing
from registry.models.workflows import Stage, Tier
from registry.policies.capabilities import DECIDERS
from registry.views.requests import SignedInRequest
from reviews.models import ActionItem, Extension, Review
from reviews.policies.overview import may_see_overview


@dataclass(frozen=True)
class Tile:
    label: str
    value: int
    note: str
    url: str
    icon: str
    tone: str = ""


@dataclass(frozen=True)
class Waiting:
    """Something only this person, or people of their role, can do."""

    icon: str
    text: str
    detail: str
    url: str
    due_date: date | None = None


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
    tiers, stages = by_tier(), by_stage()
    return render(
        request,
        "overview/overview.html",
        {
            "tiles": tiles(user, today),
            "going_on": going_on,
            "waiting": waiting(user),
            "tiers": tiers,
            "tiers_max": max(count for _label, count, _value in tiers),
            "stages": stages,
            "stages_max": max(count for _label, count, _value in stages),
        },
    )


def tiles(user: User, today: date) -> list[Tile]:
    incidents = Incident.objects.visible_to(user).filter(category="INCIDENT")
    running = incidents.active().aggregate(all=Count("pk"), worst=Count("pk", filter=Q(severity="SEV-1")))
    actions = ActionItem.objects.visible_to(user)
    overdue, mine = actions.overdue(today).count(), actions.to_chase().assigned_to(user).count()
    workflows = _workflow_figures(today)
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
            f"{register}?tier=none&stage=PILOT&stage=PRODUCTION",
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


def _workflow_figures(today: date) -> dict[str, Any]:
    running = Q(stage__in=[Stage.PILOT, Stage.PRODUCTION])
    lasting = ~Q(stage=Stage.RETIRED)
    return Workflow.objects.aggregate(
        running=Count("pk", filter=running),
        untiered=Count("pk", filter=running & Q(tier="")),
        orphaned=Count("pk", filter=running & (Q(business_owner__isnull=True) | Q(business_owner__is_active=False))),
        late=Count("pk", filter=lasting & Q(next_review_date__lt=today)),
        soon=Count(
            "pk", filter=lasting & Q(next_review_date__gte=today, next_review_date__lte=today + timedelta(days=30))
        ),
    )


def by_tier() -> list[tuple[str, int, str]]:
    counts = dict(Workflow.objects.exclude(stage=Stage.RETIRED).values_list("tier").annotate(Count("pk")))
    rows = [(str(label), counts.get(tier, 0), tier) for tier, label in Tier.choices]
    return [*rows, (_("Not tiered"), counts.get("", 0), "none")]


def by_stage() -> list[tuple[str, int, str]]:
    counts = dict(Workflow.objects.values_list("stage").annotate(Count("pk")))
    return [(str(label), counts.get(stage, 0), stage) for stage, label in Stage.choices]


def waiting(user: User) -> list[Waiting]:
    """Own action items first, then what the person's roles may decide; never what they asked for themselves."""
    return [
        *_own_actions(user),
        *_own_gaps(user),
        *_own_attestations(user),
        *_own_roles(user),
        *_acceptances(user),
        *_gates(user),
        *_conditions(user),
        *(_to_decide(user) if user.has(Role.RISK) else []),
    ]


def _own_actions(user: User) -> list[Waiting]:
    rows = ActionItem.objects.to_chase().assigned_to(user).order_by("due_date")[:8]
    return [
        Waiting("list-checks", action.title, action.reference, action.get_absolute_url(), action.due_date)
        for action in rows
    ]


def _own_gaps(user: User) -> list[Waiting]:
    """Late, or due soon."""
    today = timezone.localdate()
    rows = CapabilityRecord.objects.filter(missing(today), owner=user, due_date__lte=today + SOON)
    rows = rows.exclude(workflow__stage=Stage.RETIRED).select_related("workflow").order_by("due_date", "pk")
    return [
        Waiting(
            "circle-dashed",
            _("Gap: %(capability)s") % {"capability": row},
            row.workflow.name,
            row.get_absolute_url(),
            row.due_date,
        )
        for row in rows[:8]
    ]


def _own_attestations(user: User) -> list[Waiting]:
    """One line for each campaign, however many workflows it asks about."""
    rows = Attestation.objects.waiting().of(user).filter(campaign__status="OPEN").order_by()
    counted = rows.values("campaign", "campaign__name", "campaign__due_date").annotate(n=Count("pk"))
    return [
        Waiting(
            "clipboard-check",
            ngettext("Attest %(n)s workflow", "Attest %(n)s workflows", row["n"]) % {"n": row["n"]},
            row["campaign__name"],
            f"{reverse('attestations')}?campaign={row['campaign']}",
            row["campaign__due_date"],
        )
        for row in counted.order_by("campaign__due_date", "campaign")[:5]
    ]


def _acceptances(user: User) -> list[Waiting]:
    """To decide on, for risk staff and executives alike."""
    if not user.has(*DECIDERS):
        return []
    rows = GapAcceptance.objects.filter(status=GapAcceptance.Status.ASKED).exclude(asked_by=user).order_by("pk")
    return [
        Waiting(
            "hourglass",
            _("Accept a gap? %(gap)s") % {"gap": row.get_capability_display()},
            row.workflow.name,
            row.get_absolute_url(),
        )
        for row in rows.select_related("workflow")[:5]
    ]


def _gates(user: User) -> list[Waiting]:
    """Requests whose open step this person may decide."""
    rows = GateRequest.objects.waiting_for(user).select_related("workflow").order_by("step_since_at", "pk")
    return [Waiting("gavel", row.get_kind_display(), row.workflow.name, row.get_absolute_url()) for row in rows[:5]]


def _conditions(user: User) -> list[Waiting]:
    """Of approvals that are granted or in effect: late, or due soon."""
    rows = GateCondition.objects.filter(owner=user, met_at__isnull=True, due_date__lte=timezone.localdate() + SOON)
    rows = rows.filter(request__status__in=[Status.GRANTED, Status.USED]).select_related("request__workflow")
    return [
        Waiting(
            "gavel",
            _("Condition: %(text)s") % {"text": row.text},
            row.request.workflow.name,
            row.get_absolute_url(),
            row.due_date,
        )
        for row in rows.order_by("due_date", "pk")[:5]
    ]


def _own_roles(user: User) -> list[Waiting]:
    rows = RoleAssignment.objects.filter(person=user, ended_at__isnull=True, accepted_at__isnull=True)
    return [
        Waiting(
            "user-plus",
            _("Accept: %(role)s") % {"role": row.get_role_display()},
            str(row.incident),
            reverse("incident-people", args=[row.incident_id]),
        )
        for row in rows.select_related("incident")[:5]
    ]


def _to_decide(user: User) -> list[Waiting]:
    overrides = TierAssessment.objects.filter(override_status="ASKED").exclude(assessed_by=user)
    reviews = Review.objects.filter(status=Review.Status.SUBMITTED).exclude(author=user).exclude(submitted_by=user)
    extensions = Extension.objects.filter(decided_at__isnull=True).exclude(asked_by=user)
    drafts = Communication.objects.filter(status="DRAFT", incident__state__in=["OPEN", "CONTAINED", "RECOVERING"])
    proofs = ActionItem.objects.filter(state="DONE_CLAIMED").exclude(claimed_by=user)
    return [
        *(
            Waiting(
                "scale",
                _("Tier override: %(tier)s") % {"tier": row.override_tier},
                row.workflow.name,
                reverse("workflow-tier", args=[row.workflow_id]),
            )
            for row in overrides.select_related("workflow")[:5]
        ),
        *(
            Waiting("clipboard-check", _("Review to approve"), str(row.incident), row.get_absolute_url())
            for row in reviews.select_related("incident")[:5]
        ),
        *(
            Waiting("hourglass", _("More time asked for"), str(row.action), row.action.get_absolute_url())
            for row in extensions.select_related("action")[:5]
        ),
        *(
            Waiting("shield-check", _("Proof to verify"), str(row), row.get_absolute_url(), row.due_date)
            for row in proofs[:5]
        ),
        *(
            Waiting(
                "megaphone",
                _("Communication to approve"),
                str(row.incident),
                reverse("incident-communications", args=[row.incident_id]),
            )
            for row in drafts.exclude(drafted_by=user).select_related("incident")[:5]
        ),
    ]
