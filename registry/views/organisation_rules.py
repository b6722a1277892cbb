"""The organisation's rules: what is in force, in words, with all versions before and those that wait."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render

from registry.kernel.audit.asof import clock
from registry.kernel.http.pages import page
from registry.models import OrganisationRules
from registry.organisation_rules import RulesKind, kind_of
from registry.policies import organisation_rules as policies
from registry.policies import tier_rules as tier_policies
from registry.reports import organisation_rules as words
from registry.reports.rules_tables import tables_of
from registry.views.past import Choice, choices, knows_past
from registry.views.requests import SignedInRequest

PER_PAGE = 25


@page(policies.may_see, "GET")
@knows_past()
def overview(request: SignedInRequest) -> HttpResponse:
    """Every kind with its version in force, its owner, and what waits."""
    now = clock()
    in_force = OrganisationRules.objects.select_related("owner").all_in_force(now)
    waiting = [row for row in _known().filter(proposed_by__isnull=False) if row.is_waiting]
    entries = [
        {"kind": RulesKind(kind), "version": row, "waiting": [one for one in waiting if one.kind == kind]}
        for kind, row in in_force.items()
    ]
    context = {
        "entries": entries,
        "disagreements": words.disagreements({kind: row.definition for kind, row in in_force.items()}),
        "may_see_tier_rules": tier_policies.may_see(request.user),
        "moments": _moments(in_force.values()),
    }
    return render(request, "registry/organisation_rules/overview.html", context)


@page(policies.may_see, "GET")
@knows_past()
def rules(request: SignedInRequest, which: str) -> HttpResponse:
    """One kind: what is in force in words, what waits, all other versions."""
    wanted = kind_from(which)
    versions = _known().of(wanted)
    in_force = versions.in_force(wanted, clock())
    others = [row for row in versions if row.pk != in_force.pk]
    context = {
        "kind": wanted,
        "in_force": in_force,
        "tables": tables_of(wanted, in_force.definition, words.names_in(in_force)),
        "waiting": [row for row in others if row.is_waiting],
        "page_obj": Paginator([row for row in others if not row.is_waiting], PER_PAGE).get_page(
            request.GET.get("page")
        ),
        "may_propose": policies.may_propose(request.user, in_force),
        "moments": _moments([in_force, *others]),
    }
    return render(request, "registry/organisation_rules/rules.html", context)


def kind_from(slug: str) -> RulesKind:
    found = kind_of(slug)
    if found is None:
        raise Http404
    return found


def known_version(pk: int) -> OrganisationRules:
    """The version, if it had been proposed at the moment that is read."""
    found: OrganisationRules = get_object_or_404(_known().select_related("based_on"), pk=pk)
    return found


def _known() -> Any:
    return OrganisationRules.objects.known_at(clock()).select_related("owner", "proposed_by", "decided_by")


def _moments(versions: Any) -> list[Choice]:
    return choices((row, row.effective_at) for row in versions if row.status == "APPROVED" and row.proposed_by_id)
