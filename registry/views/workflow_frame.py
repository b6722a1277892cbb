"""What stands around every page of a workflow: title, facts and tabs with their counts."""

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, F, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.kernel.access.verdict import Verdict, deny
from registry.kernel.audit.asof import clock, moment
from registry.models import Attestation, Baseline, Role, Signal, Surface, SurfaceVersion, User, Workflow
from registry.models.capabilities import missing
from registry.policies import workflows as policies
from registry.reports import workflow_history
from registry.services.watches import is_watching
from registry.views.past import Choice, choices
from registry.views.requests import SignedInRequest
from registry.watching import is_blind

DIFFERENCE = "workflow-difference"


@dataclass(frozen=True)
class Tab:
    name: str
    label: str
    url: str
    count: int | None
    is_current: bool


def find(pk: int) -> Workflow:
    """The workflow with the names its pages show."""
    return get_object_or_404(
        Workflow.objects.select_related(
            "business_owner", "technical_owner", "deputy", "business_unit", "business_unit__parent", "vendor"
        ),
        pk=pk,
    )


def frame(request: SignedInRequest, workflow: Workflow, tab: str) -> dict[str, Any]:
    """Context of `registry/workflow/base.html`. `tab` is the address name of the tab, such as `workflow-tier`.

    One query. What is restricted is not counted for people who cannot see all of it: a number would tell.
    """
    counts = _counts(request.user, workflow)
    return {
        "workflow": workflow,
        "frame": {
            "tabs": _tabs(workflow, tab, counts),
            "is_orphan": is_orphan(workflow),
            "is_blind": is_blind(workflow.is_running, counts["watching"]),
            "surfaces": counts["surfaces"],
            "at_good": counts["at_good"],
            "model_version": counts["model_version"],
            "may_edit": _not_then(policies.may_edit(request.user, workflow)),
            "may_report": policies.may_report(request.user, workflow),
            "moments": _moments(workflow, counts),
            "report_url": _reporting(workflow),
            "dossier_url": _url("workflow-dossier", workflow),
            "may_dossier": policies.may_see(request.user, workflow),
            "watches": is_watching(request.user, workflow, counts["muted"]),
            "asked": counts["asked"] if moment() is None else None,
            "correcting": counts["correcting"] if moment() is None else None,
        },
    }


def _not_then(answer: Verdict) -> Verdict:
    """Nothing is changed on a page that shows the past."""
    return answer if moment() is None else deny(_("As it was then."))


def _moments(workflow: Workflow, counts: dict[str, Any]) -> list[Choice]:
    """What the workflow offers to go back to: when it was registered, judged, and set to a known good state."""
    return choices(
        [
            (_("Registered"), workflow.created_at),
            *((_("Tier assessed"), at) for at in counts["assessed"]),
            *((_("Known good state marked"), at) for at in counts["known_good"]),
            *((_("Baseline approved"), at) for at in counts["baselines"]),
        ]
    )


def is_orphan(workflow: Workflow) -> bool:
    """Running without a business owner who is still here."""
    owner = workflow.business_owner
    return workflow.is_running and (owner is None or not owner.is_active)


def _tabs(workflow: Workflow, current: str, counts: dict[str, Any]) -> list[Tab]:
    listed = [
        ("workflow", _("Overview"), None),
        ("workflow-readiness", _("Readiness"), workflow.unready),
        ("workflow-tier", _("Tier"), counts["assessments"]),
        ("workflow-capabilities", _("Gaps"), counts["gaps"]),
        ("workflow-gates", _("Gates"), counts["gates"]),
        ("workflow-surfaces", _("Surfaces"), counts["surfaces"]),
        ("workflow-containment", _("Containment"), counts["options"]),
        ("workflow-control", _("Control"), None),
        ("workflow-signals", _("Signals"), len(counts["watching"])),
        ("workflow-playbook", _("Playbook"), None),
        ("workflow-incidents", _("Incidents"), counts["incidents"]),
        ("workflow-actions", _("Actions"), counts["actions"]),
        ("workflow-history", _("History"), counts["history"]),
    ]
    urls = ((name, label, _url(name, workflow), count) for name, label, count in listed)
    return [Tab(name, label, url, count, name == current) for name, label, url, count in urls if url]


def _url(name: str, workflow: Workflow) -> str:
    try:
        return reverse(name, args=[workflow.pk])
    except NoReverseMatch:  # an installation without the app that has this tab
        return ""


def _reporting(workflow: Workflow) -> str:
    try:
        return f"{reverse('declare')}?workflow={workflow.pk}"
    except NoReverseMatch:
        return ""


def _counts(user: User, workflow: Workflow) -> dict[str, Any]:
    surfaces: Any = Surface.objects.filter(workflow=workflow, is_active=True)
    links: Any = workflow.incident_links.all()
    actions: Any = workflow.actions.all()
    if not user.has(Role.RISK, Role.AUDITOR):
        links = links.filter(incident__visibility="NORMAL")
        actions = actions.filter(Q(incident=None) | Q(incident__visibility="NORMAL") | Q(assignee=user))
    model = surfaces.filter(kind=Surface.Kind.MODEL).exclude(current=None).order_by("pk")
    numbers = {
        "assessments": _how_many(workflow.tier_assessments.all()),
        "gaps": _how_many(workflow.capabilities.filter(missing(timezone.localdate(clock())))),
        "gates": _how_many(workflow.gate_requests.live()),
        "surfaces": _how_many(surfaces),
        "at_good": _how_many(surfaces.filter(current=F("known_good"))),
        "options": _how_many(workflow.containment_options.filter(is_active=True)),
        "incidents": _how_many(links),
        "actions": _how_many(actions),
        "history": _how_many(workflow_history.entries(workflow)),
        "watching": ArraySubquery(_active_signals(workflow)),
        "assessed": ArraySubquery(workflow.tier_assessments.order_by("-id").values("assessed_at")[:4]),
        "known_good": ArraySubquery(_known_good(workflow)),
        "baselines": ArraySubquery(_approved(workflow)),
        "model_version": Subquery(model.values("current__label")[:1]),
        "asked": Subquery(_asked(user, workflow).values("pk")[:1]),
        "correcting": Subquery(being_corrected(user, workflow)),
        "muted": Subquery(workflow.watches.filter(person=user).values("is_muted")[:1]),
    }
    named = {f"the_{name}": number for name, number in numbers.items()}  # beside the model's own names
    found: dict[str, Any] = dict(Workflow.objects.filter(pk=workflow.pk).values(**named)[0])
    return {name.removeprefix("the_"): value for name, value in found.items()}


def _approved(workflow: Workflow) -> QuerySet[Any, Any]:
    once = Baseline.objects.filter(workflow=workflow, status__in=[Baseline.Status.APPROVED, Baseline.Status.SUPERSEDED])
    return once.order_by("-decided_at").values("decided_at")[:4]


def _asked(user: User, workflow: Workflow) -> QuerySet[Attestation]:
    """What the reader is asked to attest, the most urgent first."""
    rows = Attestation.objects.waiting().of(user).filter(workflow=workflow, campaign__status="OPEN")
    return rows.order_by("campaign__due_date", "pk")


def being_corrected(user: User, workflow: Workflow) -> QuerySet[Any, Any]:
    """What the reader said was not true and is about to put right."""
    return _asked(user, workflow).filter(state=Attestation.State.CORRECTING).values("pk")[:1]


def _known_good(workflow: Workflow) -> QuerySet[Any, Any]:
    marked = SurfaceVersion.objects.filter(surface__workflow=workflow, known_good_at__isnull=False)
    return marked.order_by("-known_good_at").values("known_good_at")[:4]


def _active_signals(workflow: Workflow) -> QuerySet[Any, Any]:
    return Signal.objects.filter(workflow=workflow, is_active=True).order_by().values("kind")


def _how_many(rows: QuerySet[Any]) -> Coalesce:
    counted = rows.order_by().annotate(one=Value(1)).values("one").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)
