"""Who does what in the room: assign, hand over, accept, step down; and who may enter a restricted one."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.forms.people import AssignForm, LetInForm, RelieveForm, RestrictForm
from incidents.models import Escalation, Incident, RoleAssignment, RoomAccess
from incidents.policies import incidents as policies
from incidents.policies.incidents import may_see_list
from incidents.services import people, restricting
from incidents.services.severity import scale_in_force
from incidents.severity import Severity
from incidents.views.asking import Question, ask
from incidents.views.opening import opened, visible, visible_row
from incidents.views.room_frame import frame
from registry.kernel.access.verdict import require
from registry.kernel.http.pages import page
from registry.models import User
from registry.severity_scale import duties
from registry.views.requests import SignedInRequest

Role = RoleAssignment.Role


@page(may_see_list, "GET")
def roles(request: SignedInRequest, pk: int) -> HttpResponse:
    incident = opened(request.user, pk)
    now = timezone.now()
    context = frame(incident, request.user, "people", now)
    called: tuple[str, ...] = ()
    if incident.severity:
        called = duties(scale_in_force(now).definition, Severity(incident.severity)).called
    may_assign = policies.may_assign(request.user, incident)
    context |= {
        "seats": [seat_of(request.user, role, context["held"].get(role), called) for role in Role],
        "may_assign": may_assign,
        "past": [row for row in reversed(incident.assignments.all()) if row.ended_at is not None],
        "called": Escalation.objects.filter(incident=incident).select_related("person").order_by("-pk")[:50],
        "access": RoomAccess.objects.filter(incident=incident).select_related("user", "granted_by").order_by("pk"),
    }
    return render(request, "incidents/room/people.html", context)


def seat_of(user: User, role: str, held: RoleAssignment | None, called: tuple[str, ...]) -> dict[str, Any]:
    """One role: who holds it, whether the severity calls for it, what this person may do about it."""
    return {
        "role": Role(role),
        "assignment": held,
        "is_called": role in called,
        "may_relieve": policies.may_relieve(user, held) if held else None,
        "is_mine": held is not None and held.person_id == user.pk,
    }


@page(may_see_list, "GET", "POST")
def assign(request: SignedInRequest, pk: int, role: str) -> HttpResponse:
    """Give a role to somebody; where somebody holds it, hand it over, if that is still who the page showed."""
    if role not in Role.values:
        raise Http404
    incident = visible(request.user, pk)
    require(policies.may_assign, request.user, incident)
    rows = RoleAssignment.objects.filter(incident=incident, role=role).select_related("person")
    held = rows.filter(ended_at__isnull=True).first()
    initial = {"instead_of": held.pk if held else None, "person": None if held else request.user.pk}
    form = AssignForm(request.POST or None, initial=initial, is_held=held is not None)

    def service(given: dict[str, Any]) -> Any:
        return people.assign(
            incident,
            role=role,
            person=given["person"],
            by=request.user,
            at=timezone.now(),
            reason=given["reason"],
            instead_of=rows.filter(pk=given["instead_of"]).first() if given["instead_of"] else None,
        )

    label = str(Role(role).label)
    question = Question(
        title=_("Hand over: %(role)s") % {"role": label} if held else _("Assign: %(role)s") % {"role": label},
        submit=_("Hand over") if held else _("Assign"),
        section="people",
        back=reverse("incident-people", args=[pk]),
        lead=_("%(person)s holds it now.") % {"person": held.person.name} if held else "",
    )
    return ask(request, pk, question, form, service, said=_("Assigned: %(role)s.") % {"role": label})


@page(may_see_list, "POST")
def accept(request: SignedInRequest, pk: int) -> HttpResponse:
    assignment = visible_row(request.user, RoleAssignment.objects.all(), pk)
    people.accept(assignment, by=request.user, at=timezone.now())
    messages.success(request, _("Accepted: %(role)s.") % {"role": assignment.get_role_display()})
    return redirect("incident-people", assignment.incident_id)


@page(may_see_list, "GET", "POST")
def relieve(request: SignedInRequest, pk: int) -> HttpResponse:
    assignment = visible_row(request.user, RoleAssignment.objects.select_related("person"), pk)
    require(policies.may_relieve, request.user, assignment)
    form = RelieveForm(request.POST or None)

    def service(given: dict[str, Any]) -> Any:
        return people.relieve(assignment, by=request.user, at=timezone.now(), reason=given["reason"])

    question = Question(
        title=_("End a role: %(role)s") % {"role": assignment.get_role_display()},
        submit=_("End the role"),
        section="people",
        back=reverse("incident-people", args=[assignment.incident_id]),
        about=assignment.person.name,
        warning=_("The room then has no lead.") if assignment.role == Role.LEAD else "",
        is_dangerous=True,
    )
    return ask(request, assignment.incident_id, question, form, service, said=_("The role is free."))


@page(may_see_list, "GET", "POST")
def restrict(request: SignedInRequest, pk: int) -> HttpResponse:
    """Restrict, or lift the restriction: whichever is not so now."""
    incident = visible(request.user, pk)
    require(policies.may_restrict, request.user, incident)
    form = RestrictForm(request.POST or None)
    lifts = incident.is_restricted

    def service(given: dict[str, Any]) -> Incident:
        decide = restricting.lift if lifts else restricting.restrict
        return decide(incident, by=request.user, at=timezone.now(), reason=given["reason"])

    lead = _("Only people with a role in it, people let in, whoever declared it, risk staff and auditors see it.")
    question = Question(
        title=_("Lift the restriction") if lifts else _("Restrict this incident"),
        submit=_("Lift the restriction") if lifts else _("Restrict"),
        section="people",
        back=reverse("incident-people", args=[pk]),
        lead=_("Everyone who is signed in sees it again.") if lifts else lead,
        is_dangerous=lifts,
    )
    said = _("Everyone sees it again.") if lifts else _("Restricted.")
    return ask(request, pk, question, form, service, said=said)


@page(may_see_list, "GET", "POST")
def let_in(request: SignedInRequest, pk: int) -> HttpResponse:
    incident = visible(request.user, pk)
    require(policies.may_restrict, request.user, incident)
    form = LetInForm(request.POST or None)

    def service(given: dict[str, Any]) -> RoomAccess:
        return restricting.let_in(
            incident, person=given["person"], by=request.user, at=timezone.now(), reason=given["reason"]
        )

    question = Question(
        title=_("Let somebody in"),
        submit=_("Let in"),
        section="people",
        back=reverse("incident-people", args=[pk]),
    )
    return ask(request, pk, question, form, service, said=_("Let in."))
