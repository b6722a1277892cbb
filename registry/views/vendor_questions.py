"""One question to one vendor: how it stands, answering it, judging, finding it not needed, opening it again."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.filters.vendors import today
from registry.forms.vendors import AnswerForm, JudgeForm, WhyForm
from registry.kernel.access.verdict import Policy, require
from registry.kernel.audit.reading import entries_of
from registry.kernel.http.downloads import download
from registry.kernel.http.errors import Stale
from registry.kernel.http.forms import take_problems
from registry.kernel.http.pages import page
from registry.kernel.http.stale import Meeting, meet, settled
from registry.models import Vendor, VendorAnswer
from registry.policies import vendors as policies
from registry.policies.workflows import may_see_register
from registry.reports.vendors import KNOWN, Asked, proofs_of
from registry.services import vendor_answers as services
from registry.services import vendor_judging
from registry.views.past import knows_past
from registry.views.requests import SignedInRequest
from registry.views.vendors import find
from registry.views.workflow_forms import status_of

LINES = 30
Save = Callable[[Vendor, dict[str, Any]], None]


@page(may_see_register, "GET")
@knows_past(Vendor)
def question(request: SignedInRequest, pk: int, key: str) -> HttpResponse:
    vendor, asked = _find(pk, key)
    entries = entries_of(asked.row, LINES) if asked.row is not None else []
    context = {
        "vendor": vendor,
        "asked": asked,
        "entries": entries,
        "may": {
            "answer": policies.may_answer(request.user, vendor),
            "judge": policies.may_judge_answer(request.user, asked.row) if asked.row is not None else None,
            "waive": policies.may_waive(request.user, vendor),
            "file": policies.may_take_file(request.user, vendor),
        },
    }
    return render(request, "registry/vendors/question.html", context)


@page(may_see_register)
def answer(request: SignedInRequest, pk: int, key: str) -> HttpResponse:
    def save(vendor: Vendor, given: dict[str, Any]) -> None:
        facts = {name: given[name] for name in ("answer", "evidence_url", "given_by", "valid_until_date")}
        services.answer(
            vendor,
            key,
            by=request.user,
            at=timezone.now(),
            upload=given["file"],
            keep_file=given.get("keep_file", True),
            opened_version=given["opened_version"],
            **facts,
        )

    return _said(
        request, pk, key, AnswerForm, save, policy=policies.may_answer,
        title=_("Enter the answer"), submit=_("Save the answer"), done=_("The answer is on record."),
    )  # fmt: skip


@page(may_see_register)
def judge(request: SignedInRequest, pk: int, key: str) -> HttpResponse:
    def save(vendor: Vendor, given: dict[str, Any]) -> None:
        vendor_judging.judge(
            vendor, key, by=request.user, at=timezone.now(), judgement=given["judgement"], reason=given["reason"],
            opened_version=given["opened_version"],
        )  # fmt: skip

    vendor, asked = _find(pk, key)
    require(policies.may_judge, request.user, vendor)
    vendor_judging.refuse_unless_judgeable(asked.row, by=request.user)
    return _said(
        request, pk, key, JudgeForm, save, policy=policies.may_judge,
        title=_("Is this answer sufficient?"), submit=_("Put it on record"), done=_("The answer is judged."),
    )  # fmt: skip


@page(may_see_register)
def waive(request: SignedInRequest, pk: int, key: str) -> HttpResponse:
    return _said(
        request, pk, key, WhyForm, _why(request, key, services.waive), policy=policies.may_waive,
        title=_("Not needed from this vendor"), submit=_("It is not needed"), done=_("The question is settled."),
    )  # fmt: skip


@page(may_see_register)
def reopen(request: SignedInRequest, pk: int, key: str) -> HttpResponse:
    return _said(
        request, pk, key, WhyForm, _why(request, key, services.reopen), policy=policies.may_answer,
        title=_("Open the question again"), submit=_("Open it again"), done=_("The question is open again."),
    )  # fmt: skip


@page(may_see_register, "GET")
def file(request: SignedInRequest, pk: int, key: str) -> HttpResponseBase:
    """What shows the answer: always as a download, never shown inside the site."""
    vendor, asked = _find(pk, key)
    require(policies.may_take_file, request.user, vendor)
    if asked.row is None or asked.row.evidence_file is None:
        raise Http404
    stored = services.open_file(asked.row, by=request.user, at=timezone.now())
    response = download(
        request,
        stored.open(),
        filename=asked.row.evidence_filename,
        content_type="application/octet-stream",
        size=stored.size,
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _why(request: SignedInRequest, key: str, service: Callable[..., Any]) -> Save:
    """What only wants a reason."""

    def save(vendor: Vendor, given: dict[str, Any]) -> None:
        facts = {name: given[name] for name in ("reason", "opened_version")}
        service(vendor, key, by=request.user, at=timezone.now(), **facts)

    return save


def _said(
    request: SignedInRequest,
    pk: int,
    key: str,
    kind: Any,
    save: Save,
    *,
    policy: Policy,
    **words: str,
) -> HttpResponse:
    """One form about one question, with both versions when two people say something at once."""
    vendor, asked = _find(pk, key)
    require(policy, request.user, vendor)
    row = asked.row or VendorAnswer(vendor=vendor, question=key)
    meeting: Meeting | None = None
    if request.method == "POST":
        form = kind(settled(request.POST, kind(instance=row)), request.FILES, instance=row)
        if form.is_valid():
            try:
                save(vendor, form.cleaned_data)
                messages.success(request, words["done"])
                return redirect("vendor-question", pk, key)
            except Stale as stale:
                meeting = meet(form, stale.current)
            except ValidationError as refused:
                take_problems(form, refused)
    else:
        form = kind(instance=row)
    context = {"vendor": vendor, "asked": asked, "form": form, "meeting": meeting, **words}
    return render(request, "registry/vendors/say.html", context, status=status_of(form))


def _find(pk: int, key: str) -> tuple[Vendor, Asked]:
    vendor = find(pk)
    asked = proofs_of(vendor, today()).of(key) if key in KNOWN else None
    if asked is None:
        raise Http404
    return vendor, asked
