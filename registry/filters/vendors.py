"""Filters and order of the list of vendors, for its page and the API alike."""

from datetime import date
from typing import Any

import django_filters
from django.db.models import Count, F, IntegerField, Min, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.expressions import OrderBy
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from registry.filters.conditions import numbers
from registry.filters.workflows import TIER, ChoiceOrNumberFilter
from registry.kernel.audit.asof import clock
from registry.models import Stage, User, Vendor, VendorAnswer, Workflow
from registry.models.vendors import in_state, in_states
from registry.vendor_proofs import HOLDS, OWED, ProofState
from registry.vendor_questions import QUESTIONS

Rows = QuerySet[Any]
"""Vendors, `with_figures` beside their own columns."""
STATES = [
    ("open", _("Has open questions")),
    ("judge", _("Has answers to judge")),
    ("expired", _("Has expired answers")),
    ("settled", _("All settled")),
]
MEANING = {
    "open": Q(still_open__gt=0),
    "judge": Q(to_judge__gt=0),
    "expired": Q(expired__gt=0),
    "settled": Q(still_open=0, expired=0, to_judge=0),
}
"""Asked of rows `with_figures`."""
OWNERS = [("me", _("Mine")), ("none", _("Nobody who is here"))]
USE = [("yes", _("In use")), ("no", _("Not in use"))]
SORTS = {
    "name": (("name",), False),
    "workflows": (("used",), False),
    "tier": (("worst",), True),
    "open": (("still_open",), False),
    "judge": (("to_judge",), False),
    "expired": (("expired",), False),
    "ends": (("next_end",), True),
    "due": (("answers_due_date",), True),
    "owner": (("owner__name",), True),
}
"""Key → fields, and whether they may lack a value."""
SORT = "name"


def today() -> date:
    return timezone.localdate(clock())


def with_figures(rows: QuerySet[Vendor]) -> Rows:
    """Each with how many workflows depend on it and of which tier at most, and how its questions stand."""
    depending = Workflow.objects.filter(vendor=OuterRef("pk")).exclude(stage=Stage.RETIRED).order_by()
    answers = VendorAnswer.objects.filter(vendor=OuterRef("pk")).order_by()
    valid = answers.filter(in_states(HOLDS, today()))
    return rows.annotate(
        used=_number(depending, "vendor"),
        worst=Subquery(depending.values("vendor").annotate(tier=Min(NullIf("tier", Value("")))).values("tier")),
        expired=_number(answers.filter(in_state(ProofState.EXPIRED, today())), "vendor"),
        to_judge=_number(answers.filter(in_state(ProofState.ANSWERED, today())), "vendor"),
        still_open=len(QUESTIONS) - _number(answers.exclude(in_states(OWED, today())), "vendor"),
        next_end=Subquery(valid.values("vendor").annotate(day=Min("valid_until_date")).values("day")),
    )


def _number(rows: QuerySet[Any], by: str) -> Coalesce:
    counted = rows.values(by).annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def is_sort(sort: str) -> bool:
    return sort.removeprefix("-") in SORTS


def ordered(rows: Rows, sort: str) -> Rows:
    """What has no value stands last in both directions; equal rows always stand in the same order."""
    fields, may_lack = SORTS[sort.removeprefix("-") if is_sort(sort) else SORT]
    is_descending = sort.startswith("-")
    last = True if is_descending and may_lack else None
    places = [OrderBy(F(field), descending=is_descending, nulls_last=last) for field in fields]
    return rows.order_by(*places, "-pk" if is_descending else "pk")


class VendorFilter(django_filters.FilterSet):  # type: ignore[misc]
    """Asked of rows `with_figures`."""

    q = django_filters.CharFilter(label=_("Name contains"), field_name="name", lookup_expr="icontains", max_length=200)
    state = django_filters.MultipleChoiceFilter(label=_("Answers"), choices=STATES, method="by_state")
    owner = ChoiceOrNumberFilter(label=_("Owner"), choices=OWNERS, method="by_owner")
    tier = django_filters.MultipleChoiceFilter(label=_("Highest tier"), choices=TIER[:-1], method="by_tier")
    used = django_filters.MultipleChoiceFilter(label=_("Use"), choices=USE, method="by_use")

    class Meta:
        model = Vendor
        fields: list[str] = []

    def by_state(self, rows: Rows, name: str, value: list[str]) -> Rows:
        wanted = Q()
        for state in value:
            wanted |= MEANING[state]
        return rows.filter(wanted)

    def by_owner(self, rows: Rows, name: str, value: list[str]) -> Rows:
        if not value:
            return rows
        people = numbers(value)
        if "me" in value and self.request is not None:
            people.append(self.request.user.pk)
        nobody = Q(owner__isnull=True) | Q(owner__is_active=False) if "none" in value else Q(pk__isnull=True)
        return rows.filter(Q(owner__in=people) | nobody)

    def by_tier(self, rows: Rows, name: str, value: list[str]) -> Rows:
        return rows.filter(worst__in=value) if value else rows

    def by_use(self, rows: Rows, name: str, value: list[str]) -> Rows:
        if len(value) != 1:
            return rows
        return rows.filter(used__gt=0) if value == ["yes"] else rows.filter(used=0)


def filtered(query: Any, request: Any) -> VendorFilter:
    return VendorFilter(query, with_figures(Vendor.objects.all()), request=request)


def counted(user: User) -> dict[str, int]:
    """How many vendors are in use, are this person's, and wait for something; in one query."""
    used = Q(used__gt=0)
    return with_figures(Vendor.objects.all()).aggregate(
        everything=Count("pk"),
        in_use=Count("pk", filter=used),
        mine=Count("pk", filter=Q(owner=user)),
        owed=Count("pk", filter=used & MEANING["open"]),
        unjudged=Count("pk", filter=used & MEANING["judge"]),
        ended=Count("pk", filter=used & MEANING["expired"]),
    )
