"""The list of action items, as a whole and for one workflow."""

from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.kernel.access.verdict import require
from registry.kernel.audit.asof import clock
from registry.kernel.http.pages import page
from registry.models import User, Workflow
from registry.policies import workflows
from registry.views import workflow_frame
from registry.views.past import knows_past
from registry.views.requests import SignedInRequest
from reviews.filters.actions import ME, ActionFilter
from reviews.lifecycle import ActionCategory, ActionState
from reviews.models import ActionItem
from reviews.models.actions import CHASED
from reviews.policies import actions as policies
from reviews.views.listing import Option, Tab, chips, choice_facet, one_page, record_facet, without

SETTLED = (ActionState.EFFECTIVE, ActionState.CANCELLED)


@page(policies.may_see_list, "GET")
@knows_past()
def actions(request: SignedInRequest) -> HttpResponse:
    visible = _visible(request.user)
    tab = request.GET.get("tab", "all")
    conditions = _tabs(request.user)
    in_tab = visible.filter(conditions.get(tab, Q()))
    filtered = ActionFilter(request.GET, queryset=in_tab, request=request).qs
    facets = _facets(request, in_tab)
    return render(
        request,
        "reviews/actions/list.html",
        {
            "page_obj": one_page(request, _with_names(filtered)),
            "tabs": _counted_tabs(visible, conditions, tab),
            "facets": facets,
            "chips": chips(request.GET, facets),
            "may_create": policies.may_open_form(request.user),
            "any_at_all": visible.exists() if not filtered else True,
        },
    )


@page(policies.may_see_list, "GET")
@knows_past(Workflow, workflow_frame.DIFFERENCE)
def workflow_actions(request: SignedInRequest, pk: int) -> HttpResponse:
    workflow = get_object_or_404(Workflow, pk=pk)
    require(workflows.may_see, request.user, workflow)
    rows = _visible(request.user).filter(workflow=workflow).order_by("due_date", "pk")
    return render(
        request,
        "reviews/actions/workflow.html",
        {
            **workflow_frame.frame(request, workflow, "workflow-actions"),
            "page_obj": one_page(request, _with_names(rows)),
            "new_url": f"{reverse('action-new')}?workflow={workflow.pk}",
            "may_create": policies.may_create(request.user, workflow=workflow),
        },
    )


def _visible(user: User) -> QuerySet[ActionItem]:
    visible: QuerySet[ActionItem] = ActionItem.objects.visible_to(user)
    return visible


def _with_names(rows: QuerySet[ActionItem]) -> QuerySet[ActionItem]:
    return rows.select_related("assignee", "incident", "workflow").annotate(
        extended=Count("extensions", filter=Q(extensions__is_granted=True))
    )


def _tabs(user: User) -> dict[str, Q]:
    """What each tab shows. To verify: claimed by somebody else."""
    return {
        "all": Q(),
        "mine": Q(assignee=user) & ~Q(state__in=[*SETTLED, ActionState.VERIFIED]),
        "overdue": Q(state__in=CHASED, due_date__lt=timezone.localdate(clock())),
        "verify": Q(state=ActionState.DONE_CLAIMED) & ~Q(claimed_by=user) & ~Q(assignee=user),
    }


def _counted_tabs(visible: QuerySet[ActionItem], conditions: dict[str, Q], current: str) -> list[Tab]:
    labels = {"all": _("All"), "mine": _("Mine"), "overdue": _("Overdue"), "verify": _("To verify")}
    counts = visible.order_by().aggregate(
        **{f"n_{key}": Count("pk", filter=q) if q else Count("pk") for key, q in conditions.items()}
    )
    return [
        Tab(key, labels[key], counts[f"n_{key}"], is_current=key == (current if current in labels else "all"))
        for key in ("mine", "overdue", "verify", "all")
    ]


def _facets(request: SignedInRequest, rows: QuerySet[ActionItem]) -> dict[str, list[Option]]:
    """Each counts what it would show with every other filter as it is."""
    query = request.GET

    def others(name: str) -> QuerySet[ActionItem]:
        found: QuerySet[ActionItem] = ActionFilter(without(query, name), queryset=rows, request=request).qs
        return found

    return {
        "state": choice_facet(query, "state", others("state"), "state", ActionState.choices()),
        "overdue": _overdue(query, others("overdue")),
        "category": choice_facet(query, "category", others("category"), "category", ActionCategory.choices()),
        "assignee": _people(request, others("assignee")),
        "workflow": record_facet(
            query, "workflow", others("workflow"), ["workflow", "workflow__name"], lambda row: row["workflow__name"]
        ),
        "incident": record_facet(
            query,
            "incident",
            others("incident"),
            ["incident", "incident__title"],
            lambda row: f"INC-{row['incident']:04d} {row['incident__title']}",
        ),
    }


def _overdue(query: QueryDict, rows: QuerySet[ActionItem]) -> list[Option]:
    late = rows.filter(state__in=CHASED, due_date__lt=timezone.localdate(clock())).order_by().count()
    return [Option("true", _("Overdue"), late, query.get("overdue") == "true")]


def _people(request: SignedInRequest, rows: QuerySet[ActionItem]) -> list[Option]:
    people = record_facet(
        request.GET, "assignee", rows, ["assignee", "assignee__name"], lambda row: row["assignee__name"]
    )
    mine = next((option.count for option in people if option.value == str(request.user.pk)), 0)
    me = Option(ME, _("Me"), mine, ME in request.GET.getlist("assignee"))
    return [me, *(option for option in people if option.value != str(request.user.pk))]
