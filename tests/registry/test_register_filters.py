"""What each filter of the register leaves, and how its values are counted."""

from datetime import timedelta
from typing import Any

import pytest
from django.http import QueryDict
from django.test import RequestFactory
from django.utils import timezone

from registry.filters.addresses import Address, params_of
from registry.filters.conditions import CONDITIONS, matching
from registry.filters.counting import Counts
from registry.filters.facets import count
from registry.filters.held import keeping
from registry.filters.packing import FACETS
from registry.filters.workflows import WorkflowFilterSet
from registry.models import BusinessUnit, User, Vendor, Workflow
from registry.services import watches
from registry.shipped_views import REGISTER_VIEWS
from tests import people
from tests.registry import making
from tests.registry.register_cast import open_incident, workflow

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()


@pytest.fixture(autouse=True, params=["database", "memory"])
def _counted_in(request: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything here holds whether the database counts or the columns in memory do."""
    monkeypatch.setattr(keeping, "_held", {})
    monkeypatch.setattr(keeping, "is_usable", lambda: request.param == "memory")


def address(query: str, user: User) -> Address:
    request: Any = RequestFactory().get("/")
    request.user = user
    return Address(QueryDict(query), request)


def listed(query: str, user: User | None = None) -> set[str]:
    return set(address(query, user or people.member()).rows.values_list("name", flat=True))


def counted(query: str, user: User | None = None) -> Counts:
    read = address(query, user or people.member())
    return count(read.params, {}, read.asking)


@pytest.fixture
def cast() -> dict[str, Workflow]:
    me, gone = people.owner(), people.owner("Gus Gone")
    gone.is_active = False
    gone.save()
    unit = BusinessUnit.objects.create(name="Claims")
    vendor = Vendor.objects.create(name="Acme Models")
    cast = {
        "alpha": workflow(
            "Alpha", tier="T1", business_owner=me, business_unit=unit, is_public_facing="YES", tags=["pilot"]
        ),
        "beta": workflow(
            "Beta", tier="T2", technical_owner=me, stage="PILOT", next_review_date=TODAY - timedelta(days=1)
        ),
        "gamma": workflow("Gamma", business_owner=gone, vendor=vendor, next_review_date=TODAY + timedelta(days=30)),
        "delta": workflow("Delta", stage="PROPOSED", impact="RIGHTS", next_review_date=TODAY + timedelta(days=31)),
        "omega": workflow("Omega", stage="RETIRED", tier="T1", tags=["pilot", "old"]),
    }
    making.signal(cast["alpha"])
    return cast


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", {"Alpha", "Beta", "Gamma", "Delta"}),
        ("retired=shown", {"Alpha", "Beta", "Gamma", "Delta", "Omega"}),
        ("stage=RETIRED", {"Omega"}),
        ("tier=T1", {"Alpha"}),
        ("tier=T1&tier=T2", {"Alpha", "Beta"}),
        ("tier=NONE", {"Gamma", "Delta"}),
        ("owner=me", {"Alpha", "Beta"}),
        ("owner=none", {"Beta", "Gamma", "Delta"}),
        ("owner=orphan", {"Beta", "Gamma"}),
        ("owner_name=otto", {"Alpha", "Beta"}),
        ("unit_name=claim", {"Alpha"}),
        ("vendor_name=acme", {"Gamma"}),
        ("unit=none", {"Beta", "Gamma", "Delta"}),
        ("public=YES", {"Alpha"}),
        ("impact=RIGHTS", {"Delta"}),
        ("review=overdue", {"Beta"}),
        ("review=soon", {"Gamma"}),
        ("review=none", {"Alpha"}),
        ("blind=yes", {"Beta", "Gamma"}),
        ("blind=no", {"Alpha", "Delta"}),
        ("blind=yes&blind=no", {"Alpha", "Beta", "Gamma", "Delta"}),
        ("q=blind%3Ayes", {"Beta", "Gamma"}),
        ("watched=yes", {"Alpha", "Beta"}),
        ("q=watched%3Ano", {"Gamma", "Delta"}),
        ("tag=pilot&retired=shown", {"Alpha", "Omega"}),
        ("changed=1d", {"Alpha", "Beta", "Gamma", "Delta"}),
        ("created=2999-01-01", set()),
        ("q=alpha", {"Alpha"}),
        ("q=tier%3A1+owner%3Ame", {"Alpha"}),
        ("tier=T1&public=NO", set()),
    ],
)
@pytest.mark.usefixtures("cast")
def test_a_filter_leaves_what_it_names(query: str, names: set[str]) -> None:
    assert listed(query, people.owner()) == names


def test_what_is_muted_is_not_watched_and_what_was_chosen_is(cast: dict[str, Workflow]) -> None:
    watches.unwatch(cast["alpha"], by=people.owner(), at=timezone.now())
    watches.watch(cast["gamma"], by=people.owner(), at=timezone.now())
    assert listed("watched=yes", people.owner()) == {"Beta", "Gamma"}


def test_a_workflow_is_found_by_its_reference(cast: dict[str, Workflow]) -> None:
    assert listed(f"q={cast['beta'].reference}") == {"Beta"}


def test_unit_vendor_and_owner_are_chosen_by_key(cast: dict[str, Workflow]) -> None:
    assert listed(f"unit={cast['alpha'].business_unit_id}") == {"Alpha"}
    assert listed(f"vendor={cast['gamma'].vendor_id}") == {"Gamma"}
    assert listed(f"owner={cast['alpha'].business_owner_id}") == {"Alpha", "Beta"}


@pytest.mark.parametrize(
    "query",
    [
        "tier=T9",
        "unit=99999999999999999999999",
        "owner=%00",
        "changed=2026-13-45",
        "q=%00",
        "unit=-1",
        "tag=" + "x" * 999,
    ],
)
@pytest.mark.usefixtures("cast")
def test_a_value_without_sense_is_named_and_left_out(query: str) -> None:
    read = address(query, people.member())
    assert read.filters.errors
    assert read.rows.count() == 4


def test_the_filter_set_gives_the_api_the_same_rows(cast: dict[str, Workflow]) -> None:
    request: Any = RequestFactory().get("/")
    request.user = people.owner()
    filters = WorkflowFilterSet(QueryDict("q=owner%3Ame"), Workflow.objects.all(), request=request)
    assert {w.name for w in filters.qs} == {"Alpha", "Beta"}


@pytest.mark.usefixtures("cast")
def test_a_facet_counts_what_the_other_filters_leave() -> None:
    counts = counted("tier=T1&public=YES", people.owner())
    assert counts.total == 1
    assert counts.facets["tier"] == {"T1": 1}
    assert counts.facets["public"] == {"YES": 1}
    assert counts.facets["owner"] == {"me": 1}


@pytest.mark.usefixtures("cast")
def test_a_facet_ignores_its_own_filter_while_counting() -> None:
    counts = counted("tier=T1")
    assert counts.facets["tier"] == {"T1": 1, "T2": 1, "NONE": 2}
    assert counts.facets["stage"] == {"PRODUCTION": 1, "RETIRED": 1}


@pytest.mark.usefixtures("cast")
def test_tags_units_and_vendors_are_counted() -> None:
    counts = counted("retired=shown")
    assert counts.facets["tag"] == {"pilot": 2, "old": 1}
    assert sum(counts.facets["unit"].values()) == 5
    assert counts.facets["vendor"]["none"] == 4


@pytest.mark.parametrize(
    "query",
    [
        "",
        "tier=T1",
        "retired=shown&public=YES",
        "review=overdue&owner=me",
        "q=alpha",
        "owner=gone&gap=none",
        "watched=yes&tier=T1",
        "again=no&stage=PRODUCTION",
    ],
)
@pytest.mark.usefixtures("cast")
def test_every_count_is_the_number_of_rows_behind_it(query: str) -> None:
    read = address(query, people.owner())
    counts = count(read.params, {}, read.asking)
    assert counts.total == read.rows.count()
    for name in (*FACETS, "unit", "vendor", "tag"):
        for value, rows in counts.facets.get(name, {}).items():
            chosen = {**read.params, name: [value]}
            assert Workflow.objects.filter(matching(chosen, read.asking)).count() == rows, (name, value)


@pytest.mark.parametrize("query", ["", "tier=T1&stage=RETIRED", "q=alpha", "changed=7d&gap=KILL_SWITCH", "owner=gone"])
@pytest.mark.usefixtures("cast")
def test_every_tab_counts_all_its_rows_whatever_is_filtered(query: str) -> None:
    read = address(query, people.owner())
    own = {"old": "stage=RETIRED&blind=no", "mine": "watched=yes", "calm": "again=no"}
    tabs = {key: params_of(query) for key, query in own.items()}
    tabs |= {view.key: params_of(view.query) for view in REGISTER_VIEWS}
    counts = count(read.params, tabs, read.asking)
    for key, params in tabs.items():
        assert counts.tabs.get(key, 0) == Workflow.objects.filter(matching(params, read.asking)).count(), key


def test_an_open_incident_is_found_and_counted(cast: dict[str, Workflow]) -> None:
    open_incident(cast["alpha"], people.responder())
    assert listed("incident=open") == {"Alpha"}
    assert counted("").facets["incident"] == {"open": 1}


def test_a_restricted_incident_shows_only_to_those_who_may_see_it(cast: dict[str, Workflow]) -> None:
    open_incident(cast["alpha"], people.responder(), visibility="RESTRICTED")
    assert listed("incident=open") == set()
    assert "incident" not in counted("").facets
    assert listed("incident=open", people.risk()) == {"Alpha"}


def test_exercises_and_closed_incidents_are_not_open_incidents(cast: dict[str, Workflow]) -> None:
    open_incident(cast["alpha"], people.responder(), is_exercise=True)
    closed = open_incident(cast["beta"], people.responder())
    closed.state = "CLOSED"
    closed.save()
    assert listed("incident=open") == set()


def test_every_filter_of_the_page_has_a_meaning() -> None:
    assert set(WorkflowFilterSet.base_filters) - {"retired"} == set(CONDITIONS)


@pytest.mark.parametrize("view", REGISTER_VIEWS, ids=lambda view: view.key)
def test_a_shipped_view_is_an_address_in_plain_form(view: Any) -> None:
    assert address(view.query, people.member()).plain == view.query


def test_equal_views_have_equal_plain_addresses() -> None:
    one = address("tier=T2&tier=T1&page=3&view=x&size=50&sort=tier&foo=1", people.member())
    assert one.plain == "tier=T1&tier=T2"


@pytest.mark.parametrize(
    ("sort", "names"),
    [
        ("name", ["Alpha", "Beta", "Delta", "Gamma"]),
        ("-name", ["Gamma", "Delta", "Beta", "Alpha"]),
        ("tier", ["Alpha", "Beta", "Gamma", "Delta"]),
        ("-tier", ["Beta", "Alpha", "Delta", "Gamma"]),
        ("stage", ["Delta", "Beta", "Alpha", "Gamma"]),
        ("review", ["Beta", "Gamma", "Delta", "Alpha"]),
        ("-review", ["Delta", "Gamma", "Beta", "Alpha"]),
        ("purpose;drop", ["Alpha", "Beta", "Gamma", "Delta"]),
    ],
)
@pytest.mark.usefixtures("cast")
def test_rows_stand_in_the_order_asked_for(sort: str, names: list[str]) -> None:
    assert [w.name for w in address(f"sort={sort}", people.member()).rows] == names
