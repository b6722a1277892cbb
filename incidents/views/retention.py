"""Evidence whose keeping has ended: the list, and deciding on one piece."""

from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.filters.evidence import HOLD
from incidents.filters.retention import RetentionFilter
from incidents.forms.retention import ConfirmForm, DeclineForm, KeepForm, ProposeForm
from incidents.models import CustodyEvent, Evidence, Incident, RetentionReview
from incidents.policies import retention as policies
from incidents.services import reading, retention
from incidents.services.retention_due import OPEN
from incidents.views.asking import Question, ask
from incidents.views.facets import combinations, facet, matching
from incidents.views.opening import opened
from incidents.views.room_frame import frame
from registry.kernel.access.verdict import Policy, require
from registry.kernel.http.forms import PlainForm
from registry.kernel.http.pages import page
from registry.models import User
from registry.views.requests import SignedInRequest

PAGE = 50
COLUMNS = {"state": "state", "retention": "evidence__retention", "hold": "evidence__is_on_hold"}
JOINS = ("evidence__incident", "evidence__file", "evidence__collected_by", "proposed_by", "decided_by")


def visible_reviews(user: User) -> QuerySet[RetentionReview]:
    seen = Incident.objects.visible_to(user).values("pk")
    return RetentionReview.objects.filter(evidence__incident__in=seen).select_related(*JOINS)


@page(policies.may_see_reviews, "GET")
def reviews(request: SignedInRequest) -> HttpResponse:
    visible = visible_reviews(request.user)
    tab = "settled" if request.GET.get("tab") == "settled" else "open"
    rows = visible.filter(state__in=OPEN) if tab == "open" else visible.exclude(state__in=OPEN)
    asked = RetentionFilter(request.GET, rows.order_by(*(["due_date", "pk"] if tab == "open" else ["-decided_at"])))
    is_valid = asked.form.is_valid()
    chosen = {name: [v for v in request.GET.getlist(name) if v] for name in COLUMNS}
    base: Any = asked.queryset
    if words := asked.form.cleaned_data.get("q"):
        base = asked.filters["q"].filter(base, words)
    counts = combinations(base, COLUMNS)
    paginator = Paginator(asked.qs if is_valid else base, PAGE)
    paginator.__dict__["count"] = matching(counts, chosen if is_valid else {})  # known from the facets
    facets = [
        facet("state", _("State"), RetentionReview.State.choices, counts, chosen),
        facet("retention", _("Keep for"), Evidence.Retention.choices, counts, chosen),
        facet("hold", _("Legal hold"), HOLD, counts, chosen),
    ]
    context = {
        "tab": tab,
        "totals": visible.aggregate(
            open=Count("pk", filter=Q(state__in=OPEN)), settled=Count("pk", filter=~Q(state__in=OPEN))
        ),
        "facets": facets,
        "chips": [(each, option) for each in facets for option in each.options if option.is_selected],
        "page_obj": paginator.get_page(request.GET.get("page")),
        "is_narrowed": any(chosen.values()) or bool(request.GET.get("q")),
    }
    return render(request, "incidents/retention/list.html", context)


@page(policies.may_see_reviews, "GET")
def review(request: SignedInRequest, pk: int) -> HttpResponse:
    row = _found(request, pk)
    incident = opened(request.user, row.evidence.incident_id)
    reading.pieces_shown([row.evidence_id], by=request.user, at=timezone.now())
    context = frame(incident, request.user, "evidence", timezone.now()) | {
        "review": row,
        "piece": row.evidence,
        "sharing": Evidence.objects.filter(file=row.evidence.file_id)
        .exclude(pk=row.evidence_id)
        .exclude(custody=Evidence.Custody.DISPOSED)
        .count(),
        "chain": CustodyEvent.objects.filter(evidence=row.evidence_id).select_related("by").order_by("-id")[:5],
        "may_keep": policies.may_keep(request.user, row),
        "may_propose": policies.may_propose(request.user, row),
        "may_confirm": policies.may_confirm(request.user, row),
        "may_decline": policies.may_decline(request.user, row),
    }
    return render(request, "incidents/retention/review.html", context)


@page(policies.may_see_reviews, "GET", "POST")
def keep(request: SignedInRequest, pk: int) -> HttpResponse:
    def decide(row: RetentionReview, given: dict[str, Any]) -> RetentionReview:
        return retention.keep_on(row, by=request.user, at=timezone.now(), until=given["until"], reason=given["reason"])

    row = _found(request, pk, policies.may_keep)
    return _ask(request, row, _question(row, _("Keep it on"), _("Keep it on")), KeepForm, decide)


@page(policies.may_see_reviews, "GET", "POST")
def propose(request: SignedInRequest, pk: int) -> HttpResponse:
    def decide(row: RetentionReview, given: dict[str, Any]) -> RetentionReview:
        return retention.propose(row, by=request.user, at=timezone.now(), reason=given["reason"])

    row = _found(request, pk, policies.may_propose)
    lead = _("Nothing is removed by this. A second person of risk staff must confirm it.")
    question = _question(row, _("Propose its disposal"), _("Propose disposal"), lead=lead)
    return _ask(request, row, question, ProposeForm, decide)


@page(policies.may_see_reviews, "GET", "POST")
def decline(request: SignedInRequest, pk: int) -> HttpResponse:
    def decide(row: RetentionReview, given: dict[str, Any]) -> RetentionReview:
        return retention.decline(row, by=request.user, at=timezone.now(), reason=given["reason"])

    row = _found(request, pk, policies.may_decline)
    return _ask(request, row, _question(row, _("Decline the disposal"), _("Decline")), DeclineForm, decide)


@page(policies.may_see_reviews, "GET", "POST")
def confirm(request: SignedInRequest, pk: int) -> HttpResponse:
    def decide(row: RetentionReview, given: dict[str, Any]) -> RetentionReview:
        return retention.confirm(row, by=request.user, at=timezone.now())

    row = _found(request, pk, policies.may_confirm)
    warning = _("The content goes for good, also from this page. Its row, its hash and its chain of custody stay.")
    question = _question(row, _("Confirm the disposal"), _("Dispose of it"), warning=warning)
    return _ask(request, row, question, ConfirmForm, decide)


def _question(row: RetentionReview, title: str, submit: str, *, lead: str = "", warning: str = "") -> Question:
    return Question(
        title=title,
        submit=submit,
        section="evidence",
        back=reverse("retention-review", args=[row.pk]),
        lead=lead,
        about=f"{row.evidence.reference} {row.evidence.title}",
        warning=warning,
        is_dangerous=bool(warning),
    )


def _ask(
    request: SignedInRequest,
    row: RetentionReview,
    question: Question,
    form: type[PlainForm],
    decide: Callable[[RetentionReview, dict[str, Any]], RetentionReview],
) -> HttpResponse:
    bound = form(request.POST if request.method == "POST" else None)
    incident = row.evidence.incident_id
    return ask(request, incident, question, bound, lambda given: decide(row, given), said=_("Recorded."))


def _found(request: SignedInRequest, pk: int, policy: Policy | None = None) -> RetentionReview:
    """The review, if this person may see it; with a policy, if they may also decide so."""
    row = visible_reviews(request.user).filter(pk=pk).first()
    if row is None:
        raise Http404
    if policy is not None:
        require(policy, request.user, row)
    return row
