"""Post-incident reviews: the list, the page, writing, submitting, deciding, reopening."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.forms.refusals import take_errors
from incidents.models import Incident
from incidents.services import reading
from registry.kernel.access.verdict import require
from registry.kernel.http.errors import Stale
from registry.kernel.http.pages import page
from registry.kernel.http.stale import meet, settled
from registry.models import User
from registry.severities import Severity
from registry.views.requests import SignedInRequest
from reviews.filters.reviews import ReviewFilter
from reviews.forms.reviews import DecisionForm, ReopenReviewForm, ReviewForm
from reviews.lifecycle import ReviewState
from reviews.models import Review
from reviews.policies import actions as action_policies
from reviews.policies import reviews as policies
from reviews.services import reviews as services
from reviews.views.listing import Tab, chips, choice_facet, one_page, without
from reviews.views.review_aside import aside

UNPROCESSABLE = 422


@page(policies.may_see_list, "GET")
def reviews(request: SignedInRequest) -> HttpResponse:
    visible = _visible(request.user)
    conditions = _tabs(request.user)
    tab = request.GET.get("tab", "all")
    in_tab = visible.filter(conditions.get(tab, Q()))
    filtered = ReviewFilter(request.GET, queryset=in_tab, request=request).qs

    def others(name: str) -> Any:
        return ReviewFilter(without(request.GET, name), queryset=in_tab, request=request).qs

    query = request.GET
    facets = {
        "status": choice_facet(query, "status", others("status"), "status", ReviewState.choices()),
        "severity": choice_facet(query, "severity", others("severity"), "incident__severity", Severity.choices()),
    }
    counts = visible.order_by().aggregate(
        **{f"n_{key}": Count("pk", filter=q) if q else Count("pk") for key, q in conditions.items()}
    )
    rows = filtered.annotate(items=Count("actions")).select_related("incident", "author")
    labels = {"mine": _("Mine"), "waiting": _("Waiting for me"), "open": _("Not approved"), "all": _("All")}
    current = tab if tab in labels else "all"
    return render(
        request,
        "reviews/list.html",
        {
            "page_obj": one_page(request, rows),
            "tabs": [Tab(key, label, counts[f"n_{key}"], key == current) for key, label in labels.items()],
            "facets": facets,
            "chips": chips(query, facets),
            "any_at_all": bool(counts["n_all"]),
        },
    )


@page(policies.may_see_list, "GET")
def review(request: SignedInRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(_visible(request.user), pk=pk)
    reading.opened(found.incident, by=request.user, at=timezone.now())
    return _page(request, found, DecisionForm(), status=200)


@page(policies.may_see_list)
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(_visible(request.user), pk=pk)
    require(policies.may_write, request.user, found)
    reading.opened(found.incident, by=request.user, at=timezone.now())
    meeting, draft = None, f"review-{pk}"
    if request.method == "POST":
        form = ReviewForm(settled(request.POST, ReviewForm(instance=found)), instance=found)
        if form.is_valid():
            try:
                services.save_answers(
                    found,
                    by=request.user,
                    at=timezone.now(),
                    opened_version=form.cleaned_data["opened_version"],
                    **form.answers(),
                )
            except Stale as stale:
                meeting = meet(form, stale.current)
            else:
                messages.success(request, _("Saved."), extra_tags=f"draft-done:{draft}")
                return redirect("review-edit" if "stay" in request.POST else "review", pk)
    else:
        form = ReviewForm(instance=found)
    return render(
        request,
        "reviews/edit.html",
        {**_frame(request, found), "form": form, "meeting": meeting, "draft": draft},
        status=UNPROCESSABLE if meeting or form.errors else 200,
    )


@page(policies.may_see_list, "POST")
def submit(request: SignedInRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(_visible(request.user), pk=pk)
    try:
        services.submit(found, by=request.user, at=timezone.now())
    except ValidationError as error:
        return _page(request, found, DecisionForm(), status=UNPROCESSABLE, lacking=list(error.messages))
    messages.success(request, _("Submitted. A second person decides on it now."))
    return redirect("review", pk)


@page(policies.may_see_list, "POST")
def decide(request: SignedInRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(_visible(request.user), pk=pk)
    form = DecisionForm(request.POST)
    approve = request.POST.get("decision") == "approve"
    if form.is_valid():
        try:
            services.decide(found, by=request.user, at=timezone.now(), approve=approve, note=form.cleaned_data["note"])
        except ValidationError as error:
            take_errors(form, error)
        else:
            messages.success(request, _("Approved.") if approve else _("Returned to its author."))
            return redirect("review", pk)
    return _page(request, found, form, status=UNPROCESSABLE)


@page(policies.may_see_list)
def reopen(request: SignedInRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(_visible(request.user), pk=pk)
    require(policies.may_reopen, request.user, found)
    reading.opened(found.incident, by=request.user, at=timezone.now())
    form = ReopenReviewForm(request.POST) if request.method == "POST" else ReopenReviewForm()
    if request.method == "POST" and form.is_valid():
        services.reopen(found, by=request.user, at=timezone.now(), reason=form.cleaned_data["reason"])
        messages.success(request, _("The review is open again."))
        return redirect("review", pk)
    context = {"review": found, "form": form}
    return render(request, "reviews/reopen.html", context, status=UNPROCESSABLE if form.errors else 200)


@page(policies.may_see_list)
def incident_review(request: SignedInRequest, pk: int) -> HttpResponse:
    """The review of one incident: its page once there is one, else the offer to begin it."""
    incident = get_object_or_404(Incident.objects.visible_to(request.user), pk=pk)
    reading.opened(incident, by=request.user, at=timezone.now())
    existing = Review.objects.filter(incident=incident).first()
    if existing is not None:
        return redirect(existing)
    if request.method == "POST":
        begun = services.start(incident, by=request.user, at=timezone.now())
        return redirect("review-edit", begun.pk)
    context = {
        "incident": incident,
        "may_start": policies.may_start(request.user, incident),
        "due_date": services.due_date_of(incident, at=timezone.now()),
    }
    return render(request, "reviews/start.html", context)


def _visible(user: User) -> QuerySet[Review]:
    incidents = Incident.objects.visible_to(user)
    return Review.objects.filter(incident__in=incidents).select_related(
        "incident", "author", "submitted_by", "decided_by"
    )


def _tabs(user: User) -> dict[str, Q]:
    """Waiting for me: submitted by others, for those who decide."""
    decides = Q(status=ReviewState.SUBMITTED) & ~Q(author=user) & ~Q(submitted_by=user)
    return {
        "mine": Q(author=user),
        "waiting": decides if user.has("RISK") else Q(pk__in=[]),
        "open": ~Q(status=ReviewState.APPROVED),
        "all": Q(),
    }


def _frame(request: SignedInRequest, found: Review) -> dict[str, Any]:
    return {
        "review": found,
        "incident": found.incident,
        "actions": found.actions.select_related("assignee").order_by("id"),
        "add_url": f"{reverse('action-new')}?review={found.pk}",
        "may_add": action_policies.may_create(request.user, found.incident),
        **aside(found.incident),
    }


def _page(
    request: SignedInRequest, found: Review, form: DecisionForm, *, status: int, lacking: list[str] | None = None
) -> HttpResponse:
    labels = {field.name: field.verbose_name for field in Review._meta.fields}
    is_written = found.status in {ReviewState.DRAFT, ReviewState.RETURNED}
    context = {
        **_frame(request, found),
        "form": form,
        "lacking": lacking if lacking is not None else services.lacking(found) if is_written else [],
        "was_refused": lacking is not None,
        "is_written": is_written,
        "answers": [(labels[name], getattr(found, name)) for name in TEXTS],
        "causes": [Review.Cause(cause).label for cause in found.causes],
        "may_write": policies.may_write(request.user, found),
        "may_submit": policies.may_submit(request.user, found),
        "may_decide": policies.may_decide(request.user, found),
        "may_reopen": policies.may_reopen(request.user, found),
    }
    return render(request, "reviews/review.html", context, status=status)


TEXTS = tuple(name for name in services.ANSWERS if name != "causes")
