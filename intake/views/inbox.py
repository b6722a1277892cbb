"""What arrived and what became of it: the list, by state, with facets and search."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Case, CharField, Count, F, QuerySet, Value, When
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from incidents.policies.incidents import may_declare
from incidents.views.facets import Combination, Facet, combinations, facet, matching
from intake.filters.signals import BOUND, SignalFilter
from intake.kinds import STANDING, State
from intake.models import ReceivedSignal, SignalSource
from intake.policies import signals as policies
from intake.policies import sources as source_policies
from registry.kernel.audit.asof import moment
from registry.kernel.http.pages import page
from registry.views.past import knows_past
from registry.views.requests import SignedInRequest

PAGE = 50
COLUMNS = {"status": "status", "source": "source_id", "level": "said_level", "bound": "is_bound"}
NO_LEVEL = "none"
LEVELS = 15
SORTS = {"-last": ("-last_seen_at", "-id"), "last": ("last_seen_at", "id")}


@page(policies.may_see_list, "GET")
@knows_past()
def inbox(request: SignedInRequest) -> HttpResponse:
    visible: QuerySet[ReceivedSignal] = ReceivedSignal.objects.visible_to(request.user)
    tab = request.GET.get("tab", "")
    tab = tab if tab in {*State, "ALL"} else State.WAITING
    in_tab = visible if tab == "ALL" else visible.filter(state=tab)
    asked = SignalFilter(request.GET, in_tab)
    chosen = {name: [value for value in request.GET.getlist(name) if value] for name in COLUMNS}
    found = combinations(_named(_narrowed(asked, "q", "workflow", "incident")), COLUMNS)
    is_valid = asked.form.is_valid()
    total = matching(found, chosen) if is_valid else sum(each.count for each in found)
    sort = request.GET.get("sort", "") if request.GET.get("sort", "") in SORTS else "-last"
    rows = (asked.qs if is_valid else in_tab).order_by(*SORTS[sort])
    facets = _facets(found, chosen)
    context = {
        "tab": tab,
        "tabs": _tabs(visible),
        "facets": facets,
        "chips": [(f, o) for f in facets for o in f.options if o.is_selected],
        "page_obj": _paged(rows, total, request.GET.get("page", "1")),
        "sort": sort,
        "is_narrowed": any(chosen.values()) or any(request.GET.get(name) for name in ("q", "workflow", "incident")),
        "may_pick": bool(policies.may_sort_out(request.user)) and tab in (State.WAITING, State.LATER) and not moment(),
        "may_report": policies.may_report(request.user),
        "may_see_sources": source_policies.may_see_list(request.user),
        "may_declare": may_declare(request.user),
    }
    return render(request, "intake/inbox.html", context)


def _named(rows: "QuerySet[ReceivedSignal]") -> "QuerySet[ReceivedSignal]":
    return rows.annotate(
        said_level=Case(When(level="", then=Value(NO_LEVEL)), default=F("level"), output_field=CharField()),
        is_bound=Case(When(workflow__isnull=True, then=Value("none")), default=Value("any")),
    )


def _narrowed(asked: SignalFilter, *names: str) -> "QuerySet[ReceivedSignal]":
    """The rows under some of the filters only."""
    rows: Any = asked.queryset
    asked.form.is_valid()
    for name in names:
        if value := asked.form.cleaned_data.get(name):
            rows = asked.filters[name].filter(rows, value)
    return rows  # type: ignore[no-any-return]


def _facets(found: list[Combination], chosen: dict[str, list[str]]) -> list[Facet]:
    sources = SignalSource.objects.filter(pk__in={each.values["source"] for each in found}).values_list("pk", "name")
    levels = sorted({each.values["level"] for each in found} | set(chosen["level"]))[:LEVELS]
    return [
        facet("status", _("As the source says"), [(s.value, s.label) for s in STANDING], found, chosen),
        facet("bound", _("Workflow"), BOUND, found, chosen),
        facet("level", _("Level"), [(v, _("Not said") if v == NO_LEVEL else v) for v in levels], found, chosen),
        facet("source", _("Source"), list(sources.order_by("name")), found, chosen),
    ]


def _tabs(visible: "QuerySet[ReceivedSignal]") -> list[dict[str, Any]]:
    counts = {row["state"]: row["n"] for row in _counted(visible)}
    tabs = [{"key": state.value, "label": state.label, "count": counts.get(state.value, 0)} for state in State]
    return [*tabs, {"key": "ALL", "label": _("All"), "count": sum(counts.values())}]


def _counted(visible: "QuerySet[ReceivedSignal]") -> Any:
    return visible.order_by().values("state").annotate(n=Count("pk"))


def _paged(rows: "QuerySet[ReceivedSignal]", total: int, number: str) -> Any:
    shown = rows.select_related("source", "workflow", "incident", "decided_by").defer(
        "text", "labels", "workflow__search", "workflow__purpose", "workflow__outputs", "workflow__affected_people"
    )
    paginator = Paginator(shown, PAGE)
    paginator.__dict__["count"] = total  # known from the facets
    return paginator.get_page(number)
