"""The outputs of an incident: how far they are, who has which share, the list, and the list as a file."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.affected import Decision, Tally
from incidents.filters.outputs import OutputFilter
from incidents.models import AffectedOutput, Incident, OutputList, OutputShare
from incidents.policies import outputs as policies
from incidents.policies.incidents import may_see_list
from incidents.reports.output_counts import estimate_of
from incidents.services import reading
from incidents.services.outputs import exporting
from incidents.services.outputs.tallying import tally_of
from incidents.views.opening import opened, visible
from incidents.views.room_frame import frame
from registry.kernel.http.downloads import stream
from registry.kernel.http.pages import page
from registry.models import User
from registry.views.requests import SignedInRequest, query_of

PAGE = 50


@page(may_see_list, "GET")
def outputs(request: SignedInRequest, pk: int) -> HttpResponse:
    incident = opened(request.user, pk)
    tally = tally_of(incident)
    asked = filtered(request, incident)
    paginator = Paginator(asked.qs.order_by("pk") if asked.form.is_valid() else asked.qs.none(), PAGE)
    if (known := _known(request, tally)) is not None:
        paginator.__dict__["count"] = known
    page_obj = paginator.get_page(request.GET.get("page"))
    context = frame(incident, request.user, "outputs", timezone.now()) | {
        "tally": tally,
        "tabs": tabs(tally),
        "tab": request.GET.get("decision", ""),
        "page_obj": page_obj,
        "rows": _rows(page_obj),
        "chips": chips(request),
        "query": query_of(request),
        "may_decide": policies.may_decide(request.user, incident),
        "may_divide": policies.may_divide(request.user, incident),
        "reviewers": reviewers(incident, tally),
        "estimate": estimate_of(incident),
        "lists": OutputList.objects.filter(incident=incident).select_related("by")[:5],
    }
    return render(request, "incidents/outputs/list.html", context)


def _rows(page_obj: Any) -> QuerySet[AffectedOutput]:
    """The rows of a page, found by their keys first: far down the list nothing is joined that is then passed over."""
    keys = list(page_obj.object_list.values_list("pk", flat=True))
    return AffectedOutput.objects.filter(pk__in=keys).order_by("pk").select_related("share__person", "decided_by")


def filtered(request: SignedInRequest, incident: Incident) -> OutputFilter:
    rows = AffectedOutput.objects.filter(incident=incident)
    return OutputFilter(request.GET, rows, request=request)


def chosen(request: SignedInRequest, incident: Incident) -> QuerySet[AffectedOutput]:
    """The rows that the filter of the address names; none where it cannot be read."""
    asked = filtered(request, incident)
    rows: QuerySet[AffectedOutput] = asked.qs if asked.form.is_valid() else AffectedOutput.objects.none()
    return rows


def chips(request: SignedInRequest) -> list[tuple[str, str]]:
    """What narrows the list beside the tab: name of the filter and how it is told."""
    labels = {"q": _("Begins with"), "segment": _("Segment"), "reviewer": _("Share of"), "sample": _("In the sample")}
    given = {name: request.GET.get(name, "") for name in labels}
    if given["reviewer"].isdigit() and len(given["reviewer"]) < 18:
        given["reviewer"] = str(User.objects.filter(pk=given["reviewer"]).first() or "")
    return [(name, f"{labels[name]} {value}".strip()) for name, value in given.items() if value]


def tabs(tally: Tally) -> list[dict[str, Any]]:
    return [
        {"query": query, "label": label, "count": count, "value": value}
        for query, label, count, value in (
            ("", _("All"), tally.total, ""),
            ("decision=UNDECIDED", _("Undecided"), tally.undecided, Decision.UNDECIDED),
            ("decision=AFFECTED", _("Affected"), tally.affected, Decision.AFFECTED),
            ("decision=AMBIGUOUS", _("Second look"), tally.ambiguous, Decision.AMBIGUOUS),
            ("decision=UNAFFECTED", _("Unaffected"), tally.unaffected, Decision.UNAFFECTED),
        )
    ]


def _known(request: SignedInRequest, tally: Tally) -> int | None:
    """How many match, where the tally says so already."""
    given = {name: request.GET.getlist(name) for name in request.GET if name != "page" and request.GET.get(name)}
    if not given:
        return tally.total
    if list(given) == ["decision"] and len(given["decision"]) == 1:
        found = {each["value"]: each["count"] for each in tabs(tally)[1:]}
        return found.get(given["decision"][0])
    return None


def reviewers(incident: Incident, tally: Tally) -> list[tuple[User | None, int]]:
    """Who has how many to decide; those that nobody has come last."""
    held = OutputShare.objects.filter(incident=incident).order_by().values_list("person").annotate(n=Count("pk"))
    numbers: dict[int, int] = dict(held)
    people = sorted(User.objects.filter(pk__in=numbers), key=str)
    shares: list[tuple[User | None, int]] = [(person, numbers[person.pk]) for person in people]
    left = tally.undecided - sum(numbers.values())
    return [*shares, (None, left)] if left > 0 else shares


@page(may_see_list, "GET")
def export(request: SignedInRequest, pk: int) -> HttpResponseBase:
    """The rows of the filter as CSV. Who took what away goes on record."""
    incident = visible(request.user, pk)
    asked = filtered(request, incident)
    if not asked.form.is_valid():
        return redirect(f"{reverse('incident-outputs', args=[pk])}?{query_of(request)}")
    reading.opened(incident, by=request.user, at=timezone.now())
    pieces = exporting.export(incident, asked.qs, by=request.user, at=timezone.now(), filters=query_of(request))
    return stream(request, pieces, filename=exporting.filename(incident), content_type="text/csv; charset=utf-8")
