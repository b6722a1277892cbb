"""The columns of the register in memory: true after every change, whoever makes it and however long that takes."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from registry.filters import facets, lacking
from registry.filters.conditions import Asking
from registry.filters.custom import definitions
from registry.filters.dashboard import figures
from registry.filters.held import keeping
from registry.filters.held.columns import built, changed
from registry.models import BusinessUnit, User, Workflow
from registry.services import custom_fields
from registry.views.register import RegisterPaginator
from tests import people, shipped
from tests.registry.register_cast import workflow
from tests.registry.test_register_filters import address

rows = st.lists(
    st.tuples(st.integers(1, 12), st.sampled_from([{"tier": ["T1"]}, {"tier": ["T2"]}, {"tag": ["a"]}, {"tag": ["b"]}]))
)


@given(rows, rows)
def test_columns_brought_up_to_date_are_those_built_anew(first: Any, then: Any) -> None:
    """Of those that changed the newest values count; gone is who has none any more."""
    numbers = {number for number, _values in then} | {1, 2}
    found = changed(built(first), then, numbers)
    anew = built([row for row in first if row[0] not in numbers] + then)
    for facet in ("tier", "tag"):
        for value in ("T1", "T2", "a", "b"):
            assert numbers_in(found, found.having(facet, [value])) == numbers_in(anew, anew.having(facet, [value]))
    assert numbers_in(found, found.present) == numbers_in(anew, anew.present)


def numbers_in(columns: Any, bits: int) -> set[int]:
    return {number for number, place in columns.place.items() if bits >> place & 1}


@pytest.fixture
def _emptied(transactional_db: None) -> Iterator[None]:
    shipped.restore()
    keeping._held.clear()
    yield
    keeping._held.clear()
    shipped.restore()


def asking(user: User) -> Asking:
    return address("", user).asking


def drifting(surfaces: int | None) -> dict[str, Any]:
    return {"drift": surfaces, "drift_since": timezone.now() if surfaces else None}


def tiers(user: User) -> dict[str, int]:
    return facets.count({}, {}, asking(user)).facets.get("tier", {})


@pytest.mark.usefixtures("_emptied")
def test_what_others_change_counts_from_their_commit_on() -> None:
    member = people.member()
    for number in range(3):
        workflow(f"Claims {number}", tier="T1")
    assert tiers(member) == {"T1": 3}
    began, go_on, mine = threading.Event(), threading.Event(), Workflow.objects.earliest("pk")

    def change() -> None:
        try:
            with transaction.atomic():
                mine.tier = "T2"
                mine.save()
                assert tiers(member) == {"T1": 2, "T2": 1}, "within a transaction its own changes count"
                began.set()
                go_on.wait(10)
        finally:
            connection.close()

    other = threading.Thread(target=change)
    other.start()
    assert began.wait(10)
    assert tiers(member) == {"T1": 3}
    workflow("Letters", tier="T3")
    assert tiers(member) == {"T1": 3, "T3": 1}
    go_on.set()
    other.join()
    assert tiers(member) == {"T1": 2, "T2": 1, "T3": 1}


@pytest.mark.usefixtures("_emptied")
def test_the_dashboard_has_the_same_numbers_from_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    unit, member = BusinessUnit.objects.create(name="Claims"), people.member()
    for number, tier in enumerate(["T1", "T2", "T1", ""]):
        workflow(
            f"W{number}", tier=tier, business_unit=unit if number % 2 else None, seen="STALE", **drifting(number % 3)
        )
    held = figures(address("", member))
    monkeypatch.setattr(keeping, "is_usable", lambda: False)
    assert held == figures(address("", member))
    assert held.lacks["seen"] == 4


@pytest.mark.usefixtures("_emptied")
def test_a_field_that_becomes_a_filter_is_counted_at_once() -> None:
    member = people.member()
    claims = workflow("Claims", tier="T1")
    assert "field.region" not in facets.count({}, {}, asking(member)).facets
    custom_fields.define(
        by=people.risk(), at=timezone.now(), reason="Asked for", key="region", name="Region", kind="CHOICE",
        choices=["North"], is_filter=True,
    )  # fmt: skip
    claims.custom = {"region": "North"}
    claims.save()
    found = facets.count({}, {}, Asking(member, asking(member).now, definitions()))
    assert found.facets["field.region"] == {"North": 1}


@pytest.mark.django_db
@pytest.mark.parametrize("sort", ["-tier", "-drift", "-review", "-ready"])
def test_a_list_that_falls_has_what_lacks_a_value_last_on_every_page(sort: str) -> None:
    for number in range(7):
        drift = None if number % 3 == 0 else number % 2
        day = None if number % 2 else f"2026-0{1 + number % 3}-01"
        workflow(f"W{number}", tier="" if number % 3 else "T1", next_review_date=day, unready=drift, **drifting(drift))
    read = address(f"sort={sort}", people.member())
    assert lacking.falls(sort)
    expected = list(read.rows.values_list("pk", flat=True))
    pages = RegisterPaginator(read, 7)
    pages.per_page = 2
    assert [row.pk for number in (1, 2, 3, 4) for row in pages.page(number)] == expected
