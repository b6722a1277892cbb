"""Filters of what one was told, for the page and the API alike."""

from typing import Any

import django_filters
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from registry.models import Notice

Rows = QuerySet[Notice]
KINDS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "tier": (_("Risk tier"), ("TIER", "TIER_OVERRIDE", "TIER_RULES")),
    "stage": (_("Lifecycle stage"), ("STAGE",)),
    "owner": (_("Owners"), ("OWNER", "OWNERSHIP", "ORPHANS")),
    "gap": (_("Gaps"), ("GAP",)),
    "drift": (_("Drift and baselines"), ("DRIFT", "BASELINE")),
    "attestation": (_("Attestations"), ("ATTESTATION",)),
    "incident": (
        _("Incidents and reviews"),
        ("INCIDENT", "SIGNALS", "CUSTODY", "RETENTION", "REVIEW_SUBMITTED", "REVIEW_DECIDED"),
    ),
    "view": (_("Saved views"), ("VIEW",)),
    "action": (_("Action items"), ("CHASE", "EXTENSION_ASKED", "EXTENSION_DECIDED", "RISK_EXPIRED")),
}
"""What people look for → its name and the kinds of notices it stands for."""
ACTION = Q(kind__startswith="ACTION")
OTHER = "other"
CHOICES = [*((key, label) for key, (label, _kinds) in KINDS.items()), (OTHER, _("Everything else"))]
WHY = [("watched", _("From what I watch")), ("mine", _("Addressed to me"))]


def about(key: str) -> Q:
    if key == OTHER:
        known = Q()
        for each in KINDS:
            known |= about(each)
        return ~known
    wanted = Q(kind__in=KINDS[key][1])
    return wanted | ACTION if key == "action" else wanted


class NoticeFilter(django_filters.FilterSet):  # type: ignore[misc]
    is_read = django_filters.BooleanFilter(method="by_reading", label=_("Read"))
    about = django_filters.ChoiceFilter(choices=CHOICES, method="by_kind", label=_("What about"))
    why = django_filters.ChoiceFilter(choices=WHY, method="by_why", label=_("Why"))
    workflow = django_filters.NumberFilter(
        method="by_workflow", min_value=1, max_value=2**63 - 1, decimal_places=0, label=_("Workflow")
    )

    def by_reading(self, rows: Rows, _name: str, value: bool) -> Rows:
        return rows.filter(read_at__isnull=not value)

    def by_kind(self, rows: Rows, _name: str, value: str) -> Rows:
        return rows.filter(about(value))

    def by_why(self, rows: Rows, _name: str, value: str) -> Rows:
        return rows.filter(is_watched=value == "watched")

    def by_workflow(self, rows: Rows, _name: str, value: Any) -> Rows:
        number = str(int(value))
        of_it = Q(under_type="registry.workflow", under_id=number)
        return rows.filter(of_it | Q(object_type="registry.workflow", object_id=number))
