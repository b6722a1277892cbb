"""The people of the organisation: who they are, what they may do, what they own."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.forms.people import AccessForm, EditPersonForm, NewPersonForm, RolesForm, WhyForm
from registry.kernel.access.ending import has_ended
from registry.kernel.access.verdict import require
from registry.kernel.http.forms import take_problems
from registry.kernel.http.pages import page
from registry.models import Role, Succession, User, Workflow
from registry.policies import people as policies
from registry.services import people as services
from registry.services.holdings import Holding, Kind, held_by, kind_of
from registry.views.requests import SignedInRequest
from registry.views.workflow_forms import create_once, status_of

PER_PAGE = 50
LINK = "password_link"
"""Session key of a link that the next page shows, once."""


@dataclass(frozen=True)
class Held:
    """A role in an incident, now or once."""

    label: str
    incident: Any
    is_over: bool


@dataclass(frozen=True)
class Handed:
    """`holding` only where the reader may see it and it is still there."""

    row: Succession
    holding: Holding | None
    kind: Kind | None


@page(policies.may_see_people, "GET")
def people(request: SignedInRequest) -> HttpResponse:
    role, words = request.GET.get("role", ""), request.GET.get("q", "").strip()
    shown = User.objects.filter(is_active=request.GET.get("closed") != "1")
    if role in Role.values:
        shown = shown.filter(roles__contains=[role])
    if words:
        shown = shown.filter(Q(name__icontains=words) | Q(email__icontains=words) | Q(title__icontains=words))
    owned = Count("owned_workflows", filter=~Q(owned_workflows__stage="RETIRED"))
    rows = shown.annotate(owned=owned).order_by("name", "pk")
    context = {
        "page_obj": Paginator(rows, PER_PAGE).get_page(request.GET.get("page")),
        "roles": [(value, label, value == role) for value, label in Role.choices if value != Role.MEMBER],
        "closed": request.GET.get("closed") == "1",
        "now": timezone.now(),
        "is_filtered": bool(words or role),
        "may_manage": policies.may_manage_people(request.user),
    }
    return render(request, "people/people.html", context)


@page(policies.may_see_people, "GET")
def person(request: SignedInRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(User, pk=pk)
    return render(request, "people/person.html", _person_page(request, shown))


def _person_page(request: SignedInRequest, shown: User) -> dict[str, Any]:
    user = request.user
    kept = request.session.pop(LINK, None) if LINK in request.session else None
    return {
        "person": shown,
        "has_ended": has_ended(shown, at=timezone.now()),
        "owned": _owned(shown)[:PER_PAGE],
        "owned_count": _owned(shown).count(),
        "held": _incident_roles(user, shown),
        "still": _still(user, shown),
        "successions": _successions(user, shown),
        "link": kept["link"] if kept and kept["person"] == shown.pk else "",
        "may": {
            "edit": policies.may_manage_people(user),
            "roles": policies.may_manage(user, shown),
            "close": policies.may_deactivate(user, shown),
            "open": policies.may_reactivate(user, shown),
            "link": policies.may_send_link(user, shown),
            "limit": policies.may_limit(user, shown),
            "hand_over": policies.may_hand_over(user, shown),
        },
    }


def _still(user: User, shown: User) -> list[tuple[str, int]]:
    """What the person answers for, by kind, as far as `user` may see it; without the workflows listed anyway."""
    counted = Counter(str(each.kind.label) for each in held_by(shown, seen_by=user))
    return sorted(counted.items(), key=lambda pair: -pair[1])


def _successions(user: User, shown: User) -> list[Handed]:
    """What was handed over when they left; titles only of what `user` may see."""
    rows = list(Succession.objects.filter(person=shown).select_related("successor", "by")[:PER_PAGE])
    seen: dict[tuple[str, str], Any] = {}
    for key in {row.kind for row in rows}:
        if (kind := kind_of(key)) is not None:
            numbers = [int(row.object_id) for row in rows if row.kind == key]
            records = kind.model._default_manager.filter(pk__in=numbers).select_related(*kind.names)
            seen |= {(key, str(record.pk)): Holding(kind, record) for record in kind.seen(records, user)}
    return [Handed(row, seen.get((row.kind, row.object_id)), kind_of(row.kind)) for row in rows]


def _owned(shown: User) -> QuerySet[Workflow]:
    owned: Any = Workflow.objects
    rows: QuerySet[Workflow] = owned.owned_by(shown).order_by("pk")
    return rows


def _incident_roles(user: User, shown: User) -> list[Held]:
    """Only of incidents that `user` may see; none in an installation without them."""
    roles = getattr(shown, "incident_roles", None)
    if roles is None:
        return []
    incidents = roles.model._meta.get_field("incident").related_model.objects.visible_to(user)
    rows = roles.filter(incident__in=incidents).select_related("incident").order_by("-started_at", "-pk")[:PER_PAGE]
    return [Held(row.get_role_display(), row.incident, row.ended_at is not None) for row in rows]


@page(policies.may_manage_people)
def new(request: SignedInRequest) -> HttpResponse:
    form = NewPersonForm(request.POST or None)
    if form.is_valid() and (url := create_once(request, form, lambda: _add(request, form))):
        return redirect(url)
    return render(request, "people/new.html", {"form": form}, status=status_of(form))


def _add(request: SignedInRequest, form: NewPersonForm) -> str:
    given = form.cleaned_data
    added, link = services.add_person(
        by=request.user,
        at=timezone.now(),
        email=given["email"],
        name=given["name"],
        title=given["title"],
        roles=given["roles"],
    )
    request.session[LINK] = {"person": added.pk, "link": link}
    messages.success(request, _("%(name)s has an account now.") % {"name": added.name})
    return reverse("person", args=[added.pk])


@page(policies.may_manage_people)
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(User, pk=pk)
    now = {"name": shown.name, "title": shown.title, "email": shown.email}
    return _change(
        request,
        shown,
        EditPersonForm(request.POST or None, initial=now),
        lambda given: services.edit_person(shown, **given),
        title=_("Edit %(name)s") % {"name": shown.name},
        submit=_("Save"),
    )


@page(policies.may_manage_people)
def roles(request: SignedInRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(User, pk=pk)
    require(policies.may_manage, request.user, shown)
    return _change(
        request,
        shown,
        RolesForm(request.POST or None, initial={"roles": shown.roles}),
        lambda given: services.set_roles(shown, **given),
        title=_("Roles of %(name)s") % {"name": shown.name},
        submit=_("Save roles"),
    )


@page(policies.may_manage_people)
def access(request: SignedInRequest, pk: int) -> HttpResponse:
    """Until when the account is open; for people who come for a while, such as auditors from outside."""
    shown = get_object_or_404(User, pk=pk)
    require(policies.may_limit, request.user, shown)
    now = timezone.localtime(shown.access_until).replace(tzinfo=None) if shown.access_until else None
    return _change(
        request,
        shown,
        AccessForm(request.POST or None, initial={"until": now}),
        lambda given: services.set_access_until(shown, **given),
        title=_("Access of %(name)s") % {"name": shown.name},
        submit=_("Save"),
    )


@page(policies.may_manage_people)
def reactivate(request: SignedInRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(User, pk=pk)
    require(policies.may_reactivate, request.user, shown)
    return _change(
        request,
        shown,
        WhyForm(request.POST or None),
        lambda given: services.reactivate(shown, **given),
        title=_("Open the account of %(name)s again") % {"name": shown.name},
        submit=_("Open the account"),
    )


@page(policies.may_manage_people, "POST")
def send_link(request: SignedInRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(User, pk=pk)
    link = services.send_link(shown, by=request.user, at=timezone.now())
    request.session[LINK] = {"person": shown.pk, "link": link}
    messages.success(request, _("A link to choose a password is on its way to %(name)s.") % {"name": shown.name})
    return redirect("person", shown.pk)


def _change(
    request: SignedInRequest, shown: User, form: Any, change: Callable[[dict[str, Any]], User], **words: Any
) -> HttpResponse:
    """One form about one person: sent, refused with its reasons, or shown."""
    if form.is_valid():
        try:
            change({**form.cleaned_data, "by": request.user, "at": timezone.now()})
        except ValidationError as refused:
            take_problems(form, refused)
        else:
            messages.success(request, _("%(name)s: saved.") % {"name": shown.name})
            return redirect("person", shown.pk)
    context = {"person": shown, "form": form, **words}
    return render(request, "people/change.html", context, status=status_of(form))
