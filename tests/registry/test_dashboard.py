"""The dashboard: each number counts exactly the rows that its address lists, whatever filter is on, now and then."""

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from registry.kernel.audit.bulk import create_many
from registry.kernel.http.moments import written
from registry.models import BusinessUnit, CapabilityRecord, Tier, Workflow
from registry.models.workflow_words import Stage
from registry.readiness import Readiness
from registry.services.gate_guard import as_found
from registry.services.readiness import refresh_many
from tests import people
from tests.registry import making, register_cast
from tests.registry.test_capability_services import accept, ask, state, today
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def inventory() -> None:
    """Forty workflows of every kind, three of them with gaps that somebody has looked at."""
    chance = random.Random(11)
    units = [None, *(BusinessUnit.objects.create(name=f"Unit {n}") for n in range(3))]
    gone = people.owner("Gone Owner")
    gone.is_active = False
    gone.save()
    owners = [None, people.owner(), gone]
    days = [None, *(today() + timedelta(days=n) for n in (-40, -1, 0, 30, 31))]
    judged = ["", *Readiness]
    made = [
        Workflow(
            slug=f"w-{n}",
            name=f"Workflow {n}",
            tier=chance.choice(["", *Tier]),
            stage=chance.choice(Stage.values),
            business_unit=chance.choice(units),
            business_owner=chance.choice(owners),
            next_review_date=chance.choice(days),
            attestation_due_date=chance.choice(days),
            attested_at=chance.choice([None, timezone.now()]),
            drift=chance.choice([None, 0]),
            readiness=chance.choice(judged),
            seen=chance.choice(judged),
            improved=chance.choice(judged),
        )
        for n in range(40)
    ]
    for one in made:
        as_found(one)
    create_many(made)
    for workflow in Workflow.objects.filter(stage="PRODUCTION")[:3]:
        making.signal(workflow)
    late, accepted, lapsing = (making.workflow(name=f"Assessed {n}") for n in range(3))
    for one in (late, accepted, lapsing):
        making.assessed(one)
    state(late, "ROLLBACK", at=timezone.now() - timedelta(days=20), due_date=today() - timedelta(days=2))
    accept(ask(accepted, "ROLLBACK", until_date=today() + timedelta(days=200)))
    accept(ask(lapsing, "ROLLBACK", until_date=today() + timedelta(days=5)))


def shown(client: Client, query: str = "") -> dict[str, Any]:
    answer = client.get(f"/dashboard/?{query}")
    assert answer.status_code == 200
    return answer.context  # type: ignore[return-value]


def numbers(context: dict[str, Any]) -> Iterator[Any]:
    for part in (*context["panels"], *context["inventory"], *context["units"]):
        yield from part.numbers


def rows(client: Client, url: str, at: str = "") -> int:
    answer = client.get(url + (f"&at={at}" if at else ""))
    assert answer.status_code == 200, url
    return int(answer.context["page_obj"].paginator.count)


@pytest.mark.usefixtures("inventory")
@pytest.mark.parametrize("query", ["", "owner=me&stage=PRODUCTION&stage=PILOT", "tier=T1&gap=open", "q=assessed"])
def test_every_number_is_the_length_of_the_list_it_leads_to(query: str) -> None:
    client = signed_in(people.owner())
    context = shown(client, query)
    found = [number for number in numbers(context) if number.url]
    assert {number.count: rows(client, number.url) for number in found} == {n.count: n.count for n in found}
    wrong = [(number.url, number.count) for number in found if rows(client, number.url) != number.count]
    assert wrong == []
    assert rows(client, context["register_url"] + "?" * ("?" not in context["register_url"])) == context["total"]


@pytest.mark.usefixtures("inventory")
def test_parts_that_add_up_add_up() -> None:
    context = shown(signed_in(people.risk()))
    whole = [panel for panel in context["panels"] if panel.is_whole]
    assert {panel.key for panel in whole} == {"ready", "attestation", "drift", "blind", "review"}
    assert {sum(number.count for number in panel.numbers) for panel in whole} == {context["total"]}
    assert sum(row.numbers[-1].count for row in context["inventory"]) == context["total"]
    by_key = {panel.key: {number.value: number.count for number in panel.numbers} for panel in context["panels"]}
    assert by_key["gap"]["overdue"] == 1
    assert by_key["gap"]["ending"] == 1
    assert [record.workflow.name for record in context["ending"]] == ["Assessed 2"]


@pytest.mark.usefixtures("inventory")
def test_it_shows_what_was_known_then() -> None:
    client = signed_in(people.auditor())
    before = shown(client)["total"]
    at = written(timezone.now())
    making.workflow(name="Came later")
    assert shown(client)["total"] == before + 1
    context = shown(client, f"at={at}")
    assert context["total"] == before
    wrong = [n.url for n in numbers(context) if n.count and n.url and rows(client, n.url, at) != n.count]
    assert wrong == []


@pytest.mark.usefixtures("inventory")
def test_a_list_of_the_past_counts_only_what_stands_in_its_rows_and_filters_by_the_rest() -> None:
    client = signed_in(people.risk())
    at = written(timezone.now())
    facets = client.get(f"/workflows/?at={at}").context["facets"]
    assert {option.count for name in ("gap", "blind") for option in facets[name]} == {None}
    assert sum(option.count for option in facets["tier"]) == rows(client, f"/workflows/?at={at}")
    assert rows(client, f"/workflows/?at={at}&gap=overdue") == rows(client, "/workflows/?gap=overdue") == 1


@pytest.mark.usefixtures("inventory")
def test_the_api_tells_the_same_numbers() -> None:
    client = signed_in(people.risk())
    told = client.get("/api/v1/dashboard/?tier=T1").json()
    context = shown(client, "tier=T1")
    assert told["total"] == context["total"]
    assert [number["count"] for panel in told["panels"] for number in panel["numbers"]] == [
        number.count for panel in context["panels"] for number in panel.numbers
    ]
    assert [row["label"] for row in told["units"]] == [row.label for row in context["units"]]
    assert client.get("/api/v1/dashboard/?tier=T9").status_code == 422


@pytest.mark.usefixtures("inventory")
def test_the_number_of_queries_does_not_grow_with_the_rows(django_assert_max_num_queries: Any) -> None:
    client = signed_in(people.risk())
    client.get("/dashboard/")
    with django_assert_max_num_queries(14) as few:
        client.get("/dashboard/")
    register_cast.many(60, tier="T1")
    refresh_many(Workflow.objects.values_list("pk", flat=True), at=timezone.now())
    with django_assert_max_num_queries(len(few)):
        client.get("/dashboard/")


def test_an_empty_register_has_a_dashboard() -> None:
    context = shown(signed_in(people.member()))
    assert context["total"] == 0
    assert not CapabilityRecord.objects.exists()
