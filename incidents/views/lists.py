"""The list of incidents: tabs, facets, search, sort."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Case, Count, OuterRef, Q, QuerySet, Subquery, Value, When
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from incidents.filters.incidents import EXERCISE, IncidentFilter
from incidents.lifecycle import State
from incidents.models import Incident, IncidentWorkflow, RoleAssignment
from incidents.models.incidents import ACTIVE
from incidents.policies.incidents import may_declare, may_see_list
from incidents.policies.webhooks import may_see_endpoints
from incidents.severity import Category, Severity
from incidents.views.facets import Facet, Option, combinations, facet, matching
from registry.kernel.http.pages import page
from registry.models import User
from registry.views.past import knows_past
from registry.views.requests import SignedInRequest

PAGE = 50
COLUMNS = {
    "state": "state",
    "severity": "severity",
    "category": "category",
    "kind": "kind",
    "exercise": "is_exercise",
}
SORTS = {
    "declared": ("declared_at", "pk"),
    "-declared": ("-declared_at", "-pk"),
    "severity": ("weight", "-declared_at", "-pk"),
    "-severity": ("-weight", "-declared_at", "-pk"),
    "title": ("title", "pk"),
    "-title": ("-title", "-pk"),
}


def tabs(user: User) -> dict[str, tuple[Any, Q]]:
    """Key → label and condition, in their order."""
    held = RoleAssignment.objects.filter(person=user, ended_at__isnull=True).values("incident")
    reported = Q(category=Category.INCIDENT)
    return {
        "active": (_("Active"), reported & Q(state__in=ACTIVE)),
        "mine": (_("Mine"), Q(declared_by=user) | Q(pk__in=held)),
        "all": (_("All"), Q()),
        "near": (_("Near misses"), ~reported),
        "closed": (_("Closed"), Q(state__in=[State.RESOLVED, State.CLOSED, State.DECLINED, State.MERGED])),
    }


@page(may_see_list, "GET")
@knows_past()
def incidents(request: SignedInRequest) -> HttpResponse:
    visible: QuerySet[Incident] = Incident.objects.visible_to(request.user)
    known = tabs(request.user)
    tab = request.GET.get("tab", "") if request.GET.get("tab", "") in known else "active"
    asked = IncidentFilter(request.GET, visible.filter(known[tab][1]))
    chosen = {name: [v for v in request.GET.getlist(name) if v] for name in COLUMNS}
    base = narrowed(asked, ("q", "workflow"))
    found = combinations(base, COLUMNS)
    rows = asked.qs if asked.form.is_valid() else base
    total = matching(found, chosen) if asked.form.is_valid() else sum(each.count for each in found)
    sort = request.GET.get("sort", "") if request.GET.get("sort", "") in SORTS else "-declared"
    page_obj = paged(ordered(rows, sort), total, request.GET.get("page", "1"))
    facets = facets_of(found, chosen)
    workflow_facet = workflows_of(narrowed(asked, ("q",)), request.GET.getlist("workflow"))
    context = {
        "tab": tab,
        "tabs": counted(visible, known),
        "facets": [*facets, workflow_facet],
        "chips": [(f, o) for f in [*facets, workflow_facet] for o in f.options if o.is_selected],
        "page_obj": page_obj,
        "sort": sort,
        "errors": asked.form.errors,
        "is_narrowed": any(chosen.values()) or bool(request.GET.getlist("workflow") or request.GET.get("q")),
        "may_declare": may_declare(request.user),
        "may_see_webhooks": may_see_endpoints(request.user),
    }
    return render(request, "incidents/list.html", context)


def narrowed(asked: IncidentFilter, names: tuple[str, ...]) -> QuerySet[Incident]:
    """The rows under some of the filters only."""
    rows: Any = asked.queryset
    asked.form.is_valid()
    for name in names:
        value = asked.form.cleaned_data.get(name)
        if value:
            rows = asked.filters[name].filter(rows, value)
    return rows  # type: ignore[no-any-return]


def ordered(rows: QuerySet[Incident], sort: str) -> QuerySet[Incident]:
    held = RoleAssignment.objects.filter(incident=OuterRef("pk"), role=RoleAssignment.Role.LEAD, ended_at__isnull=True)
    primary = IncidentWorkflow.objects.filter(incident=OuterRef("pk"), is_primary=True)
    weight = Case(*[When(severity=level.value, then=Value(n)) for n, level in enumerate(Severity)], default=Value(9))
    return rows.annotate(
        weight=weight,
        lead_name=Subquery(held.values("person__name")[:1]),
        workflow_pk=Subquery(primary.values("workflow")[:1]),
        workflow_name=Subquery(primary.values("workflow__name")[:1]),
    ).order_by(*SORTS[sort])


def paged(rows: QuerySet[Incident], total: int, number: str) -> Any:
    paginator = Paginator(rows, PAGE)
    paginator.__dict__["count"] = total  # known from the facets
    return paginator.get_page(number)


def counted(visible: QuerySet[Incident], known: dict[str, tuple[Any, Q]]) -> list[dict[str, Any]]:
    """The tabs with how many each holds, in one query."""
    conditions = {key: Count("pk", filter=condition) for key, (_label, condition) in known.items() if condition}
    counts = visible.order_by().aggregate(**conditions, all=Count("pk"))
    return [{"key": key, "label": label, "count": counts[key]} for key, (label, _condition) in known.items()]


def facets_of(found: Any, chosen: dict[str, list[str]]) -> list[Facet]:
    questions: list[tuple[str, Any, Any]] = [
        ("state", _("State"), [(s.value, s.label) for s in State]),
        ("severity", _("Severity"), [(s.value, s.label) for s in Severity]),
        ("category", _("Category"), [(c.value, c.label) for c in Category]),
        ("kind", _("Kind"), Incident.Kind.choices),
        ("exercise", _("Exercise"), EXERCISE),
    ]
    return [facet(name, label, choices, found, chosen) for name, label, choices in questions]


def workflows_of(rows: QuerySet[Incident], chosen: list[str]) -> Facet:
    """The workflows with most incidents in this view, and those chosen."""
    links = IncidentWorkflow.objects.filter(incident__in=rows).values("workflow", "workflow__name")
    grouped = links.annotate(number=Count("pk")).order_by("-number", "workflow__name")[:200]
    options = [
        Option(str(row["workflow"]), row["workflow__name"], row["number"], str(row["workflow"]) in chosen)
        for row in grouped
    ]
    shown = [option for option in options if option.is_selected]
    shown += [option for option in options if not option.is_selected][: 12 - len(shown)]
    return Facet("workflow", _("Workflow"), shown)
