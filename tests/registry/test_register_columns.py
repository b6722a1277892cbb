"""Usual columns: each person's own, on the page and in its exports; a saved view may name others."""

import pytest

from registry.models import User
from registry.services import custom_fields
from tests import people
from tests.api.clients import received
from tests.registry.register_cast import workflow
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db


def headings(client: object, query: str = "") -> str:
    answer = client.get(f"/workflows/export/csv/?{query}")  # type: ignore[attr-defined]
    return received(answer).decode("utf-8-sig").splitlines()[0]


def test_columns_are_kept_with_the_person_and_a_view_may_name_others() -> None:
    workflow("A", tags=["x"])
    ada, bob = people.owner("Ada"), people.owner("Bob")
    client = signed_in(ada)
    done = client.post("/workflows/columns/", {"query": "tier=NONE&cols=tags,nonsense,vendor"})
    assert done["Location"] == "/workflows/?tier=NONE"
    ada.refresh_from_db()
    assert ada.register_columns == ["tags", "vendor"]
    kept = User.history.filter(id=ada.pk).latest("history_id")
    assert kept.history_user_id == ada.pk
    assert headings(client) == "ID,Workflow,Tags,Vendor"
    assert headings(client, "cols=stage") == "ID,Workflow,Stage"
    assert headings(signed_in(bob)).startswith("ID,Workflow,Risk tier,Stage")
    client.post("/workflows/views/save/", {"name": "Stages", "query": "cols=stage", "once": "k"})
    assert "cols=stage" in client.get("/workflows/").content.decode()
    client.post("/workflows/columns/", {"query": "", "standard": "1"})
    assert headings(client).startswith("ID,Workflow,Risk tier,Stage")


def test_a_column_of_a_retired_field_is_left_out() -> None:
    said = {"by": people.risk(), "at": people.risk().date_joined, "reason": "x"}
    field = custom_fields.define(name="Cost", kind="NUMBER", **said)  # type: ignore[arg-type]
    client = signed_in(people.owner())
    client.post("/workflows/columns/", {"query": "cols=field.cost,stage"})
    assert headings(client) == "ID,Workflow,Cost,Stage"
    custom_fields.retire(field, **said)  # type: ignore[arg-type]
    assert headings(client) == "ID,Workflow,Stage"
