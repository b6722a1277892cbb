"""The inventory: the register as a list to hand over, divided by tier and unit, with what it was filtered by."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby, islice
from typing import Any

from django.db.models import Case, Count, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from incidents.models import IncidentWorkflow
from incidents.models.incidents import ACTIVE
from registry.kernel.documents.aside import Aside
from registry.models import User, Workflow
from registry.models.workflow_words import Answer, Stage, Tier
from registry.reports import past
from registry.reports.workflow_record import tier_mark
from reviews.models import ActionItem
from reviews.models.actions import CHASED
from reviews.reports.heading import heading
from reviews.reports.open_to_all import closed_now

SCHEMA = "holdfast.inventory/1"
TEMPLATE = "documents/inventory.html"
MOST_IN_ONE = 1500
"""Rows of one PDF; more are printed in volumes."""
ROWS_OF_A_VOLUME = 1000
ROWS_OF_A_TABLE = 120
"""The renderer's work on a table grows faster than the table."""
AT_ONCE = 500

Words = Sequence[tuple[str, str]]


def inventory(
    rows: QuerySet[Workflow],
    filters: Words,
    *,
    number: str,
    version: int,
    by: User,
    at: datetime,
    known_at: datetime | None = None,
    aside: Aside,
    tell: Callable[[int, int], None],
) -> dict[str, Any]:
    """`rows` as the register's page finds them, now or at `known_at`; `filters` what they were found by, in words.

    A long list puts the record of each volume aside on the way and names them by hash. `tell` hears how many of how
    many rows are read.
    """
    readers = ("NAMED_ROLES", _("Risk staff, executives and auditors"))
    head = heading(SCHEMA, number=number, version=version, by=by, at=at, readers=readers, known_at=known_at)
    with past.perhaps(known_at, by):
        found = Workflow.objects.filter(pk__in=rows.order_by().values("pk"))
        whole = {
            **head,
            "filters": [{"label": label, "value": value} for label, value in filters],
            "totals": _totals(found, (known_at or at).date()),
            "volume": None,
        }
        listed = _told(_listed(found), whole["totals"]["workflows"], tell)
        if whole["totals"]["workflows"] <= MOST_IN_ONE:
            return {**whole, "tiers": in_sections(listed)}
        return {**whole, "tiers": [], "archive": _volumes(whole, listed, aside)}


def _volumes(whole: Mapping[str, Any], listed: Iterator[dict[str, Any]], aside: Aside) -> dict[str, Any]:
    total = -(-whole["totals"]["workflows"] // ROWS_OF_A_VOLUME)
    volumes: list[dict[str, str]] = []
    while some := list(islice(listed, ROWS_OF_A_VOLUME)):
        place = {"number": len(volumes) + 1, "of": total}
        record = {**whole, "volume": place, "tiers": in_sections(some)}
        volumes.append(aside.volume(len(volumes) + 1, record, template=TEMPLATE))
    about = {"filters": whole["filters"], "workflows": whole["totals"]["workflows"]}
    return {"about": about, "volumes": volumes, "files": [], "entries": [], "checkpoint": None}


def _told(rows: Iterator[dict[str, Any]], total: int, tell: Callable[[int, int], None]) -> Iterator[dict[str, Any]]:
    for done, row in enumerate(rows, start=1):
        if done % AT_ONCE == 0:
            tell(done, total)
        yield row


def _listed(found: QuerySet[Workflow]) -> Iterator[dict[str, Any]]:
    """By tier, highest first and untiered last, then by unit and name; read piece by piece."""
    rows = (
        found.select_related("business_unit", "business_owner", "vendor")
        .annotate(open_incidents=_open_incidents(), open_actions=_open_actions())
        .defer("purpose", "outputs", "affected_people", "search", "contract_reference")
        .annotate(is_untiered=Case(When(tier="", then=1), default=0, output_field=IntegerField()))
        .order_by("is_untiered", "tier", F("business_unit__name").asc(nulls_last=True), "name", "pk")
    )
    return (_row(row) for row in rows.iterator(chunk_size=AT_ONCE))


def _row(row: Any) -> dict[str, Any]:
    return {
        "tier": row.tier,
        "unit": str(row.business_unit) if row.business_unit else None,
        "reference": row.reference,
        "name": row.name,
        "stage": str(row.get_stage_display()),
        "owner": row.business_owner.name if row.business_owner else None,
        "is_owner_active": row.business_owner.is_active if row.business_owner else None,
        "vendor": str(row.vendor) if row.vendor else None,
        "next_review": row.next_review_date,
        "open_incidents": row.open_incidents,
        "open_actions": row.open_actions,
    }


def in_sections(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows, already in order, as tiers of units of tables."""
    sections = []
    for tier, of_tier in groupby(rows, key=lambda row: row["tier"]):
        units = [_unit(unit, list(of_unit)) for unit, of_unit in groupby(of_tier, key=lambda row: row["unit"])]
        total = sum(unit["total"] for unit in units)
        sections.append({"tier": tier_mark(tier), "total": total, "units": units})
    return sections


def _unit(unit: str | None, rows: list[dict[str, Any]]) -> dict[str, Any]:
    tables = [rows[start : start + ROWS_OF_A_TABLE] for start in range(0, len(rows), ROWS_OF_A_TABLE)]
    return {"unit": unit, "total": len(rows), "tables": tables}


def _open_incidents() -> Coalesce:
    """Of incidents that are open to all: the readers of an inventory do not all see restricted ones."""
    links = IncidentWorkflow.objects.filter(workflow=OuterRef("pk"), incident__state__in=ACTIVE)
    return _how_many(links.exclude(incident__in=closed_now()))


def _open_actions() -> Coalesce:
    items = ActionItem.objects.filter(workflow=OuterRef("pk"), state__in=CHASED)
    return _how_many(items.exclude(incident__in=closed_now()))


def _how_many(rows: QuerySet[Any]) -> Coalesce:
    counted = rows.order_by().annotate(one=Value(1)).values("one").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)


def _totals(found: QuerySet[Workflow], today: date) -> dict[str, Any]:
    running = Q(stage__in=[Stage.PILOT, Stage.PRODUCTION])
    counted = found.aggregate(
        workflows=Count("pk"),
        running=Count("pk", filter=running),
        ownerless=Count("pk", filter=running & (Q(business_owner=None) | Q(business_owner__is_active=False))),
        overdue=Count("pk", filter=Q(next_review_date__lt=today)),
        untiered=Count("pk", filter=Q(tier="")),
        public=Count("pk", filter=Q(is_public_facing=Answer.YES)),
        personal=Count("pk", filter=Q(uses_personal_data=Answer.YES)),
    )
    return {
        "workflows": counted["workflows"],
        "tiers": _bars(found, "tier", [*Tier.choices, ("", _("Not tiered"))]),
        "stages": _bars(found, "stage", Stage.choices),
        "attention": [
            {"label": _("in pilot or production"), "count": counted["running"]},
            {"label": _("of these without an active owner"), "count": counted["ownerless"]},
            {"label": _("with a review overdue"), "count": counted["overdue"]},
            {"label": _("not tiered"), "count": counted["untiered"]},
            {"label": _("reach the public"), "count": counted["public"]},
            {"label": _("use personal data"), "count": counted["personal"]},
        ],
    }


def _bars(found: QuerySet[Workflow], column: str, choices: Sequence[tuple[str, Any]]) -> list[dict[str, Any]]:
    counted = dict(found.order_by().values_list(column).annotate(n=Count("pk")))
    return [{"code": value, "label": str(label), "count": counted.get(value, 0)} for value, label in choices]
