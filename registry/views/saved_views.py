"""Saving, renaming, sharing and deleting views of a list: of any list that says how its addresses are read."""

from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

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


@dataclass(frozen=True)
class Viewed:
    """A list with views: its name in the database, its page, and how an address of it is written plainly."""

    page: str
    home: str
    label: Any
    plain: Callable[[HttpRequest, QueryDict], str]
    url_of: Callable[[SavedView], str]


def register_address(request: HttpRequest, query: QueryDict) -> str:
    return Address(query, request).plain


REGISTERED = Viewed(
    REGISTER,
    "register",
    _lazy("Register"),
    register_address,
    lambda view: Tab(str(view.pk), view.name, view.query).url,
)


@page(may_save, "GET", "POST")
def save(request: SignedInRequest) -> HttpResponse:
    return save_of(request, REGISTERED)


@page(may_save, "GET", "POST")
def change(request: SignedInRequest, pk: int) -> HttpResponse:
    return change_of(request, REGISTERED, pk)


@page(may_save, "GET", "POST")
def delete(request: SignedInRequest, pk: int) -> HttpResponse:
    return delete_of(request, REGISTERED, pk)


def save_of(request: SignedInRequest, listed: Viewed) -> HttpResponse:
    """The list as it is shown now under a name of its own."""
    form = SavedViewForm(request.POST or None, by=request.user, initial={"query": _plain(request, listed, request.GET)})
    if request.method == "POST" and form.is_valid():
        try:
            with once(request.user, form.cleaned_data["once"]) as attempt:
                if attempt.earlier:
                    return redirect(attempt.earlier.location)
                view = services.save(
                    by=request.user,
                    at=timezone.now(),
                    page=listed.page,
                    name=form.cleaned_data["name"],
                    query=_plain(request, listed, QueryDict(form.cleaned_data["query"])),
                    is_shared=form.cleaned_data.get("is_shared", False),
                )
                attempt.remember(location=listed.url_of(view))
        except ValidationError as problem:
            form.add_error(None, problem)
        else:
            messages.success(request, _("View “%(name)s” saved.") % {"name": view.name})
            return redirect(listed.url_of(view))
    return _form_page(request, listed, form, _("Save this view"))


def change_of(request: SignedInRequest, listed: Viewed, pk: int) -> HttpResponse:
    """Another name, shared or not; or, by the Save button above the list, what the list shows now."""
    view = get_object_or_404(usable(request.user, listed.page), pk=pk)
    require(may_use, request.user, view)
    if request.method == "POST" and "keep" in request.POST:
        query = _plain(request, listed, QueryDict(request.POST["keep"]))
        view = services.change(view, by=request.user, at=timezone.now(), query=query)
        messages.success(request, _("View “%(name)s” saved.") % {"name": view.name})
        return redirect(listed.url_of(view))
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
            return redirect(listed.url_of(view))
    return _form_page(request, listed, form, _("Rename or share this view"), view)


def delete_of(request: SignedInRequest, listed: Viewed, pk: int) -> HttpResponse:
    view = get_object_or_404(usable(request.user, listed.page), pk=pk)
    if request.method == "POST":
        services.delete(view, by=request.user, at=timezone.now())
        messages.success(request, _("View “%(name)s” deleted.") % {"name": view.name})
        return redirect(listed.home)
    require(may_change, request.user, view)
    return render(request, "registry/register/view_delete.html", {"view": view, "back": listed.url_of(view)})


def _plain(request: SignedInRequest, listed: Viewed, query: QueryDict) -> str:
    """What can be saved of an address: what the list understands, in plain form, if it is not too long."""
    plain = listed.plain(request, query)
    return plain if len(plain) <= LONGEST else ""


def _form_page(
    request: SignedInRequest, listed: Viewed, form: SavedViewForm, heading: str, view: SavedView | None = None
) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    home = reverse(listed.home)
    back = listed.url_of(view) if view else f"{home}?{form['query'].value() or ''}"
    context = {"form": form, "heading": heading, "back": back, "view": view, "home": home, "home_label": listed.label}
    return render(request, "registry/register/view_form.html", context, status=status)
