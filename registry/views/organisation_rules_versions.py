"""One version of the organisation's rules, proposed by one person and decided on by another."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.forms.organisation_rules import RulesDecisionForm, RulesForm
from registry.forms.rules_levels import RightsForm, ScaleForm
from registry.forms.rules_rows import CommunicationForm, PathsForm, TemplatesForm
from registry.kernel.access.verdict import require
from registry.kernel.audit.asof import clock
from registry.kernel.http.forms import take_problems
from registry.kernel.http.pages import page
from registry.models import OrganisationRules, User
from registry.organisation_rules import RulesKind
from registry.policies import organisation_rules as policies
from registry.reports import organisation_rules as words
from registry.reports.rules_tables import tables_of
from registry.services import organisation_rules as services
from registry.views.organisation_rules import kind_from, known_version
from registry.views.past import knows_past
from registry.views.requests import SignedInRequest
from registry.views.workflow_forms import create_once, status_of

FORMS: dict[RulesKind, type[RulesForm]] = {
    RulesKind.SEVERITY: ScaleForm,
    RulesKind.ESCALATION: PathsForm,
    RulesKind.COMMUNICATION: CommunicationForm,
    RulesKind.DECISIONS: RightsForm,
    RulesKind.MESSAGES: TemplatesForm,
}


@page(policies.may_see)
@knows_past(OrganisationRules)
def version(request: SignedInRequest, pk: int) -> HttpResponse:
    """One version in words, with what differs from the one it followed."""
    found = known_version(pk)
    form = RulesDecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _decided(request, found, form):
        return redirect("organisation-rules-version", pk)
    kind, base = found.rules_kind, found.based_on
    names = words.names_in(*[one for one in (found, base) if one])
    context = {
        "version": found,
        "kind": kind,
        "is_in_force": found == OrganisationRules.objects.in_force(kind, clock()),
        "tables": tables_of(kind, found.definition, names),
        "differences": words.differences(kind, base.definition, found.definition, names) if base else [],
        "disagreements": _disagreements(kind, found.definition) if found.is_waiting else [],
        "may_decide": policies.may_decide(request.user, found),
        "may_withdraw": policies.may_withdraw(request.user, found),
        "form": form,
    }
    return render(request, "registry/organisation_rules/version.html", context, status=status_of(form))


@page(policies.may_see)
def propose(request: SignedInRequest, which: str) -> HttpResponse:
    """The rules as they are, to be changed. “Show what differs” and “More rows” save nothing."""
    wanted = kind_from(which)
    base = services.newest_approved(wanted)
    require(policies.may_propose, request.user, base)
    verb = request.POST.get("verb", "")
    owner = base.owner_id or request.user.pk
    form = FORMS[wanted](
        request.POST or None,
        definition=base.definition,
        is_trial=verb in {"try", "more"},
        initial={"owner": owner, "base": base.pk},
    )
    context: dict[str, Any] = {"base": base, "kind": wanted, "form": form}
    if request.method == "POST" and verb != "more" and form.is_valid() and _is_sound(wanted, form):
        if verb == "try":
            context |= _trial(wanted, base, form)
        elif url := create_once(request, form, lambda: _proposed(request, wanted, form)):
            return redirect(url)
    if verb == "more":
        form.errors.clear()
    context["people"] = User.objects.active().only("name", "email") if form.needs_people else []
    return render(request, "registry/organisation_rules/propose.html", context, status=status_of(form))


def _is_sound(kind: RulesKind, form: RulesForm) -> bool:
    """Whether the rules can be relied on; what is wrong stands at its field."""
    try:
        services.check_definition(kind, form.definition())
    except services.BadRules as refused:
        form.show(refused.problems)
    return not form.errors


def _trial(kind: RulesKind, base: OrganisationRules, form: RulesForm) -> dict[str, Any]:
    definition = form.definition()
    names = words.names_in(base, OrganisationRules(kind=kind, definition=definition))
    return {
        "is_tried": True,
        "differences": words.differences(kind, base.definition, definition, names),
        "disagreements": _disagreements(kind, definition),
    }


def _disagreements(kind: RulesKind, definition: dict[str, Any]) -> list[str]:
    """With these rules in place of those in force."""
    rows = OrganisationRules.objects.all_in_force(clock())
    return words.disagreements({**{name: row.definition for name, row in rows.items()}, kind: definition})


def _proposed(request: SignedInRequest, kind: RulesKind, form: RulesForm) -> str:
    given = form.cleaned_data
    made = services.propose(
        by=request.user,
        at=timezone.now(),
        kind=kind,
        definition=form.definition(),
        owner=given["owner"],
        reason=given["reason"],
        effective_at=given["effective_at"],
        based_on=OrganisationRules.objects.of(kind).filter(pk=given["base"]).first(),
    )
    messages.success(request, _("Proposed. Another person of risk or an executive decides."))
    return made.get_absolute_url()


def _decided(request: SignedInRequest, found: OrganisationRules, form: RulesDecisionForm) -> bool:
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
    said = {"approve": _("Approved."), "refuse": _("Refused."), "withdraw": _("Withdrawn.")}
    messages.success(request, said[verb])
    return True
