"""The desk: one output after the other, each decided with one key or one tap."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.affected import Decision
from incidents.forms.outputs import OutputForm
from incidents.forms.refusals import take_errors
from incidents.models import AffectedOutput
from incidents.policies import outputs as policies
from incidents.policies.incidents import may_see_list
from incidents.services import reading
from incidents.services.outputs import deciding, queues
from incidents.views.opening import visible, visible_row
from registry.kernel.http.errors import Conflict
from registry.kernel.http.pages import page
from registry.views.requests import SignedInRequest

PEOPLE = ("share__person", "decided_by", "first_by", "remedied_by", "listed_in", "sample")


@page(may_see_list, "GET")
def begin(request: SignedInRequest, pk: int) -> HttpResponseRedirect:
    """The first output of a queue, or the list when nothing of it is left."""
    incident = visible(request.user, pk)
    of = request.GET.get("of") or queues.best_for(incident, request.user)
    return _on_to(request, pk, queues.queue(incident, request.user, of).values_list("pk", flat=True).first(), of)


@page(may_see_list, "GET", "POST")
def output(request: SignedInRequest, pk: int) -> HttpResponse:
    row = _row(request, pk)
    of = request.GET.get("of", "")
    form = OutputForm(request.POST or None, initial={"moved": row.moved, "remedy": row.remedy, "seen": row.decision})
    if form.is_bound and form.is_valid():
        try:
            return _decided(request, row, form, of)
        except ValidationError as error:
            take_errors(form, error)
        except Conflict as conflict:
            form.add_error(None, conflict.sentence)
            row = _row(request, pk)
    reading.opened(row.incident, by=request.user, at=timezone.now())
    waiting = queues.queue(row.incident, request.user, of)
    last = request.GET.get("last", "")
    context = {
        "output": row,
        "incident": row.incident,
        "form": form,
        "of": of,
        "queue_label": queues.LABELS.get(of, queues.LABELS["mine"]) if of else "",
        "left": waiting.count() if of else None,
        "skip": queues.following(waiting, row.pk) if of else None,
        "last": last if last.isdigit() and len(last) < 18 else "",
        "may_decide": policies.may_decide_this(request.user, row),
        "is_settled": row.decision in (Decision.AFFECTED, Decision.UNAFFECTED),
        "may_undo": deciding.may_undo(row, by=request.user, at=timezone.now()),
    }
    return render(request, "incidents/outputs/desk.html", context, status=422 if form.is_bound else 200)


@page(may_see_list, "POST")
def undo(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take one's last decision back; the output is shown again."""
    row = _row(request, pk)
    deciding.undo(row, by=request.user, at=timezone.now())
    messages.success(request, _("Taken back: %(id)s.") % {"id": row.ref})
    return redirect(_address(row.pk, of=request.GET.get("of", "")))


def _row(request: SignedInRequest, pk: int) -> AffectedOutput:
    found: AffectedOutput = visible_row(request.user, AffectedOutput.objects.select_related(*PEOPLE), pk)
    return found


def _decided(request: SignedInRequest, row: AffectedOutput, form: OutputForm, of: str) -> HttpResponse:
    given = form.cleaned_data
    deciding.decide(
        row,
        by=request.user,
        at=timezone.now(),
        decision=given["decision"],
        moved=given["moved"],
        remedy=given["remedy"] if given["decision"] == Decision.AFFECTED else "NONE",
        reason=given["reason"],
        seen=given["seen"] or None,
    )
    if not of:
        messages.success(request, _("Decided."))
        return redirect(_address(row.pk))
    waiting = queues.queue(row.incident, request.user, of)
    return _on_to(request, row.incident_id, queues.following(waiting, row.pk), of, last=row.pk)


def _on_to(
    request: SignedInRequest, incident: int, pk: int | None, of: str, *, last: int | None = None
) -> HttpResponseRedirect:
    if pk is not None:
        return redirect(_address(pk, of=of, last=last))
    label = queues.LABELS.get(of, queues.LABELS["mine"])
    messages.success(request, _("Nothing is left here: %(queue)s.") % {"queue": label})
    return redirect(reverse("incident-outputs", args=[incident]))


def _address(pk: int, *, of: str = "", last: int | None = None) -> str:
    query = {name: value for name, value in (("of", of), ("last", last)) if value}
    return reverse("output", args=[pk]) + (f"?{urlencode(query)}" if query else "")
