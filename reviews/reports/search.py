"""One search over everything a person may see, by kind. What is restricted is asked of the same querysets as lists.

Full text over an index where there can be very many, parts of names where there are few; a reference such as WF-0031
or a bare number leads to the record first. Counts stop at a hundred, so that a common word costs no more
than a rare one.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.postgres.search import SearchRank, SearchVector
from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from incidents.models import Incident
from registry.filters.conditions import is_number
from registry.filters.references import read
from registry.kernel.searching import prefix_query
from registry.models import Document, Signal, Surface, User, Vendor, Workflow
from reviews.models import ActionItem
from reviews.policies.reports import visible_documents

MOST: Final = 100
"""Rows of one kind that are looked at; “99+” says that there are more."""
SIFTED: Final = 500
"""Rows among which the most fitting are chosen."""
SHORTEST: Final = 2
"""Letters: one alone begins too many words."""

Rows = QuerySet[Any]


@dataclass(frozen=True)
class Hit:
    kind: str
    reference: str
    title: str
    hint: str
    url: str


@dataclass(frozen=True)
class Kind:
    """`rows` are those this person may see that fit the words, the most fitting first."""

    label: Any
    icon: str
    rows: Callable[[User, str], list[Any]]
    hit: Callable[[Any], tuple[str, str, str, str]]
    """Reference, title, hint and address."""


@dataclass(frozen=True)
class Found:
    kind: str
    label: str
    icon: str
    hits: list[Hit]

    @property
    def count(self) -> str:
        return f"{MOST - 1}+" if len(self.hits) >= MOST else str(len(self.hits))


def search(user: User, words: str, kinds: tuple[str, ...] = ()) -> list[Found]:
    """All kinds, or these; each with up to `MOST` hits. Nothing at all without two letters or a number."""
    words = " ".join(words.replace("\x00", "").split())
    if len(words) < SHORTEST and not words.isdigit():
        return []
    return [
        Found(key, str(kind.label), kind.icon, [Hit(key, *kind.hit(row)) for row in kind.rows(user, words)])
        for key, kind in KINDS.items()
        if not kinds or key in kinds
    ]


def _number(model: Any, words: str) -> int | None:
    """The number in a reference to a record of this kind, or a bare number."""
    reference = read(words)
    fits = is_number(reference.number) and reference.label in ("", model._meta.label_lower)
    return int(reference.number) if fits else None


def _by_text(rows: Rows, words: str) -> list[Any]:
    """Names weigh more than what stands below them. What matches is taken as the index has it and only then put in
    order: asked for in an order, rare words would be looked for in the whole table.
    """
    number = _number(rows.model, words)
    first = list(rows.filter(pk=number)) if number is not None else []
    query = prefix_query(words)
    if query is None:
        return first
    sifted = rows.filter(search=query).order_by().values("pk")[:SIFTED]
    ranked = rows.filter(pk__in=sifted).annotate(rank=SearchRank(F("search"), query)).order_by("-rank", "pk")
    return [*first, *(row for row in ranked[:MOST] if row.pk != number)][:MOST]


def _workflows(user: User, words: str) -> list[Any]:
    return _by_text(Workflow.objects.visible_to(user).only("pk", "name", "stage"), words)


def _incidents(user: User, words: str) -> list[Any]:
    return _by_text(Incident.objects.visible_to(user).defer("search"), words)


def _actions(user: User, words: str) -> list[Any]:
    number = _number(ActionItem, words)
    rows = ActionItem.objects.visible_to(user).select_related("assignee").annotate(text=_vector("title"))
    return _either(rows, number, words)


def _surfaces(user: User, words: str) -> list[Any]:
    rows = Surface.objects.filter(workflow__in=Workflow.objects.visible_to(user)).select_related("workflow")
    return _either(rows.annotate(text=_vector("name")), None, words)


def _signals(user: User, words: str) -> list[Any]:
    rows = Signal.objects.filter(workflow__in=Workflow.objects.visible_to(user)).select_related("workflow")
    return _either(rows.annotate(text=_vector("name", "source")), None, words)


def _vector(*fields: str) -> SearchVector:
    """As the index of the table has it."""
    return SearchVector(*fields, config="english")


def _either(rows: Rows, number: int | None, words: str) -> list[Any]:
    query = prefix_query(words)
    condition = Q() if query is None else Q(text=query)
    if number is not None:
        condition = condition | Q(pk=number) if condition else Q(pk=number)
    if not condition:
        return []
    sifted = rows.filter(condition).order_by().values("pk")[:MOST]
    return list(rows.filter(pk__in=sifted).order_by("-pk"))


def _named(rows: Rows, words: str, *fields: str) -> list[Any]:
    """Few enough to be looked through; every word must be in one of the fields."""
    condition = Q()
    for word in words.split()[:12]:
        part = Q()
        for field in fields:
            part |= Q(**{f"{field}__icontains": word})
        condition &= part
    return list(rows.filter(condition).order_by(fields[0], "pk")[:MOST])


def _documents(user: User, words: str) -> list[Any]:
    return _named(Document.objects.filter(visible_documents(user)), words, "number", "title")


def _of_workflow(row: Any, page: str) -> str:
    return reverse(page, args=[row.workflow_id])


KINDS: Final[Mapping[str, Kind]] = {
    "workflows": Kind(
        _("Workflows"), "layers", _workflows,
        lambda w: (w.reference, w.name, w.get_stage_display(), w.get_absolute_url()),
    ),
    "incidents": Kind(
        _("Incidents"), "siren", _incidents,
        lambda i: (i.reference, i.title, i.get_state_display(), i.get_absolute_url()),
    ),
    "actions": Kind(
        _("Action items"), "list-checks", _actions,
        lambda a: (a.reference, a.title, str(a.assignee), a.get_absolute_url()),
    ),
    "surfaces": Kind(
        _("Surfaces"), "git-branch", _surfaces,
        lambda s: (s.workflow.reference, str(s), s.workflow.name, reverse("surface", args=[s.pk])),
    ),
    "signals": Kind(
        _("Signals"), "activity", _signals,
        lambda s: (s.workflow.reference, s.name, s.workflow.name, _of_workflow(s, "workflow-signals")),
    ),
    "vendors": Kind(
        _("Vendors"), "folder", lambda _user, words: _named(Vendor.objects.all(), words, "name"),
        lambda v: ("", v.name, v.supplies[:100] or v.website, v.get_absolute_url()),
    ),
    "people": Kind(
        _("People"), "user", lambda _user, words: _named(User.objects.all(), words, "name", "email", "title"),
        lambda p: ("", p.name, p.title or p.email, p.get_absolute_url()),
    ),
    "documents": Kind(
        _("Reports"), "file-text", _documents,
        lambda d: (d.number, d.title, d.get_status_display(), reverse("report", args=[d.pk])),
    ),
}  # fmt: skip
