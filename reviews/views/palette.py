"""The command palette: go to, declare, search, everything a person may see."""

from collections.abc import Iterable
from typing import Any

from django.http import JsonResponse
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from incidents.policies.incidents import may_declare
from intake.policies.sources import may_see_list as may_see_sources
from registry.kernel.http.pages import page
from registry.models import User
from registry.policies.attestations import may_start_campaign
from registry.policies.custom_fields import may_see as may_see_fields
from registry.policies.imports import may_import_records, may_see_change_sets
from registry.policies.records import may_see_audit
from registry.policies.tier_rules import may_see as may_see_rules
from registry.policies.workflows import may_register
from registry.views.requests import SignedInRequest
from reviews.policies.overview import may_see_overview
from reviews.reports.search import search

EACH = 4


@page(may_see_overview, "GET")
def palette(request: SignedInRequest) -> JsonResponse:
    """Groups of items for what was typed; without words, the commands."""
    words = request.GET.get("q", "").strip()[:200]
    groups = [(_("Commands"), list(_matching(_commands(request.user), words)))]
    if words:
        groups = [*_found(request.user, words), *groups]
    return JsonResponse({"groups": [{"label": label, "items": items} for label, items in groups if items]})


def _item(label: str, hint: str, url: str, icon: str) -> dict[str, str]:
    return {"label": label, "hint": hint, "url": url, "icon": icon}


def _commands(user: User) -> Iterable[dict[str, str]]:
    entries: list[tuple[Any, str, str, str, str]] = [
        (may_declare(user), _("Declare an incident"), "c", "declare", "siren"),
        (may_declare(user), _("Report a near miss"), "", "near-miss", "circle-dashed"),
        (may_declare(user), _("Report a problem"), "", "report-problem", "megaphone"),
        (may_register(user), _("Register a workflow"), "", "workflow-new", "plus"),
        (may_import_records(user), _("Import a spreadsheet"), "", "import-new", "upload"),
        (True, _("Export"), "", "exports", "download"),
        (True, _("Go to the overview"), "g o", "overview", "gauge"),
        (True, _("Go to the register"), "g r", "register", "layers"),
        (True, _("Go to gaps"), "", "gaps", "list-checks"),
        (True, _("Go to tags"), "", "tags", "tag"),
        (True, _("Go to vendors"), "", "vendors", "building-2"),
        (True, _("Go to unknown callers"), "", "callers", "plug"),
        (True, _("Attest my workflows"), "", "attestations", "clipboard-check"),
        (True, _("Attestation campaigns"), "", "campaigns", "clipboard-list"),
        (may_start_campaign(user), _("Start an attestation campaign"), "", "campaign-new", "send"),
        (True, _("Go to gates"), "", "gate-requests", "gavel"),
        (True, _("Go to signals"), "", "signals", "inbox"),
        (may_see_sources(user), _("Go to signal sources"), "", "signal-sources", "plug"),
        (True, _("Go to incidents"), "g i", "incidents", "siren"),
        (True, _("Go to reviews"), "", "reviews", "clipboard-check"),
        (True, _("Go to action items"), "g a", "actions", "list-checks"),
        (True, _("Go to evidence"), "", "evidence-list", "file-lock-2"),
        (True, _("Go to reports"), "", "reports", "file-text"),
        (may_see_audit(user), _("Go to the audit log"), "", "audit", "history"),
        (may_see_change_sets(user), _("Change-sets"), "", "change-sets", "git-compare-arrows"),
        (may_see_fields(user), _("Custom fields"), "", "custom-fields", "list"),
        (True, _("Rules: severity, escalation, communication, decisions"), "", "organisation-rules", "scale"),
        (may_see_rules(user), _("Tier rules"), "", "tier-rules", "scale"),
        (True, _("Preferences"), "", "preferences", "settings-2"),
    ]
    for allowed, label, hint, name, icon in entries:
        if allowed:
            try:
                yield _item(label, hint, reverse(name), icon)
            except NoReverseMatch:
                continue


def _matching(items: Iterable[dict[str, str]], words: str) -> Iterable[dict[str, str]]:
    wanted = words.casefold().split()
    return (item for item in items if all(word in item["label"].casefold() for word in wanted))


def _found(user: User, words: str) -> list[tuple[str, list[dict[str, str]]]]:
    """The best of each kind, and last the page with all of it."""
    found = [part for part in search(user, words) if part.hits]
    groups = [
        (part.label, [_item(hit.title, hit.reference or hit.hint, hit.url, part.icon) for hit in part.hits[:EACH]])
        for part in found
    ]
    if found:
        everything = f"{reverse('search')}?{urlencode({'q': words})}"
        groups.append((_("Search"), [_item(_("Show all that was found"), "", everything, "search")]))
    return groups
