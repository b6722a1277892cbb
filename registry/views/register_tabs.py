"""The tabs above the register: views that every installation has, the person's own, and shared ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any

from django.urls import reverse

from registry.filters.addresses import Address, params_of, written
from registry.filters.conditions import Asking, is_answered
from registry.kernel.access.verdict import Verdict
from registry.models import User
from registry.policies.saved_views import may_change
from registry.services.saved_views import REGISTER, usable
from registry.services.view_watches import with_watching
from registry.shipped_views import REGISTER_VIEWS

COUNTED = 8
"""Tabs that show a count; those after them fold away."""


@dataclass(frozen=True)
class Tab:
    key: str
    name: str
    query: str
    may_change: Verdict | None = None
    """Nothing for the views that every installation has."""
    is_shared: bool = False
    is_watched: bool = False

    @property
    def url(self) -> str:
        view = "" if self.key == REGISTER_VIEWS[0].key else written([("view", self.key)])
        query = "&".join(part for part in (self.query, view) if part)
        return f"{reverse('register')}?{query}" if query else reverse("register")


def all_tabs(asking: Asking) -> list[Tab]:
    shipped = [Tab(view.key, str(view.name), view.query) for view in REGISTER_VIEWS]
    return [*shipped, *map(tab_of, with_watching(usable(asking.user, REGISTER), asking.user), repeat(asking.user))]


def tab_of(view: Any, user: User) -> Tab:
    """Of a saved view, as `with_watching` reads it."""
    return Tab(str(view.pk), view.name, view.query, may_change(user, view), view.is_shared, view.is_watched)


def current_tab(tabs: Sequence[Tab], address: Address) -> Tab:
    """The view the reader came from; else the one that shows just this; else all."""
    named = address.query.get("view", "")
    same = (tab for tab in tabs if tab.query == address.plain)
    return next((tab for tab in tabs if tab.key == named), None) or next(same, tabs[0])


def params_by_tab(tabs: Sequence[Tab]) -> Mapping[str, Mapping[str, Sequence[str]]]:
    """Filter → values of each of the tabs with a count: of the past, those that have an answer there."""
    asked = {tab.key: params_of(tab.query) for tab in tabs[:COUNTED]}
    return {key: params for key, params in asked.items() if is_answered(params)}
