"""What waits for one person: own duties first, then what their roles may decide."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from incidents.models import EvidenceRequest, Incident, RoleAssignment
from incidents.services.approvers import waiting_for
from registry.approvals import HELD
from registry.gaps import SOON
from registry.models import (
    Attestation,
    CapabilityRecord,
    GapAcceptance,
    GateCondition,
    GateRequest,
    Role,
    TierAssessment,
    User,
)
from registry.models.capabilities import missing
from registry.models.workflow_words import Stage
from registry.policies.capabilities import DECIDERS
from reviews.models import ActionItem, Extension, Review


@dataclass(frozen=True)
class Waiting:
    """Something only this person, or people of their role, can do."""

    icon: str
    text: str
    detail: str
    url: str
    due_date: date | None = None


def waiting(user: User) -> list[Waiting]:
    """Evidence asked for and own action items first, then what the roles may decide; never what they asked for."""
    return [
        *_own_evidence(user),
        *_own_actions(user),
        *_own_gaps(user),
        *_own_attestations(user),
        *_own_roles(user),
        *_messages(user),
        *_acceptances(user),
        *_gates(user),
        *_conditions(user),
        *(_to_decide(user) if user.has(Role.RISK) else []),
    ]


def _own_evidence(user: User) -> list[Waiting]:
    """Asked of this person, and what they asked for that came: incidents do not wait."""
    seen = EvidenceRequest.objects.filter(incident__in=Incident.objects.visible_to(user)).select_related("incident")
    asked = seen.waiting().going_on().filter(person=user).order_by("due_at", "pk")[:8]
    came = seen.filter(status="ANSWERED", asked_by=user).exclude(answered_by=user).order_by("answered_at", "pk")[:5]
    return [
        *(
            Waiting(
                "file-lock-2",
                _("Evidence: %(wanted)s") % {"wanted": row.wanted},
                str(row.incident),
                row.get_absolute_url(),
                timezone.localdate(row.due_at),
            )
            for row in asked
        ),
        *(
            Waiting("eye", _("Look at: %(wanted)s") % {"wanted": row.wanted}, str(row.incident), row.get_absolute_url())
            for row in came
        ),
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
    rows = rows.filter(request__status__in=HELD).select_related("request__workflow")
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


def _messages(user: User) -> list[Waiting]:
    return [
        Waiting(
            "megaphone",
            _("Message to approve: %(audience)s") % {"audience": row.get_audience_display()},
            str(row.incident),
            reverse("incident-communications", args=[row.incident_id]) + f"#message-{row.pk}",
        )
        for row in waiting_for(user, timezone.now())[:5]
    ]


def _to_decide(user: User) -> list[Waiting]:
    overrides = TierAssessment.objects.filter(override_status="ASKED").exclude(assessed_by=user)
    reviews = Review.objects.filter(status=Review.Status.SUBMITTED).exclude(author=user).exclude(submitted_by=user)
    extensions = Extension.objects.filter(decided_at__isnull=True).exclude(asked_by=user)
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
    ]
