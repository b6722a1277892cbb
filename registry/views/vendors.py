"""Vendors: the list with how their answers stand, one vendor, adding and changing it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db.models import Value
from django.db.models.functions import NullIf
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.filters.vendors import SORT, counted, filtered, ordered, today
from registry.forms.vendors import VendorForm
from registry.kernel.access.verdict import require
from registry.kernel.audit.reading import entries_of
from registry.kernel.http.errors import Stale
from registry.kernel.http.forms import take_problems
from registry.kernel.http.pages import page
from registry.kernel.http.stale import Meeting, meet, settled
from registry.models import Stage, Vendor
from registry.policies import vendors as policies
from registry.policies.workflows import may_see_register
from registry.reports.vendors import proofs_of
from registry.services import vendors as services
from registry.vendor_questions import QUESTIONS
from registry.views.past import knows_past
from registry.views.requests import SignedInRequest, query_of
from registry.views.workflow_forms import create_once, status_of

ROWS = 50
DEPENDING = 12
TABS = (
    ("in_use", "used=yes", gettext_lazy("In use")),
    ("everything", "", gettext_lazy("All")),
    ("mine", "owner=me", gettext_lazy("Mine")),
    ("owed", "state=open&used=yes", gettext_lazy("Open questions")),
    ("unjudged", "state=judge&used=yes", gettext_lazy("To judge")),
    ("ended", "state=expired&used=yes", gettext_lazy("Expired")),
)
"""Count, address and label of what is wanted often."""
CHANGES = 6


@page(may_see_register, "GET")
@knows_past()
def vendors(request: SignedInRequest) -> HttpResponse:
    sort = request.GET.get("sort", SORT)
    found = filtered(request.GET, request)
    rows = ordered(found.qs.select_related("owner"), sort)
    context = {
        "page_obj": Paginator(rows, ROWS).get_page(request.GET.get("page")),
        "tabs": _tabs(request),
        "filters": _choices(request, found),
        "questions": len(QUESTIONS),
        "query": query_of(request),
        "sort": sort,
        "is_empty": not Vendor.objects.exists(),
        "may_add": policies.may_add(request.user),
    }
    return render(request, "registry/vendors/list.html", context)


def _tabs(request: SignedInRequest) -> list[tuple[str, Any, bool, int]]:
    now, counts = query_of(request, "sort"), counted(request.user)
    return [(query, label, query == now, counts[key]) for key, query, label in TABS]


def _choices(request: SignedInRequest, found: Any) -> list[tuple[str, str, list[tuple[str, str, bool]]]]:
    """Name, label and values of each filter, with those that are on."""
    return [
        (
            name,
            str(found.filters[name].label),
            [
                (value, str(words), value in request.GET.getlist(name))
                for value, words in found.filters[name].extra["choices"]
            ],
        )
        for name in ("state", "tier", "owner", "used")
    ]


@page(may_see_register, "GET")
@knows_past(Vendor)
def vendor(request: SignedInRequest, pk: int) -> HttpResponse:
    shown = find(pk)
    depending = shown.workflows.exclude(stage=Stage.RETIRED).defer("search")
    highest_first = depending.order_by(NullIf("tier", Value("")).asc(nulls_last=True), "name", "pk")
    context = {
        "vendor": shown,
        "proofs": proofs_of(shown, today()),
        "workflows": highest_first[:DEPENDING],
        "number": depending.count(),
        "changes": [entry for entry in entries_of(shown, CHANGES) if entry.changes],
        "may": {
            "edit": policies.may_edit(request.user, shown),
            "answer": policies.may_answer(request.user, shown),
        },
    }
    return render(request, "registry/vendors/vendor.html", context)


def find(pk: int) -> Vendor:
    return get_object_or_404(Vendor.objects.select_related("owner"), pk=pk)


@page(policies.may_add)
def new(request: SignedInRequest) -> HttpResponse:
    form = VendorForm(request.POST or None)

    def make() -> str:
        made = services.add(by=request.user, at=timezone.now(), reason=form.cleaned_data["reason"], **_fields(form))
        messages.success(request, _("%(name)s is added.") % {"name": made.name})
        return made.get_absolute_url()

    if form.is_valid() and (url := create_once(request, form, make)):
        return redirect(url)
    context = {"form": form, "title": _("Add a vendor"), "submit": _("Add the vendor")}
    return render(request, "registry/vendors/form.html", context, status=status_of(form))


@page(may_see_register)
def edit(request: SignedInRequest, pk: int) -> HttpResponse:
    shown = find(pk)
    require(policies.may_edit, request.user, shown)
    meeting: Meeting | None = None
    if request.method == "POST":
        form = VendorForm(settled(request.POST, VendorForm(instance=find(pk))), instance=find(pk))
        if form.is_valid():
            try:
                services.edit(
                    shown,
                    by=request.user,
                    at=timezone.now(),
                    reason=form.cleaned_data["reason"],
                    opened_version=form.cleaned_data["opened_version"],
                    **_fields(form),
                )
                messages.success(request, _("%(name)s is saved.") % {"name": shown.name})
                return redirect(shown)
            except Stale as stale:
                meeting = meet(form, find(stale.current.pk))
            except ValidationError as refused:
                take_problems(form, refused)
    else:
        form = VendorForm(instance=shown)
    context = {"vendor": shown, "form": form, "title": _("Change the vendor"), "submit": _("Save"), "meeting": meeting}
    return render(request, "registry/vendors/form.html", context, status=status_of(form))


def _fields(form: VendorForm) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in ("name", "website", "supplies", "owner", "answers_due_date")}
