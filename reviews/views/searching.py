"""The search page: what was found, by kind."""

from django.http import HttpResponse
from django.shortcuts import render

from registry.kernel.http.pages import page
from registry.views.requests import SignedInRequest
from reviews.policies.overview import may_see_overview
from reviews.reports.search import KINDS, search

EACH = 5
"""Hits of a kind while all kinds are shown."""
LONGEST = 200


@page(may_see_overview, "GET")
def searching(request: SignedInRequest) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:LONGEST]
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS else ""
    found = search(request.user, words)
    shown = [(part, part.hits if kind else part.hits[:EACH]) for part in found if part.hits and kind in ("", part.kind)]
    context = {
        "words": words,
        "kind": kind,
        "tabs": [part for part in found if part.hits or part.kind == kind],
        "shown": shown,
        "is_anything": any(part.hits for part in found),
    }
    return render(request, "overview/search.html", context)
