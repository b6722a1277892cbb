"""The tier rules: what is in force in words, earlier versions, and the decision on a version that waits."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.forms.tier_rules import RuleDecisionForm
from registry.kernel.http.forms import take_problems
from registry.kernel.http.pages import page
from registry.models import TierRuleSet
from registry.policies import tier_rules as policies
from registry.reports import tier_rules as words
from registry.services import tier_rules as services
from registry.services.tier_moves import Preview, preview
from registry.views.requests import SignedInRequest
from registry.views.workflow_forms import status_of

PER_PAGE = 25
MOVES_PER_PAGE = 50


@page(policies.may_see, "GET")
def rules(request: SignedInRequest) -> HttpResponse:
    versions = TierRuleSet.objects.select_related("proposed_by", "decided_by")
    in_force = versions.in_force(timezone.now())
    others = versions.exclude(pk=in_force.pk)
    context = {
        "in_force": in_force,
        "rules": words.rules_of(in_force.definition),
        "waiting": others.filter(status=TierRuleSet.Status.PROPOSED),
        "page_obj": Paginator(others.exclude(status=TierRuleSet.Status.PROPOSED), PER_PAGE).get_page(
            request.GET.get("page")
        ),
        "may_propose": policies.may_propose(request.user),
    }
    return render(request, "registry/tier_rules/rules.html", context)


@page(policies.may_see)
def version(request: SignedInRequest, pk: int) -> HttpResponse:
    """One version, what differs from the one it followed, and while it waits what it would move."""
    found = get_object_or_404(TierRuleSet.objects.select_related("proposed_by", "decided_by", "based_on"), pk=pk)
    form = RuleDecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _decided(request, found, form):
        return redirect("tier-rules-version", pk)
    context: dict[str, Any] = {
        "version": found,
        "is_in_force": found == TierRuleSet.objects.in_force(timezone.now()),
        "rules": words.rules_of(found.definition),
        "differences": words.differences(found.based_on.definition, found.definition) if found.based_on else [],
        "moves": moves_shown(request, found.definition) if found.is_waiting else None,
        "page": _page(request),
        "may_decide": policies.may_decide(request.user, found),
        "may_withdraw": policies.may_withdraw(request.user, found),
        "form": form,
    }
    return render(request, "registry/tier_rules/version.html", context, status=status_of(form))


def _decided(request: SignedInRequest, found: TierRuleSet, form: RuleDecisionForm) -> bool:
    verb, given = form.cleaned_data["verb"], {"reason": form.cleaned_data["reason"]}
    at = timezone.now()
    try:
        if verb == "withdraw":
            services.withdraw(found, by=request.user, at=at, **given)
        else:
            services.decide(found, by=request.user, at=at, approve=verb == "approve", **given)
    except ValidationError as refused:
        take_problems(form, refused)
        return False
    said = {"approve": _("Approved. Tiers follow."), "refuse": _("Refused."), "withdraw": _("Withdrawn.")}
    messages.success(request, said[verb])
    return True


def _page(request: SignedInRequest) -> int:
    text = request.GET.get("page", "")
    return int(text) if text.isdecimal() and 0 < len(text) < 7 and int(text) > 0 else 1


def moves_shown(request: SignedInRequest, definition: dict[str, Any]) -> Preview:
    return preview(definition, at=timezone.now(), page=_page(request), per_page=MOVES_PER_PAGE)
