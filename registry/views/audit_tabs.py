"""The views above the site-wide history: those that every installation has, the person's own, and shared ones."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from registry.filters.audit import plain
from registry.forms.saved_views import SavedViewForm
from registry.kernel.http.pages import page
from registry.models import SavedView
from registry.policies.records import may_see_audit
from registry.policies.saved_views import may_change
from registry.reports.ledger import Standing
from registry.services.saved_views import AUDIT, usable
from registry.shipped_views import AUDIT_VIEWS
from registry.views.register_tabs import Tab
from registry.views.requests import SignedInRequest
from registry.views.saved_views import Viewed, change_of, delete_of, save_of


def address(key: str, query: str) -> str:
    view = "" if key == AUDIT_VIEWS[0].key else f"view={key}"
    whole = "&".join(part for part in (query, view) if part)
    return f"{reverse('audit')}?{whole}" if whole else reverse("audit")


def _written(request: HttpRequest, query: QueryDict) -> str:
    return plain(query)


def _shown(view: SavedView) -> str:
    return address(str(view.pk), view.query)


LISTED = Viewed(AUDIT, "audit", _("Audit log"), _written, _shown)


@page(may_see_audit, "GET", "POST")
def save(request: SignedInRequest) -> HttpResponse:
    return save_of(request, LISTED)


@page(may_see_audit, "GET", "POST")
def change(request: SignedInRequest, pk: int) -> HttpResponse:
    return change_of(request, LISTED, pk)


@page(may_see_audit, "GET", "POST")
def delete(request: SignedInRequest, pk: int) -> HttpResponse:
    return delete_of(request, LISTED, pk)


def tabs(request: SignedInRequest, standing: Standing) -> dict[str, Any]:
    """What the row of views reads: each with its address, the current one, and whether it was changed."""
    counts = {"past": f"{standing.past_application:,}{'+' if standing.has_many_past else ''}"}
    found = [Tab(view.key, str(view.name), view.query) for view in AUDIT_VIEWS]
    for view in usable(request.user, AUDIT):
        found.append(Tab(str(view.pk), view.name, view.query, may_change(request.user, view), view.is_shared))
    now = plain(request.GET)
    named = request.GET.get("view", "")
    same = (tab for tab in found if tab.query == now)
    current = next((tab for tab in found if tab.key == named), None) or next(same, found[0])
    return {
        "tabs": [(tab, address(tab.key, tab.query), counts.get(tab.key, "")) for tab in found],
        "current": current,
        "current_url": address(current.key, current.query),
        "is_changed": current.query != now,
        "plain": now,
        "save_form": SavedViewForm(by=request.user, initial={"query": now}, auto_id="save_%s"),
    }
