"""Long lists come in pages that stay right while rows are added."""

import base64

import pytest

from registry.kernel.audit.bulk import create_many
from registry.models import Workflow
from tests import people
from tests.api.clients import V1, client_of, problem_of

pytestmark = pytest.mark.django_db
URL = f"{V1}/workflows/"


def many(number: int, start: int = 0) -> None:
    create_many([Workflow(slug=f"w-{n}", name=f"Workflow {n}") for n in range(start, start + number)])


def test_every_row_comes_once_although_rows_are_added_meanwhile() -> None:
    many(25)
    client = client_of(people.member())
    page = client.get(URL, {"page_size": 10}).json()
    names = [row["name"] for row in page["results"]]
    many(5, start=100)
    while page["next"]:
        page = client.get(page["next"]).json()
        names += [row["name"] for row in page["results"]]
    assert sorted(names) == sorted(f"Workflow {n}" for n in range(25))


def test_the_page_before_can_be_had_again() -> None:
    many(25)
    client = client_of(people.member())
    first = client.get(URL, {"page_size": 10}).json()
    second = client.get(first["next"]).json()
    assert client.get(second["previous"]).json()["results"] == first["results"]


def test_the_size_of_a_page_has_a_limit_and_nonsense_is_ignored() -> None:
    many(520)
    client = client_of(people.member())
    assert len(client.get(URL, {"page_size": 100_000}).json()["results"]) == 500
    for size in ("0", "-1", "many", "", "1e3"):
        assert len(client.get(URL, {"page_size": size}).json()["results"]) == 50


def test_a_cursor_that_is_not_ours_is_a_bad_request() -> None:
    many(3)
    client = client_of(people.member())
    forged = base64.b64encode(b"p=1' OR 1=1").decode()
    for cursor in (
        "x",
        "%%%",
        forged,
        base64.b64encode(b"p=\xff\x00").decode(),
        base64.b64encode(b"p=" + b"9" * 40).decode(),
    ):
        assert problem_of(client.get(URL, {"cursor": cursor}), 400)["type"].endswith("invalid-cursor")
