"""Handing out shares, taking a share over, drawing a sample."""

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.affected import Decision
from incidents.forms.outputs import DivideForm, SampleForm
from incidents.models import AffectedOutput, Incident, OutputSample, OutputShare
from incidents.policies import outputs as policies
from incidents.policies.incidents import may_see_list
from incidents.services.outputs import dividing, sampling
from incidents.services.outputs.tallying import tally_of
from incidents.views.asking import Question, ask
from incidents.views.opening import visible
from registry.kernel.access.verdict import require
from registry.kernel.http.pages import page
from registry.models import Role, User
from registry.views.requests import SignedInRequest

MOST_SEGMENTS = 200


@page(may_see_list, "GET", "POST")
def divide(request: SignedInRequest, pk: int) -> HttpResponse:
    incident = visible(request.user, pk)
    require(policies.may_divide, request.user, incident)
    scopes = scopes_of(incident)
    form = DivideForm(request.POST or None, scopes=scopes, people=who_could(incident))

    def write(given: dict[str, Any]) -> dict[User, int]:
        scope = given["scope"]
        words = "" if scope == "all" else dict(scopes)[scope].rpartition(" (")[0]
        rows = rows_of(incident, scope)
        done = dividing.divide(
            incident, rows, among=list(given["people"]), by=request.user, at=timezone.now(), scope=words
        )
        told = ", ".join(f"{person.name} {share}" for person, share in done.items())
        messages.success(request, _("Divided: %(told)s.") % {"told": told})
        return done

    question = Question(
        title=_("Divide the undecided"),
        submit=_("Divide"),
        section="outputs",
        back=reverse("incident-outputs", args=[pk]),
        lead=_("Even shares, whoever had the rows before. Each person is told."),
    )
    return ask(request, pk, question, form, write)


def rows_of(incident: Incident, scope: str) -> QuerySet[AffectedOutput]:
    """`all`, `nobody`, `sample`, `segment:…` or `reviewer:…`."""
    rows = AffectedOutput.objects.filter(incident=incident, decision=Decision.UNDECIDED)
    kind, _colon, value = scope.partition(":")
    if kind == "segment":
        return rows.filter(segment=value)
    if kind == "reviewer":
        return rows.filter(share__person=int(value))
    return {"nobody": rows.filter(share__isnull=True), "sample": rows.filter(sample__isnull=False)}.get(kind, rows)


def scopes_of(incident: Incident) -> list[tuple[str, str]]:
    """What may be divided: value and label, with how many rows are undecided in each."""
    rows = AffectedOutput.objects.filter(incident=incident, decision=Decision.UNDECIDED).order_by()
    found = rows.aggregate(all=Count("pk"), nobody=Count("pk", filter=Q(share__isnull=True)), sample=Count("sample"))
    labels = {"all": _("All undecided"), "nobody": _("Those nobody has"), "sample": _("The undecided of the sample")}
    scopes = [(key, f"{label} ({found[key]})") for key, label in labels.items() if found[key] or key == "all"]
    segments = rows.exclude(segment="").values("segment").annotate(n=Count("pk")).order_by("-n", "segment")
    scopes += [(f"segment:{row['segment']}", f"{row['segment']} ({row['n']})") for row in segments[:MOST_SEGMENTS]]
    held = OutputShare.objects.filter(incident=incident).values("person", "person__name")
    people = held.annotate(n=Count("pk")).order_by("person__name", "person")
    words = _("The share of %(person)s")
    scopes += [
        (f"reviewer:{row['person']}", f"{words % {'person': row['person__name']}} ({row['n']})") for row in people
    ]
    return scopes


def who_could(incident: Incident) -> QuerySet[User]:
    """Those who may work here: responders, risk staff, whoever holds a role, owners of affected workflows."""
    holds = Q(incident_roles__incident=incident, incident_roles__ended_at__isnull=True)
    workflows = incident.workflows.all()
    owns = (
        Q(pk__in=workflows.values("business_owner"))
        | Q(pk__in=workflows.values("technical_owner"))
        | Q(pk__in=workflows.values("deputy"))
    )
    works = Q(roles__overlap=[Role.RESPONDER, Role.RISK])
    seen = holds | Q(roles__contains=[Role.RISK]) | Q(pk=incident.declared_by_id)
    could = holds | works | owns
    return User.objects.active().filter(could & (seen if incident.is_restricted else Q())).distinct().order_by("name")


@page(may_see_list, "POST")
def take_over(request: SignedInRequest, pk: int) -> HttpResponse:
    """All that somebody else has left becomes mine."""
    incident = visible(request.user, pk)
    require(policies.may_decide, request.user, incident)
    number = request.POST.get("person", "")
    person = get_object_or_404(User, pk=int(number) if number.isdigit() and len(number) < 18 else 0)
    rows = rows_of(incident, f"reviewer:{person.pk}")
    words = _("The share of %(person)s") % {"person": person.name}
    done = dividing.divide(incident, rows, among=[request.user], by=request.user, at=timezone.now(), scope=words)
    messages.success(request, _("%(n)d outputs are yours now.") % {"n": sum(done.values())})
    return redirect(reverse("incident-outputs", args=[pk]))


@page(may_see_list, "GET", "POST")
def sample(request: SignedInRequest, pk: int) -> HttpResponse:
    incident = visible(request.user, pk)
    require(policies.may_bring_in, request.user, incident)
    drawn = OutputSample.objects.filter(incident=incident).first()
    size = drawn.size * 2 if drawn else 400
    initial = {"size": min(size, tally_of(incident).total or size), "seed": drawn.seed if drawn else ""}
    form = SampleForm(request.POST or None, initial=initial)

    def write(given: dict[str, Any]) -> OutputSample:
        return sampling.draw(incident, size=given["size"], seed=given["seed"], by=request.user, at=timezone.now())

    question = Question(
        title=_("Make the sample larger") if drawn else _("Draw a random sample"),
        submit=_("Draw"),
        section="outputs",
        back=reverse("incident-outputs", args=[pk]),
        lead=_("Decided, it gives the share that is affected with its 95 % interval, marked as an estimate."),
    )
    return ask(request, pk, question, form, write, said=_("Drawn."))
