"""Redacted copies of one piece of evidence: marking passages, uploading a copy, the second look."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.forms.redactions import SPARE, ApproveCopyForm, CopyForm, MarkForm, RefuseCopyForm, passages_in
from incidents.forms.refusals import take_errors
from incidents.models import Evidence
from incidents.policies import redactions as policies
from incidents.policies.incidents import may_see_list
from incidents.redacting import Passage, Redacted
from incidents.services import redacting
from incidents.views.answering import carry_out
from incidents.views.asking import Question, ask
from incidents.views.opening import opened, visible_row
from incidents.views.room_frame import frame
from registry.kernel.access.verdict import require
from registry.kernel.http.pages import page
from registry.views.requests import SignedInRequest


def found(request: SignedInRequest, pk: int) -> Evidence:
    rows = Evidence.objects.select_related("file", "redaction_of__incident", "redaction", "collected_by")
    row: Evidence = visible_row(request.user, rows, pk)
    return row


@page(may_see_list, "GET", "POST")
def mark(request: SignedInRequest, pk: int) -> HttpResponse:
    """The text of a piece, with the passages to take out; first shown, then made. Without a text, only the way to
    upload a copy.
    """
    row = found(request, pk)
    require(policies.may_redact, request.user, row)
    now = timezone.now()
    passages = passages_in(request.POST)
    form = MarkForm(request.POST or None, initial=_named(row) | {"filename": f"{row.reference}-redacted.txt"})
    shows = "show" in request.POST
    if form.is_bound and not shows:
        done = carry_out(
            request,
            form,
            lambda given: redacting.copy_from_text(
                row, by=request.user, at=now, passages=passages,
                title=given["title"], filename=given["filename"], reason=given["reason"],
            ),
            to=lambda copy: reverse("evidence", args=[copy.pk]),
            said=_("The copy is made. Now another person looks whether it is clean."),
        )  # fmt: skip
        if done is not None:
            return done
    text = redacting.text_of(row, by=request.user, at=now)
    result = _shown(form, text, passages) if form.is_bound and text is not None else None
    context = frame(opened(request.user, row.incident_id), request.user, "evidence", now) | {
        "piece": row,
        "text": text,
        "form": form,
        "result": result,
        "passages": [*passages, *[Passage("")] * SPARE],
    }
    is_wrong = form.is_bound and not (shows and result is not None)
    return render(request, "incidents/room/redact.html", context, status=422 if is_wrong else 200)


def _shown(form: MarkForm, text: str, passages: list[Passage]) -> Redacted | None:
    """What the copy would say. What is wrong with the marks stands at the top of the form."""
    try:
        return redacting.taken_out_of(text, passages)
    except ValidationError as error:
        if not form.non_field_errors():
            take_errors(form, error)
        return None


@page(may_see_list, "GET", "POST")
def upload(request: SignedInRequest, pk: int) -> HttpResponse:
    row = found(request, pk)
    require(policies.may_redact, request.user, row)
    form = CopyForm(
        request.POST or None,
        request.FILES or None,
        initial=_named(row),
        too_large=getattr(request, "too_large", ""),
    )

    def service(given: dict[str, Any]) -> Evidence:
        words = {name: given[name] for name in ("title", "filename", "reason", "taken_out")}
        return redacting.add_copy(row, by=request.user, at=timezone.now(), upload=given["file"], **words)

    question = Question(
        title=_("Upload a redacted copy"),
        submit=_("Add the copy"),
        section="evidence",
        back=reverse("evidence", args=[pk]),
        about=row.reference,
    )
    return ask(
        request, row.incident_id, question, form, service,
        to=lambda copy: reverse("evidence", args=[copy.pk]),
        said=_("The copy is here. Now another person looks whether it is clean."),
        template="incidents/room/redact_upload.html",
    )  # fmt: skip


@page(may_see_list, "GET", "POST")
def approve(request: SignedInRequest, pk: int) -> HttpResponse:
    row = found(request, pk)
    require(policies.may_decide, request.user, row)
    form = ApproveCopyForm(request.POST or None)

    def service(given: dict[str, Any]) -> Evidence:
        return redacting.approve(row, by=request.user, at=timezone.now(), note=given["note"])

    question = Question(
        title=_("Approve the redacted copy"),
        submit=_("Approve"),
        section="evidence",
        back=reverse("evidence", args=[pk]),
        about=f"{row.reference} {row.title}",
        warning=_("From then on everyone who sees the incident reads the copy, and reports show it."),
    )
    return ask(request, row.incident_id, question, form, service, said=_("Approved."))


@page(may_see_list, "GET", "POST")
def refuse(request: SignedInRequest, pk: int) -> HttpResponse:
    row = found(request, pk)
    require(policies.may_decide, request.user, row)
    form = RefuseCopyForm(request.POST or None)

    def service(given: dict[str, Any]) -> Evidence:
        return redacting.refuse(row, by=request.user, at=timezone.now(), reason=given["reason"])

    question = Question(
        title=_("Refuse the redacted copy"),
        submit=_("Refuse"),
        section="evidence",
        back=reverse("evidence", args=[pk]),
        about=f"{row.reference} {row.title}",
        lead=_("It stays as closed as its original. A better copy can be made any time."),
    )
    return ask(request, row.incident_id, question, form, service, said=_("Refused."))


def _named(row: Evidence) -> dict[str, str]:
    return {
        "title": _("%(kind)s, redacted") % {"kind": row.get_kind_display()},
    }
