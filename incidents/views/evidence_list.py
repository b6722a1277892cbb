"""All evidence a person may see, across incidents."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from incidents.filters.evidence import HOLD, EvidenceFilter
from incidents.models import Evidence, Incident, RetentionReview
from incidents.policies.evidence import may_see_list
from incidents.policies.retention import may_see_reviews
from incidents.services.damage import BAD
from incidents.services.retention_due import OPEN
from incidents.views.evidence import readable
from incidents.views.facets import combinations, facet, matching
from registry.kernel.http.pages import page
from registry.views.requests import SignedInRequest

PAGE = 50
COLUMNS = {"kind": "kind", "custody": "custody", "hold": "is_on_hold"}


@page(may_see_list, "GET")
def evidence_list(request: SignedInRequest) -> HttpResponse:
    seen = Incident.objects.visible_to(request.user).values("pk")
    rows = Evidence.objects.filter(incident__in=seen).select_related("file", "incident", "collected_by")
    asked = EvidenceFilter(request.GET, rows.order_by("-received_at", "-id"))
    is_valid = asked.form.is_valid()
    chosen = {name: [v for v in request.GET.getlist(name) if v] for name in COLUMNS}
    base: Any = asked.queryset
    for name in ("q", "incident"):
        if asked.form.cleaned_data.get(name):
            base = asked.filters[name].filter(base, asked.form.cleaned_data[name])
    counts = combinations(base, COLUMNS)
    paginator = Paginator(asked.qs if is_valid else base, PAGE)
    paginator.__dict__["count"] = matching(counts, chosen if is_valid else {})  # known from the facets
    page_obj = paginator.get_page(request.GET.get("page"))
    facets = [
        facet("kind", _("Kind"), Evidence.Kind.choices, counts, chosen),
        facet("custody", _("Custody"), Evidence.Custody.choices, counts, chosen),
        facet("hold", _("Legal hold"), HOLD, counts, chosen),
    ]
    context = {
        "facets": facets,
        "chips": [(each, option) for each in facets for option in each.options if option.is_selected],
        "page_obj": page_obj,
        "rows": readable(request.user, page_obj.object_list),
        "damaged": rows.filter(custody__in=BAD).count(),
        "may_see_reviews": may_see_reviews(request.user),
        "reviews_due": RetentionReview.objects.filter(state__in=OPEN, evidence__incident__in=seen).count(),
        "is_narrowed": any(chosen.values()) or bool(request.GET.get("q") or request.GET.get("incident")),
    }
    return render(request, "incidents/evidence_list.html", context)
