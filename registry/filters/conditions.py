"""What each filter of the register means, as a condition on workflows.

Values of one filter are alternatives, filters restrict one another. Pages, API, tabs and facet counts all
build on these, so that a number always counts exactly the rows behind it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property, reduce
from operator import or_

from django.db.models import Exists, OuterRef, Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_date

from registry.approvals import Basis
from registry.filters.custom import holding
from registry.filters.open_work import with_open_incident
from registry.gaps import GapState
from registry.kernel.audit.asof import moment
from registry.kernel.http.errors import OnlyNow
from registry.kernel.searching import prefix_query
from registry.models import CapabilityRecord, CustomField, Signal, Stage, User, Workflow
from registry.models.capabilities import in_state, lapses, missing
from registry.models.workflow_lists import DRIFT, READY
from registry.models.workflow_words import OWNERS, answered_for_by
from registry.policies.assessments import may_know_calls
from registry.readiness import Part, Readiness
from registry.services.watches import is_told

SOON = timedelta(days=30)
NOT_TIERED = "NONE"
ONLY_NOW = frozenset({"again"})
"""Filters that nothing can be asked of in the past."""
RETIRED_SHOWN = "shown"
LONGEST_NUMBER = 18
"""Digits that surely fit a primary key."""


@dataclass(frozen=True)
class Asking:
    """Who looks at the list, and when: what `me` and `overdue` mean."""

    user: User
    now: datetime
    own: Mapping[str, CustomField] = field(default_factory=dict)
    """The custom fields in use, by parameter."""

    @cached_property
    def left(self) -> list[int]:
        """Who has left: by their numbers, so that the database knows how many rows to expect; 0, which nobody has, when
        nobody has left.
        """
        return list(User.objects.filter(is_active=False).order_by("pk").values_list("pk", flat=True)) or [0]

    @property
    def today(self) -> date:
        return timezone.localdate(self.now)


Condition = Callable[[Sequence[str], Asking], Q]
RUNNING = Q(stage__in=[Stage.PILOT, Stage.PRODUCTION])
GATE = {
    "yes": Q(production_basis=Basis.GATE),
    "no": Q(production_basis__in=[Basis.BEFORE_GATES, Basis.ON_ENTRY]),
}
"""In production by approval, or without one."""
LACKING = (Readiness.NOT_READY, Readiness.STALE)
LACKS = {part.lower(): Q(**{f"{part.lower()}__in": LACKING}) for part in Part}
"""The part of readiness in which a demanded check fails or a proof is stale."""
NEVER = Q(pk__isnull=True)


def owner_states(asking: Asking) -> dict[str, Q]:
    """`gone`: names somebody who has left, in whatever role."""
    nobody = Q(business_owner__isnull=True) | Q(business_owner__in=asking.left)
    return {
        "me": answered_for_by(asking.user),
        "none": nobody,
        "orphan": RUNNING & nobody,
        "gone": reduce(or_, (Q(**{f"{name}__in": asking.left}) for name in OWNERS)),
    }


def attestation_states(today: date) -> dict[str, Q]:
    """Waited for and late, waited for, attested and not asked again, never attested; answered from columns alone."""
    return {
        "overdue": Q(attestation_due_date__lt=today),
        "open": Q(attestation_due_date__gte=today),
        "done": Q(attestation_due_date__isnull=True, attested_at__isnull=False),
        "never": Q(attestation_due_date__isnull=True, attested_at__isnull=True),
    }


def blind() -> Q:
    """Running without any active signal; of now from what is kept on the workflow, of the past from the signals."""
    if moment() is None:
        return RUNNING & Q(is_watched=False)
    return RUNNING & ~Q(Exists(Signal.objects.filter(workflow=OuterRef("pk"), is_active=True)))


def assess_again(user: User) -> Q:
    """Kept on the workflow for now alone: of the past it would have to be worked out for each.

    What only a serious incident asks for is shown to who may know of it.
    """
    if moment() is not None:
        raise OnlyNow
    owed = Q(is_assessment_owed=True)
    return owed | Q(is_assessment_called=True) if may_know_calls(user) else owed


def any_of(choices: Mapping[str, Q], values: Sequence[str]) -> Q:
    """Any of the chosen; said without more alternatives than there are, since each costs the database a way to plan."""
    return reduce(or_, (choices.get(value, NEVER) for value in values), Q()) if values else NEVER


def is_number(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) <= LONGEST_NUMBER


def numbers(values: Sequence[str]) -> list[int]:
    return [int(value) for value in values if is_number(value)]


def review_states(today: date) -> dict[str, Q]:
    soon = today + SOON
    return {
        "overdue": Q(next_review_date__lt=today),
        "soon": Q(next_review_date__gte=today, next_review_date__lte=soon),
        "later": Q(next_review_date__gt=soon),
        "none": Q(next_review_date__isnull=True),
    }


def with_gap(condition: Q) -> Q:
    """Asked of each workflow by index: too many have gaps for a list of them to fit into the memory of a query."""
    return Q(Exists(CapabilityRecord.objects.filter(condition, workflow=OuterRef("pk"))))


def gap_states(today: date) -> dict[str, Q]:
    """From what is kept on the workflow, as `gaps.Summary` answers; of the past from the rows themselves.

    `none`: assessed, and nothing is missing. `ending`: an acceptance or a proof ends within thirty days.
    """
    soon = today + SOON
    if moment() is None:
        with_open = Q(gaps_missing__gt=0) | Q(gaps_more_after__lt=today)
        ending = Q(gaps_more_after__gte=today, gaps_more_after__lte=soon)
        late, stale = Q(gaps_late_after__lt=today), Q(gaps_stale_after__lt=today)
        accepted = Q(gaps_accepted_last__gte=today)
    else:
        with_open = with_gap(missing(today))
        states = (GapState.OVERDUE, GapState.STALE, GapState.ACCEPTED)
        late, stale, accepted = (with_gap(in_state(state, today)) for state in states)
        ending = with_gap(lapses(today, soon))
    none = ~Q(tier="") & ~with_open
    return {
        "open": with_open,
        "overdue": late,
        "stale": stale,
        "accepted": accepted,
        "ending": ending,
        "none": none,
    }


def _gap(values: Sequence[str], asking: Asking) -> Q:
    """Any of the states, or one of the capabilities missing."""
    states = gap_states(asking.today)
    keys = [value for value in values if value not in states]
    found = any_of(states, values)
    return found | with_gap(missing(asking.today) & Q(capability__in=keys)) if keys else found


def since(value: str, now: datetime) -> datetime | None:
    """The beginning of a day such as 2026-11-01, or so many times 24 hours ago (7d)."""
    if value.endswith("d") and is_number(value[:-1]):
        return now - timedelta(days=min(int(value[:-1]), 9999))
    try:
        day = parse_date(value)
    except ValueError:
        return None
    return timezone.make_aware(datetime.combine(day, time.min)) if day else None


def _words(values: Sequence[str], asking: Asking) -> Q:
    """As `WorkflowQuerySet.search_for`, which cannot be counted as one of several conditions."""
    words = values[-1].strip()
    query = prefix_query(words)
    number = words.upper().removeprefix("WF-").lstrip("0")
    by_words = Q() if query is None else Q(search=query)
    return by_words | Q(pk=int(number)) if is_number(number) else by_words


def _tier(values: Sequence[str], asking: Asking) -> Q:
    return Q(tier__in=["" if value == NOT_TIERED else value for value in values])


def _stage(values: Sequence[str], asking: Asking) -> Q:
    return Q(stage__in=list(values))


def _owner(values: Sequence[str], asking: Asking) -> Q:
    people = User.objects.filter(pk__in=numbers(values))
    named = Q(business_owner__in=people) | Q(technical_owner__in=people) | Q(deputy__in=people)
    return any_of({**owner_states(asking), **{value: named for value in values if is_number(value)}}, values)


def _owner_name(values: Sequence[str], asking: Asking) -> Q:
    people = User.objects.filter(Q(name__icontains=values[-1]) | Q(email__istartswith=values[-1])).values("pk")
    return Q(business_owner__in=people) | Q(technical_owner__in=people) | Q(deputy__in=people)


def _linked(field: str) -> Condition:
    def condition(values: Sequence[str], asking: Asking) -> Q:
        found = Q(**{f"{field}__in": numbers(values)})
        return found | Q(**{f"{field}__isnull": True}) if "none" in values else found

    return condition


def _tag(values: Sequence[str], asking: Asking) -> Q:
    """By index first: asked of every row, the arrays have to be read from the wide rows."""
    return Q(pk__in=Workflow.objects.filter(tags__overlap=list(values)).values("pk"))


def _since(field: str) -> Condition:
    def condition(values: Sequence[str], asking: Asking) -> Q:
        start = since(values[-1], asking.now)
        return Q(**{f"{field}__gte": start}) if start else Q()

    return condition


CONDITIONS: Mapping[str, Condition] = {
    "q": _words,
    "tier": _tier,
    "stage": _stage,
    "unit": _linked("business_unit"),
    "unit_name": lambda values, _asking: (
        Q(business_unit__name__icontains=values[-1]) | Q(business_unit__parent__name__icontains=values[-1])
    ),
    "vendor": _linked("vendor"),
    "vendor_name": lambda values, _asking: Q(vendor__name__icontains=values[-1]),
    "owner": _owner,
    "owner_name": _owner_name,
    "impact": lambda values, _asking: Q(impact__in=list(values)),
    "public": lambda values, _asking: Q(is_public_facing__in=list(values)),
    "personal": lambda values, _asking: Q(uses_personal_data__in=list(values)),
    "review": lambda values, asking: any_of(review_states(asking.today), values),
    "incident": lambda values, asking: with_open_incident(asking.user) if "open" in values else NEVER,
    "blind": lambda values, _asking: any_of({"yes": blind(), "no": ~blind()}, values),
    "watched": lambda values, asking: any_of({"yes": is_told(asking.user), "no": ~is_told(asking.user)}, values),
    "gap": _gap,
    "ready": lambda values, _asking: any_of(READY, values),
    "again": lambda values, asking: any_of(
        {"yes": assess_again(asking.user), "no": ~assess_again(asking.user)}, values
    ),
    "gate": lambda values, _asking: any_of(GATE, values),
    "lacks": lambda values, _asking: any_of(LACKS, values),
    "drift": lambda values, _asking: any_of(DRIFT, values),
    "attestation": lambda values, asking: any_of(attestation_states(asking.today), values),
    "tag": _tag,
    "created": _since("created_at"),
    "changed": _since("updated_at"),
}


def conditions(params: Mapping[str, Sequence[str]], asking: Asking) -> dict[str, Q]:
    """Filter → condition, for every filter in use. Retired entries are left out unless asked for."""
    found = {
        name: condition(params[name], asking)
        for name, condition in CONDITIONS.items()
        if params.get(name) and any(params[name])
    }
    for name, definition in asking.own.items():
        if params.get(name):
            found[name] = holding(definition, params[name], asking.user)
    if "stage" not in found and RETIRED_SHOWN not in params.get("retired", ()):
        found["stage"] = ~Q(stage=Stage.RETIRED)
    return found


def values_of(query: QueryDict) -> dict[str, list[str]]:
    return {name: [value for value in values if value] for name, values in query.lists()}


def all_of(found: Mapping[str, Q]) -> Q:
    condition = Q()
    for part in found.values():
        condition &= part
    return condition


def is_answered(params: Mapping[str, Sequence[str]]) -> bool:
    """Whether `conditions` has an answer at the moment that is read."""
    return moment() is None or ONLY_NOW.isdisjoint(params)


def matching(params: Mapping[str, Sequence[str]], asking: Asking) -> Q:
    return all_of(conditions(params, asking))
