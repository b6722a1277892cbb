"""The dashboard in words: every number with the address of exactly the workflows it counts."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.filters.addresses import Address, written
from registry.filters.conditions import NOT_TIERED
from registry.filters.counting import Counts
from registry.filters.dashboard import CRITICAL, Figures, Unit
from registry.filters.options import CHOICES
from registry.filters.workflows import LACKS
from registry.models.workflow_words import Stage, Tier

OK, WARN, BAD, INFO, MUTED = "ok", "warn", "bad", "info", "muted"
TONES: Mapping[str, Mapping[str, str]] = {
    "ready": {"yes": OK, "stale": WARN, "no": BAD, "none": MUTED},
    "gap": {"overdue": BAD, "open": WARN, "stale": WARN, "ending": WARN, "accepted": INFO, "none": OK},
    "attestation": {"overdue": BAD, "open": WARN, "done": OK, "never": MUTED},
    "drift": {"yes": BAD, "no": OK, "none": MUTED},
    "blind": {"yes": BAD, "no": OK},
    "review": {"overdue": BAD, "soon": WARN, "later": OK, "none": MUTED},
}
TITLES: Mapping[str, Any] = {
    "ready": gettext_lazy("Readiness"),
    "gap": gettext_lazy("Gaps"),
    "attestation": gettext_lazy("Attestations"),
    "drift": gettext_lazy("Drift"),
    "blind": gettext_lazy("Signals"),
    "review": gettext_lazy("Reviews of entries"),
}
OVERLAPPING = ("gap",)
"""Whose values a workflow may have several of, so that they do not add up to all."""
UNIT_COLUMNS: Mapping[str, Any] = {
    "all": gettext_lazy("Workflows"),
    "critical": gettext_lazy("T1 and T2"),
    "overdue": gettext_lazy("Overdue gaps"),
    "late": gettext_lazy("Attestation late"),
    "drifting": gettext_lazy("Drifting"),
    "blind": gettext_lazy("Blind"),
}
UNIT_LINKS: Mapping[str, Iterable[tuple[str, str]]] = {
    "all": (),
    "critical": tuple(("tier", tier) for tier in CRITICAL),
    "overdue": (("gap", "overdue"),),
    "late": (("attestation", "overdue"),),
    "drifting": (("drift", "yes"),),
    "blind": (("blind", "yes"),),
}


@dataclass(frozen=True)
class Number:
    value: str
    label: str
    count: int
    url: str
    tone: str = ""


@dataclass(frozen=True)
class Panel:
    key: str
    title: str
    numbers: list[Number]
    is_whole: bool
    """Whether the numbers add up to all workflows that were counted."""

    @property
    def shares(self) -> list[tuple[str, int, str]]:
        """For the picture: label, count, tone."""
        return [(number.label, number.count, number.tone) for number in self.numbers]

    @property
    def largest(self) -> int:
        return max((number.count for number in self.numbers), default=0)


@dataclass(frozen=True)
class Row:
    """Of the inventory: a tier with its number in each stage, and in all; or a unit with its numbers."""

    key: str
    label: str
    numbers: list[Number]


class Links:
    """Addresses in the register that keep the filters of the dashboard."""

    def __init__(self, address: Address) -> None:
        self.kept = [(name, value) for name, values in sorted(address.params.items()) for value in values if value]

    @property
    def names(self) -> set[str]:
        return {name for name, _value in self.kept}

    def __call__(self, *filters: tuple[str, str]) -> str:
        named = {name for name, _value in filters}
        query = written([*(pair for pair in self.kept if pair[0] not in named), *filters])
        return f"{reverse('register')}?{query}" if query else reverse("register")


def panels(address: Address, found: Figures) -> list[Panel]:
    whole = [_panel(key, address, found.counts) for key in TITLES]
    return [whole[0], _lacks(address, found), *whole[1:]]


def _lacks(address: Address, found: Figures) -> Panel:
    link, chosen = Links(address), address.params.get("lacks")
    numbers = [
        Number(part, str(label), found.lacks[part], link(("lacks", part)), BAD)
        for part, label in LACKS
        if not chosen or part in chosen
    ]
    return Panel("lacks", _("Not ready to be"), numbers, is_whole=False)


def _panel(key: str, address: Address, counts: Counts) -> Panel:
    """Of a filter that is on only what it lets through."""
    link, counted, chosen = Links(address), counts.facets.get(key, {}), address.params.get(key)
    numbers = [
        Number(value, str(label), counted.get(value, 0), link((key, value)), TONES[key].get(value, MUTED))
        for value, label in CHOICES[key]
        if not chosen or value in chosen
    ]
    return Panel(key, str(TITLES[key]), numbers, key not in OVERLAPPING)


def stages(found: Figures) -> list[tuple[str, str]]:
    """Those anything is in, in the order of a life."""
    present = {stage for _tier, stage in found.matrix}
    return [(stage, str(label)) for stage, label in Stage.choices if stage in present]


def inventory(address: Address, found: Figures) -> list[Row]:
    """A row for each tier with what is in each stage, and in all."""
    link, columns = Links(address), stages(found)
    rows = []
    for tier, label in [*Tier.choices, ("", _("Not tiered"))]:
        word = tier or NOT_TIERED
        numbers = [
            Number(stage, name, found.matrix.get((tier, stage), 0), link(("tier", word), ("stage", stage)))
            for stage, name in columns
        ]
        total = sum(number.count for number in numbers)
        whole = [("stage", stage) for stage in address.params.get("stage", ())]
        rows.append(Row(tier, str(label), [*numbers, Number("", _("All"), total, link(("tier", word), *whole))]))
    return rows


def units(address: Address, found: Figures) -> list[Row]:
    link = Links(address)
    return [Row(str(unit.pk or "none"), unit.name or _("No unit"), list(_of_unit(unit, link))) for unit in found.units]


def _of_unit(unit: Unit, link: Links) -> Iterator[Number]:
    """A number of something that the dashboard itself is filtered by has no list of its own."""
    which = ("unit", str(unit.pk or "none"))
    for name, filters in UNIT_LINKS.items():
        url = "" if {key for key, _value in filters} & link.names else link(which, *filters)
        yield Number(name, str(UNIT_COLUMNS[name]), unit.numbers[name], url)
