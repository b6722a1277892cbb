"""Watching saved views of the register, and opening one by its number."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from registry.filters.matching import workflows_of
from registry.kernel.http.pages import page
from registry.models import SavedView
from registry.policies.people import may_keep_own
from registry.services import view_watches as services
from registry.services.saved_views import REGISTER, usable
from registry.views.register_tabs import Tab
from registry.views.requests import SignedInRequest


@page(may_keep_own, "GET")
def open_view(request: SignedInRequest, pk: int) -> HttpResponse:
    """The register as the view shows it now."""
    return redirect(_url(_found(request, pk)))


@page(may_keep_own, "POST")
def watch(request: SignedInRequest, pk: int) -> HttpResponse:
    view = _found(request, pk)
    services.watch(view, by=request.user, at=timezone.now(), matching=workflows_of)
    said = _("You watch “%(view)s”. Which workflows enter and leave it is told among your notices.")
    messages.success(request, said % {"view": view.name})
    return redirect(_url(view))


@page(may_keep_own, "POST")
def unwatch(request: SignedInRequest, pk: int) -> HttpResponse:
    view = _found(request, pk)
    services.unwatch(view, by=request.user, at=timezone.now())
    messages.success(request, _("You do not watch “%(view)s” any more.") % {"view": view.name})
    return redirect("watches") if request.POST.get("back") == "watches" else redirect(_url(view))


def _found(request: SignedInRequest, pk: int) -> SavedView:
    return get_object_or_404(usable(request.user, REGISTER), pk=pk)


def _url(view: SavedView) -> str:
    return Tab(str(view.pk), view.name, view.query).url
