"""The questions about one signal: make it an incident, attach it, name its workflow, set it aside, take it back."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.db.models import Case, IntegerField, Value, When
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.models import Incident
from incidents.services import declaring
from incidents.views.answering import carry_out
from incidents.views.declaring import similar_to as similar_by_workflow
from intake.forms.deciding import AttachForm, BindForm, LaterForm, PromoteForm, ReasonForm
from intake.models import ReceivedSignal
from intake.policies import signals as policies
from intake.services import deciding
from intake.views.signal import find
from registry.kernel.access.verdict import require
from registry.kernel.http.pages import page
from registry.models import User
from registry.views.requests import SignedInRequest

OFFERED = 30


@page(policies.may_sort_out)
def promote(request: SignedInRequest, pk: int) -> HttpResponse:
    """Declaring, begun with what the signal says."""
    signal = _mine(request, pk)
    form = PromoteForm(request.POST or None, initial=_begun(request, signal))

    def service(given: dict[str, Any]) -> Incident:
        return deciding.promote(
            [signal],
            by=request.user,
            at=timezone.now(),
            title=given["title"],
            summary=given["summary"],
            workflow=given["workflow"],
            harm_seen=given["harm_seen"],
            kind=given["kind"] or Incident.Kind.UNKNOWN,
            is_exercise=given["is_exercise"],
            is_restricted=given["is_restricted"],
            detected_at=given["detected_at"],
            inputs=form.inputs(),
        )

    is_search = "find" in request.POST
    if form.is_bound and not is_search:
        done = carry_out(
            request, form, service, to=lambda made: reverse("incident", args=[made.pk]), said=_("Declared."),
            draft=f"promote-{signal.pk}",
        )  # fmt: skip
        if done is not None:
            return done
    if is_search:
        form.full_clean()
        form.errors.clear()
    context = {"signal": signal, "form": form, "similar": similar_by_workflow(request, form)}
    return render(request, "intake/promote.html", context, status=422 if form.is_bound and not is_search else 200)


@page(policies.may_sort_out)
def attach(request: SignedInRequest, pk: int) -> HttpResponse:
    signal = _mine(request, pk)
    initial = {"incident": request.GET.get("incident", "")}
    form = AttachForm(request.POST or None, incidents=offered(request.user, signal), initial=initial)

    def service(given: dict[str, Any]) -> Incident:
        return deciding.attach([signal], given["incident"], by=request.user, at=timezone.now())

    return _asked(
        request, signal, form, service,
        title=_("Attach to an incident"), submit=_("Attach"), said=_("Attached."),
        lead=_("The incidents that are going on. Those that may be the same stand first."),
        to=lambda made: reverse("incident", args=[made.pk]),
    )  # fmt: skip


@page(policies.may_sort_out)
def bind(request: SignedInRequest, pk: int) -> HttpResponse:
    signal = _mine(request, pk)
    begun = {"workflow": str(signal.workflow_id or ""), "q": request.GET.get("q", "")}
    form = BindForm(request.POST or None, initial=begun)
    if "find" in request.POST:
        form.full_clean()
        form.errors.clear()
        return _shown(request, signal, form, title=_("Which workflow is it about?"), submit=_("Save"))

    def service(given: dict[str, Any]) -> ReceivedSignal:
        return deciding.bind(signal, given["workflow"], by=request.user, at=timezone.now())

    return _asked(
        request, signal, form, service, title=_("Which workflow is it about?"), submit=_("Save"), said=_("Saved.")
    )


@page(policies.may_sort_out)
def dismiss(request: SignedInRequest, pk: int) -> HttpResponse:
    signal = _mine(request, pk)
    form = ReasonForm(request.POST or None)

    def service(given: dict[str, Any]) -> Any:
        return deciding.dismiss([signal], by=request.user, at=timezone.now(), reason=given["reason"])

    return _asked(
        request, signal, form, service,
        title=_("Not an incident"), submit=_("Decide: not an incident"), said=_("Decided: not an incident."),
        lead=_("It leaves the inbox. If it ends and comes back, it is asked anew."),
        to=lambda _rows: reverse("signals"),
    )  # fmt: skip


@page(policies.may_sort_out)
def later(request: SignedInRequest, pk: int) -> HttpResponse:
    signal = _mine(request, pk)
    form = LaterForm(request.POST or None)

    def service(_given: dict[str, Any]) -> Any:
        now = timezone.now()
        return deciding.later([signal], by=request.user, at=now, until=now + form.rest)

    return _asked(
        request, signal, form, service,
        title=_("Look at it later"), submit=_("Put aside until then"), said=_("It will be back."),
        to=lambda _rows: reverse("signals"),
    )  # fmt: skip


@page(policies.may_sort_out)
def put_back(request: SignedInRequest, pk: int) -> HttpResponse:
    signal = _mine(request, pk)
    form = ReasonForm(request.POST or None)

    def service(given: dict[str, Any]) -> ReceivedSignal:
        return deciding.put_back(signal, by=request.user, at=timezone.now(), reason=given["reason"])

    return _asked(
        request, signal, form, service,
        title=_("Put it back into the inbox"), submit=_("Put back"), said=_("It waits in the inbox again."),
    )  # fmt: skip


def offered(user: User, signal: ReceivedSignal) -> Any:
    """What is going on and may be worked on; the similar ones first. Exercises are called so."""
    alike = list(
        declaring.similar_open(signal.workflow, signal.title, user=user).values_list("pk", flat=True)[:OFFERED]
    )
    going_on = Incident.objects.visible_to(user).active()
    rest = list(going_on.exclude(pk__in=alike).order_by("-id").values_list("pk", flat=True)[: OFFERED - len(alike)])
    return _ordered(going_on, [*alike, *rest])


def _ordered(rows: Any, numbers: list[int]) -> Any:
    places = [When(pk=number, then=Value(place)) for place, number in enumerate(numbers)]
    chosen = rows.filter(pk__in=numbers)
    return chosen.order_by(Case(*places, default=Value(0), output_field=IntegerField())) if places else chosen


def _mine(request: SignedInRequest, pk: int) -> ReceivedSignal:
    signal = find(request.user, pk)
    require(policies.may_decide, request.user, signal)
    return signal


def _begun(request: SignedInRequest, signal: ReceivedSignal) -> dict[str, Any]:
    facts = [signal.text, *(f"{name}: {value}" for name, value in list(signal.labels.items())[:12])]
    told = _("%(source)s, %(times)s times since %(first)s") % {
        "source": signal.source.name,
        "times": signal.count,
        "first": timezone.localtime(signal.first_seen_at).strftime("%Y-%m-%d %H:%M %Z"),
    }
    workflow = str(signal.workflow_id) if signal.workflow_id else ""
    return {
        "title": signal.title,
        "summary": "\n".join([told, *(fact for fact in facts if fact)]),
        "workflow": request.GET.get("workflow") or workflow,
        "detected_at": signal.first_seen_at,
    }


def _asked(
    request: SignedInRequest,
    signal: ReceivedSignal,
    form: forms.Form,
    service: Callable[[dict[str, Any]], Any],
    *,
    title: str,
    submit: str,
    said: str,
    lead: str = "",
    to: Callable[[Any], str] | None = None,
) -> HttpResponse:
    if form.is_bound:
        done = carry_out(request, form, service, to=to or (lambda _made: signal.get_absolute_url()), said=said)
        if done is not None:
            return done
    return _shown(request, signal, form, title=title, submit=submit, lead=lead)


def _shown(request: SignedInRequest, signal: ReceivedSignal, form: forms.Form, **more: Any) -> HttpResponse:
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "intake/question.html", {"signal": signal, "form": form, **more}, status=status)
