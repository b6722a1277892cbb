"""What happened before and looks alike: by workflow, by how it failed, by words. No model is asked.

Nobody learns here of a restricted incident that they may not see, not even by its number.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import BooleanField, Case, Exists, F, FloatField, OuterRef, Q, Value, When

from incidents.lifecycle import State
from incidents.models import Incident, IncidentWorkflow
from incidents.recurring import WITHIN, recurrence
from incidents.severity_inputs import Recurrence
from registry.models import User

MOST_SHOWN: Final = 5
MOST_WORDS: Final = 12
MOST_WEIGHED: Final = 200
"""Of those that fit at all, so many of the newest are compared: common words fit thousands."""


@dataclass(frozen=True)
class LapsedFix:
    """Something that was to keep it from happening again, and does not."""

    title: str
    url: str
    owner: str
    due: date
    why: str


@dataclass(frozen=True)
class Earlier:
    """`alike` counts what is of the same workflow and kind within `WITHIN`; `shown` are those most alike."""

    alike: int
    shown: Sequence[Incident]
    lapsed: Sequence[LapsedFix]

    @property
    def proposed(self) -> Recurrence:
        return recurrence(self.alike, len(self.lapsed))

    @property
    def is_first(self) -> bool:
        return not self.shown and not self.lapsed


Fixes = Callable[[Sequence[int], User, date], Sequence[LapsedFix]]
_fixes: list[Fixes] = []


def declare(found: Fixes) -> None:
    """Those who keep action items say which of a workflow have lapsed; they lie above."""
    _fixes[:] = [found]


def earlier(incident: Incident, *, user: User, at: datetime) -> Earlier:
    workflows = [link.workflow_id for link in incident.links.all()]
    same_workflow = Exists(IncidentWorkflow.objects.filter(incident=OuterRef("pk"), workflow__in=workflows))
    found: Any = Incident.objects
    rows = found.visible_to(user).filter(is_exercise=incident.is_exercise, pk__lt=incident.pk)
    rows = rows.exclude(state__in=[State.DECLINED, State.MERGED])
    recent = rows.filter(same_workflow, declared_at__gte=incident.declared_at - WITHIN)
    known = incident.kind != Incident.Kind.UNKNOWN
    alike = recent.filter(kind=incident.kind).count() if workflows and known else 0
    words = _words(f"{incident.title} {incident.summary}")
    query = SearchQuery(" | ".join(words), search_type="raw", config="english") if words else None
    fits = same_workflow if query is None else Q(same_workflow) | Q(search=query)
    newest = rows.filter(fits).order_by("-pk").values("pk")[:MOST_WEIGHED]
    ranked = Incident.objects.filter(pk__in=newest).annotate(
        is_same_workflow=same_workflow,
        is_same_kind=Case(
            When(kind=incident.kind if known else "-", then=True), default=False, output_field=BooleanField()
        ),
        rank=SearchRank(F("search"), query) if query is not None else Value(0.0, output_field=FloatField()),
    )
    order = ("-is_same_workflow", "-is_same_kind", "-rank", "-pk")
    shown = list(ranked.order_by(*order)[:MOST_SHOWN]) if workflows or words else []
    lapsed = [fix for fixes in _fixes for fix in fixes(workflows, user, at.date())] if workflows else []
    return Earlier(alike, shown, lapsed)


def _words(text: str) -> list[str]:
    plain = "".join(c if c.isalnum() else " " for c in text)
    return list(dict.fromkeys(word for word in plain.lower().split() if len(word) > 3))[:MOST_WORDS]
