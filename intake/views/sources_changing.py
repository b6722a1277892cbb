"""Changing a source: its rules, its mapping, its secret and its tokens."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from intake.formats.body import parsed
from intake.formats.event import Unreadable
from intake.formats.paths import places
from intake.forms.deciding import ReasonForm
from intake.forms.sources import MappingForm, SecretForm, SourceForm, TokenForm, mapping_begun
from intake.models import SignalSource, SourceToken
from intake.policies import sources as policies
from intake.services import sources as services
from intake.services import tokens
from intake.services.trying import tried
from intake.views.sources import SHOWN_ONCE, find
from registry.kernel.access.verdict import require
from registry.kernel.http.errors import Stale
from registry.kernel.http.pages import page
from registry.kernel.http.stale import meet, settled
from registry.views.requests import SignedInRequest
from registry.views.workflow_forms import create_once, status_of


@page(policies.may_add)
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    source = _managed(request, pk)
    form, meeting = SourceForm(source=source), None
    if request.method == "POST":
        form = SourceForm(settled(request.POST, form), source=source)
        try:
            if form.is_valid() and (url := create_once(request, form, lambda: _saved(request, source, form))):
                messages.success(request, _("Saved."))
                return redirect(url)
        except Stale as stale:
            meeting = meet(form, stale.current)
    return _shown(request, source, form, title=_("Edit the source"), submit=_("Save"), meeting=meeting)


@page(policies.may_add)
def mapping(request: SignedInRequest, pk: int) -> HttpResponse:
    """Paths beside what they find in a sample. “Try” shows the signals, “Save” keeps the mapping."""
    source = _managed(request, pk)
    begun = mapping_begun(source)
    form, shown, meeting = MappingForm(initial=begun), None, None
    if request.method == "POST":
        form = MappingForm(settled(request.POST, form), initial=begun)
    if form.is_bound and form.is_valid() and form.cleaned_data["sample"].strip():
        shown = tried(source, form.cleaned_data["sample"], form.mapping())
    if form.is_valid() and "save" in request.POST:
        if not form.cleaned_data["reason"].strip():
            form.add_error("reason", _("Say why."))
        else:
            try:
                if url := create_once(request, form, lambda: _keep(request, source, form)):
                    messages.success(request, _("The mapping is saved."))
                    return redirect(url)
            except Stale as stale:
                meeting = meet(form, stale.current)
    context = {"source": source, "form": form, "tried": shown, "places": _places(form), "meeting": meeting}
    return render(request, "intake/sources/mapping.html", context, status=status_of(form))


@page(policies.may_add)
def secret(request: SignedInRequest, pk: int) -> HttpResponse:
    source = _managed(request, pk)
    form = SecretForm(request.POST or None)

    def make() -> str:
        services.set_secret(
            source, by=request.user, at=timezone.now(), signature_secret=form.cleaned_data["signature_secret"]
        )
        return source.get_absolute_url()

    return _asked(request, source, form, make, title=_("Replace the signature secret"), submit=_("Replace"))


@page(policies.may_add)
def rotate(request: SignedInRequest, pk: int) -> HttpResponse:
    source = _managed(request, pk)
    form = TokenForm(request.POST or None)

    def make() -> str:
        _token, shown = tokens.rotate(source, by=request.user, at=timezone.now(), overlap=form.overlap)
        request.session[SHOWN_ONCE] = shown
        return source.get_absolute_url()

    return _asked(request, source, form, make, title=_("Replace the token"), submit=_("Give out its successor"))


@page(policies.may_add)
def revoke(request: SignedInRequest, pk: int) -> HttpResponse:
    token = get_object_or_404(SourceToken.objects.select_related("source"), pk=pk)
    source = _managed(request, token.source_id)
    form = ReasonForm(request.POST or None)

    def make() -> str:
        tokens.revoke(token, by=request.user, at=timezone.now(), reason=form.cleaned_data["reason"])
        return source.get_absolute_url()

    return _asked(
        request, source, form, make, title=_("Revoke the token %(prefix)s…") % {"prefix": token.prefix},
        submit=_("Revoke"), is_dangerous=True,
        lead=_("Senders that still use it are refused from this moment on. What they send is not kept."),
    )  # fmt: skip


def _managed(request: SignedInRequest, pk: int) -> SignalSource:
    source = find(request, pk)
    require(policies.may_manage, request.user, source)
    return source


def _saved(request: SignedInRequest, source: SignalSource, form: SourceForm) -> str:
    services.edit(
        source, by=request.user, at=timezone.now(), reason=form.cleaned_data["reason"],
        opened_version=form.cleaned_data["opened_version"], **form.given(),
    )  # fmt: skip
    return source.get_absolute_url()


def _keep(request: SignedInRequest, source: SignalSource, form: MappingForm) -> str:
    services.edit(
        source, by=request.user, at=timezone.now(), reason=form.cleaned_data["reason"], mapping=form.mapping(),
        opened_version=form.cleaned_data["opened_version"],
    )  # fmt: skip
    return source.get_absolute_url()


def _places(form: MappingForm) -> list[tuple[str, str]]:
    """What can be chosen in the sample."""
    sample = str(form["sample"].value() or "").strip()
    if not sample:
        return []
    try:
        return places(parsed(sample.encode()))
    except Unreadable:
        return []


def _asked(
    request: SignedInRequest, source: SignalSource, form: forms.Form, make: Callable[[], str], **more: Any
) -> HttpResponse:
    if form.is_valid() and (url := create_once(request, form, make)):
        return redirect(url)
    return _shown(request, source, form, **more)


def _shown(request: SignedInRequest, source: SignalSource, form: forms.Form, **more: Any) -> HttpResponse:
    context = {"source": source, "form": form, "back": reverse("signal-source", args=[source.pk]), **more}
    return render(request, "intake/sources/question.html", context, status=status_of(form))
