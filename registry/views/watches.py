"""Watching workflows, one by one or many from the register, and the list of what one watches."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from registry.filters.addresses import Address
from registry.filters.conditions import numbers
from registry.kernel.http.errors import Conflict
from registry.kernel.http.pages import page
from registry.models import Workflow
from registry.policies.people import may_keep_own
from registry.policies.workflows import may_see_register
from registry.services import view_watches
from registry.services import watches as services
from registry.views.requests import SignedInRequest

ROWS = 50
SHOWN = {"chosen": "is_chosen", "own": "is_own", "muted": "is_muted"}


@page(may_keep_own, "GET")
def watches(request: SignedInRequest) -> HttpResponse:
    show = request.GET.get("show", "")
    rows = services.with_standing(services.watched_by(request.user), request.user)
    if show in SHOWN:
        rows = rows.filter(**{SHOWN[show]: True})
    page_obj = Paginator(rows.defer("search").order_by("name", "pk"), ROWS).get_page(request.GET.get("page"))
    context = {
        "page_obj": page_obj,
        "rows": [(row, _why(row, request)) for row in page_obj],
        "tabs": _tabs(show),
        "views": view_watches.watched_by(request.user),
    }
    return render(request, "notices/watches.html", context)


def _tabs(show: str) -> list[tuple[str, str, bool]]:
    """Query, label, whether it is shown."""
    tabs = [("", _("All")), ("chosen", _("Chosen by me")), ("own", _("My own")), ("muted", _("Muted"))]
    return [(key, label, key == show) for key, label in tabs]


def _why(workflow: Workflow, request: SignedInRequest) -> str:
    """What the reader is to it; nothing, where they chose it."""
    roles = (
        (workflow.business_owner_id, _("Business owner")),
        (workflow.technical_owner_id, _("Technical owner")),
        (workflow.deputy_id, _("Deputy")),
    )
    return next((label for pk, label in roles if pk == request.user.pk), "")


@page(may_see_register, "POST")
def watch(request: SignedInRequest, pk: int) -> HttpResponse:
    workflow = get_object_or_404(Workflow.objects.visible_to(request.user), pk=pk)
    services.watch(workflow, by=request.user, at=timezone.now())
    messages.success(
        request,
        _("You watch %(workflow)s. What matters on it is told among your notices.") % {"workflow": workflow.name},
    )
    return _back(request, workflow)


@page(may_see_register, "POST")
def unwatch(request: SignedInRequest, pk: int) -> HttpResponse:
    workflow = get_object_or_404(Workflow.objects.visible_to(request.user), pk=pk)
    services.unwatch(workflow, by=request.user, at=timezone.now())
    messages.success(request, _("You do not watch %(workflow)s any more.") % {"workflow": workflow.name})
    return _back(request, workflow)


@page(may_see_register, "POST")
def watch_many(request: SignedInRequest) -> HttpResponse:
    """The rows picked in the register, or all of its view; back to the same list."""
    query = QueryDict(request.POST.get("query", ""))
    if request.POST.get("scope") == "view":
        rows = Address(query, request).rows
    else:
        rows = Workflow.objects.filter(pk__in=numbers(request.POST.getlist("pick")))
    chosen = list(rows.defer("search")[: services.MOST + 1])
    if not chosen:
        raise Conflict(_("Choose at least one workflow in the list first."))
    count = services.watch_many(chosen, by=request.user, at=timezone.now())
    already = len(chosen) - count
    said = ngettext("You watch %(n)s more workflow.", "You watch %(n)s more workflows.", count) % {"n": count}
    if already:
        said += " " + ngettext("%(n)s was watched already.", "%(n)s were watched already.", already) % {"n": already}
    messages.success(request, said)
    plain = Address(query, request).plain
    return redirect(f"{reverse('register')}?{plain}" if plain else "register")


def _back(request: HttpRequest, workflow: Workflow) -> HttpResponseRedirect:
    """To the list of watched ones when that is where it was said."""
    back = request.POST.get("back", "")
    is_ours = url_has_allowed_host_and_scheme(back, allowed_hosts=None) and back.startswith("/")
    return HttpResponseRedirect(back if is_ours else workflow.get_absolute_url())
