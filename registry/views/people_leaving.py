"""Closing the account of somebody who leaves, and handing over what somebody left: asked, previewed, carried out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from registry.forms.leaving import LeavingForm, suggestion
from registry.kernel.access.verdict import require
from registry.kernel.http.pages import page
from registry.models import User
from registry.policies import people as policies
from registry.services import people as services
from registry.services import succession
from registry.services.holdings import Holding, held_by
from registry.services.rules_of_leavers import paths_with
from registry.services.succession import Choice, Plan, plan
from registry.views.requests import SignedInRequest
from registry.views.workflow_forms import status_of

OWN = ("step", "csrfmiddlewaretoken")
"""What the preview does not send along."""
SHOWN = 200
"""Things listed one by one; what is beyond goes to the successor for all."""


@dataclass(frozen=True)
class Line:
    """One thing on the page, with what was typed beside it."""

    holding: Holding
    typed: str
    is_nobody: bool
    problem: str


@page(policies.may_manage_people)
def deactivate(request: SignedInRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(User, pk=pk)
    require(policies.may_deactivate, request.user, shown)
    return _leaving(
        request,
        shown,
        lambda given: services.deactivate(shown, by=request.user, at=timezone.now(), **given),
        title=_("Close the account of %(name)s") % {"name": shown.name},
        lead=_("They are signed out everywhere and their tokens stop. Their name stays on everything they did."),
        submit=_("Close the account"),
        done=_("%(name)s: the account is closed.") % {"name": shown.name},
    )


@page(policies.may_see_people)
def hand_over(request: SignedInRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(User, pk=pk)
    require(policies.may_hand_over, request.user, shown)

    def carry_out(given: dict[str, Any]) -> None:
        succession.hand_over(shown, _choice(given), by=request.user, at=timezone.now(), reason=given["reason"])

    return _leaving(
        request,
        shown,
        carry_out,
        title=_("Hand over what %(name)s left") % {"name": shown.name},
        lead=_("They have left, and this still names them."),
        submit=_("Hand it over"),
        done=_("%(name)s: handed over.") % {"name": shown.name},
    )


def _leaving(
    request: SignedInRequest, shown: User, carry_out: Callable[[dict[str, Any]], Any], **words: str
) -> HttpResponse:
    """By POST first the preview, then, with `step` apply, the doing; what is refused is shown on the form."""
    held = held_by(shown, seen_by=request.user)
    keys = [holding.key for holding in held]
    form = LeavingForm(request.POST if request.method == "POST" else None, person=shown, keys=keys)
    if form.is_valid():
        given = {name: value for name, value in form.cleaned_data.items() if name != "once"}
        try:
            if held and request.POST.get("step") == "preview":
                found = _planned(shown, given, request.user)
                return render(request, "people/leaving_preview.html", _preview(shown, form, found, words))
            if request.POST.get("step") != "back":
                carry_out(given)
                messages.success(request, words["done"])
                return redirect("person", shown.pk)
        except ValidationError as refused:
            form.take(refused.message_dict if hasattr(refused, "error_dict") else {"": refused.messages})
    context = {
        "person": shown,
        "form": form,
        "groups": _groups(form, held[:SHOWN]),
        "held": len(held),
        "beyond": max(0, len(held) - SHOWN),
        "paths": paths_with(shown),
        "people": [suggestion(each) for each in User.objects.active().exclude(pk=shown.pk)[:1000]],
        **words,
    }
    return render(request, "people/leaving.html", context, status=status_of(form))


def _choice(given: dict[str, Any]) -> Choice:
    return Choice(given.get("successor"), given["successors"], given.get("without_reason", ""))


def _planned(shown: User, given: dict[str, Any], by: User) -> Plan:
    return plan(shown, _choice(given), by=by, at=timezone.now(), reason=given["reason"])


def _preview(shown: User, form: LeavingForm, found: Plan, words: dict[str, str]) -> dict[str, Any]:
    moving, left, sent = len(found.moves), len(found.left), cast("QueryDict", form.data)
    said = [ngettext("%(n)s thing is handed over.", "%(n)s things are handed over.", moving) % {"n": moving}]
    if left:
        words_left = ngettext("%(n)s thing stays without anybody.", "%(n)s things stay without anybody.", left)
        said.append(words_left % {"n": left})
    return {
        "person": shown,
        "form": form,
        "sent": [(name, value) for name, values in sent.lists() for value in values if name not in OWN],
        "moves": found.moves[:SHOWN],
        "left": found.left[:SHOWN],
        "beyond": max(0, moving - SHOWN),
        "said": " ".join(said),
        **words,
    }


def _groups(form: LeavingForm, held: Sequence[Holding]) -> list[tuple[str, list[Line]]]:
    lines = [
        Line(each, form.typed(each.key), form.is_nobody(each.key), form.problems.get(each.key, "")) for each in held
    ]
    return [(str(label), list(own)) for label, own in groupby(lines, key=lambda line: line.holding.kind.label)]
