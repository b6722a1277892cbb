"""Saving, renaming, sharing and deleting views of the register."""

from http import HTTPStatus

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.filters.addresses import LONGEST, Address
from registry.forms.saved_views import SavedViewForm
from registry.kernel.access.verdict import require
from registry.kernel.http.pages import page
from registry.kernel.http.remembered import once
from registry.models import SavedView
from registry.policies.saved_views import may_change, may_save, may_use
from registry.services import saved_views as services
from registry.services.saved_views import REGISTER, usable
from registry.views.register_tabs import Tab
from registry.views.requests import SignedInRequest


@page(may_save, "GET", "POST")
def save(request: SignedInRequest) -> HttpResponse:
    """The list as it is shown now under a name of its own."""
    form = SavedViewForm(request.POST or None, by=request.user, initial={"query": _plain(request, request.GET)})
    if request.method == "POST" and form.is_valid():
        try:
            with once(request.user, form.cleaned_data["once"]) as attempt:
                if attempt.earlier:
                    return redirect(attempt.earlier.location)
                view = services.save(
                    by=request.user,
                    at=timezone.now(),
                    page=REGISTER,
                    name=form.cleaned_data["name"],
                    query=_plain(request, QueryDict(form.cleaned_data["query"])),
                    is_shared=form.cleaned_data.get("is_shared", False),
                )
                attempt.remember(location=_url(view))
        except ValidationError as problem:
            form.add_error(None, problem)
        else:
            messages.success(request, _("View “%(name)s” saved.") % {"name": view.name})
            return redirect(_url(view))
    return _form_page(request, form, _("Save this view"))


@page(may_save, "GET", "POST")
def change(request: SignedInRequest, pk: int) -> HttpResponse:
    """Another name, shared or not; or, by the Save button above the list, what the list shows now."""
    view = get_object_or_404(usable(request.user, REGISTER), pk=pk)
    require(may_use, request.user, view)
    if request.method == "POST" and "keep" in request.POST:
        view = services.change(
            view, by=request.user, at=timezone.now(), query=_plain(request, QueryDict(request.POST["keep"]))
        )
        messages.success(request, _("View “%(name)s” saved.") % {"name": view.name})
        return redirect(_url(view))
    require(may_change, request.user, view)
    initial = {"name": view.name, "is_shared": view.is_shared, "query": view.query}
    form = SavedViewForm(request.POST or None, by=request.user, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            view = services.change(
                view,
                by=request.user,
                at=timezone.now(),
                name=form.cleaned_data["name"],
                is_shared=form.cleaned_data.get("is_shared"),
            )
        except ValidationError as problem:
            form.add_error(None, problem)
        else:
            messages.success(request, _("View “%(name)s” changed.") % {"name": view.name})
            return redirect(_url(view))
    return _form_page(request, form, _("Rename or share this view"), view)


@page(may_save, "GET", "POST")
def delete(request: SignedInRequest, pk: int) -> HttpResponse:
    view = get_object_or_404(usable(request.user, REGISTER), pk=pk)
    if request.method == "POST":
        services.delete(view, by=request.user, at=timezone.now())
        messages.success(request, _("View “%(name)s” deleted.") % {"name": view.name})
        return redirect("register")
    require(may_change, request.user, view)
    return render(request, "registry/register/view_delete.html", {"view": view, "back": _url(view)})


def _plain(request: SignedInRequest, query: QueryDict) -> str:
    """What can be saved of an address: what the list understands, in plain form, if it is not too long."""
    plain = Address(query, request).plain
    return plain if len(plain) <= LONGEST else ""


def _url(view: SavedView) -> str:
    return Tab(str(view.pk), view.name, view.query).url


def _form_page(
    request: SignedInRequest, form: SavedViewForm, heading: str, view: SavedView | None = None
) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    query = form["query"].value() or ""
    back = _url(view) if view else f"{Tab('all', '', '').url}?{query}"
    return render(
        request,
        "registry/register/view_form.html",
        {"form": form, "heading": heading, "back": back, "view": view},
        status=status,
    )
