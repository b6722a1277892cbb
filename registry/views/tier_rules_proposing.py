"""Proposing a change of the tier rules, in rows or as text; one becomes the other with nothing lost."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.forms.tier_rule_editor import RowsForm
from registry.forms.tier_rule_rows import Rule, as_sent, changed, definition_of, fits, of_definition, sent
from registry.forms.tier_rules import ProposalForm, ProposeForm, written
from registry.kernel.http.pages import page
from registry.models import TierRuleSet
from registry.policies import tier_rules as policies
from registry.reports import tier_rules as words
from registry.services import tier_rules as services
from registry.tiering_coverage import never_decides
from registry.views.requests import SignedInRequest
from registry.views.tier_rules import moves_shown
from registry.views.workflow_forms import create_once, status_of

ROWS = "registry/tier_rules/propose.html"
TEXT = "registry/tier_rules/propose_text.html"
KEPT = ("reason", "effective_at", "base", "once")
"""What is typed whichever way the rules are written."""


@page(policies.may_propose)
def propose(request: SignedInRequest) -> HttpResponse:
    """The rules in rows. Only “Propose” saves; every other button shows the rows again, as typed."""
    base = services.newest_approved()
    if request.method != "POST":
        if not fits(base.definition):
            return redirect("tier-rules-propose-text")
        form = RowsForm(rows=of_definition(base.definition), initial={"base": base.pk})
        return render(request, ROWS, {"base": base, "form": form})
    verb = request.POST.get("verb", "")
    if verb == "rows":
        return _from_text(request, base)
    if verb in {"propose", "try"}:
        form = RowsForm(request.POST, rows=sent(request.POST), is_trial=verb == "try")
        return _answered(request, base, form, ROWS)
    return _rows(request, base, *changed(sent(request.POST), verb))


@page(policies.may_propose)
def as_text(request: SignedInRequest) -> HttpResponse:
    """The rules as the API reads and gives them."""
    base = services.newest_approved()
    verb = request.POST.get("verb", "")
    if request.method == "POST" and verb != "text":
        return _answered(request, base, ProposeForm(request.POST, is_trial=verb == "try"), TEXT)
    initial = {name: request.POST[name] for name in KEPT if name in request.POST}
    definition = definition_of(sent(request.POST)) if verb == "text" else base.definition
    form = ProposeForm(initial={"base": base.pk, **initial, "rules": written(definition)})
    return render(request, TEXT, {"base": base, "form": form})


def _from_text(request: SignedInRequest, base: TierRuleSet) -> HttpResponse:
    form = ProposeForm(request.POST, is_trial=True)
    if form.is_valid() and not fits(form.definition):
        form.add_error("rules", _("A rule has more conditions than there are rows for it. It stays as text."))
    if "rules" in form.errors:
        return render(request, TEXT, {"base": base, "form": form}, status=status_of(form))
    return _rows(request, base, of_definition(form.definition))


def _rows(request: SignedInRequest, base: TierRuleSet, rows: list[Rule], at: int | None = None) -> HttpResponse:
    """The rows again, with nothing said to be wrong yet; `at` is the one somebody is at work on."""
    data = QueryDict(mutable=True)
    for name in KEPT:
        data[name] = request.POST.get(name, "")
    for name, values in as_sent(rows).items():
        data.setlist(name, values)
    form = RowsForm(data, rows=rows, is_trial=True)
    form.errors.clear()
    return render(request, ROWS, {"base": base, "form": form, "at": at})


def _answered(request: SignedInRequest, base: TierRuleSet, form: ProposalForm, template: str) -> HttpResponse:
    is_trial = request.POST.get("verb") == "try"
    context: dict[str, Any] = {"base": base, "form": form}
    if form.is_valid():
        if not is_trial and (url := create_once(request, form, lambda: _proposed(request, form))):
            return redirect(url)
        if not form.errors:
            definition = form.definition
            context |= {
                "moves": moves_shown(request, definition),
                "rules": words.rules_of(definition),
                "differences": words.differences(base.definition, definition),
                "never": never_decides(definition["rules"]),
            }
    return render(request, template, context, status=status_of(form))


def _proposed(request: SignedInRequest, form: ProposalForm) -> str:
    given = form.cleaned_data
    try:
        made = services.propose(
            by=request.user,
            at=timezone.now(),
            definition=form.definition,
            reason=given["reason"],
            effective_at=given["effective_at"],
            based_on=TierRuleSet.objects.filter(pk=given["base"]).first(),
        )
    except ValidationError as refused:
        problems = dict(refused.error_dict)
        if "definition" in problems:
            problems["rules"] = problems.pop("definition")
        raise ValidationError(problems) from refused
    messages.success(request, _("Proposed. Another person of risk or an executive decides."))
    return made.get_absolute_url()
