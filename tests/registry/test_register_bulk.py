"""Changing many workflows at once: previewed, all or none, with history."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from registry.kernel.access.verdict import Refused
from registry.models import AuditEntry, User, Workflow
from registry.services import changing
from tests import people
from tests.registry.register_cast import many, workflow
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db
DAY = timezone.localdate() + timedelta(days=40)


def versions(*rows: Workflow) -> dict[int, int]:
    return {row.pk: row.version for row in rows}


def as_text(rows: dict[int, int]) -> str:
    return ",".join(f"{key}:{version}" for key, version in rows.items())


def set_review(rows: dict[int, int], by: User, day: date = DAY) -> int:
    changes = {"next_review_date": day}
    return changing.apply(rows, changes, by=by, at=timezone.now(), reason="Autumn round").changed


def test_a_change_reaches_every_row_and_leaves_a_history_row_each() -> None:
    rows = [workflow(name) for name in "ABC"]
    risk = people.risk()
    assert set_review(versions(*rows), risk) == 3
    for row in rows:
        row.refresh_from_db()
        assert (row.next_review_date, row.version) == (DAY, 2)
        kept = Workflow.history.filter(id=row.pk, history_type="~").get()
        assert (kept.history_user_id, kept.history_change_reason, kept.next_review_date) == (
            risk.pk,
            "Autumn round",
            DAY,
        )
    assert AuditEntry.objects.filter(object_type="registry.workflow", kind="~", reason="Autumn round").count() == 3


def test_rows_that_have_the_value_already_are_left_alone() -> None:
    row = workflow("A", next_review_date=DAY)
    assert set_review(versions(row), people.risk()) == 0
    row.refresh_from_db()
    assert row.version == 1


def test_a_row_saved_by_somebody_else_meanwhile_stops_the_whole_change() -> None:
    rows = [workflow(name) for name in "AB"]
    seen = versions(*rows)
    rows[1].version = 2
    rows[1].save()
    with pytest.raises(changing.RowsMoved) as caught:
        set_review(seen, people.risk())
    assert [row.pk for row in caught.value.moved] == [rows[1].pk]
    assert not Workflow.objects.filter(next_review_date=DAY).exists()


@pytest.mark.parametrize("who", [people.owner, people.auditor, people.executive, people.member, people.administrator])
def test_only_risk_staff_change_many_at_once(who: Any) -> None:
    row = workflow("A", business_owner=people.owner())
    with pytest.raises(Refused):
        set_review(versions(row), who())
    response = signed_in(who()).post("/workflows/bulk/owner/", {"pick": row.pk})
    assert response.status_code == 403


def test_the_pages_lead_from_the_list_over_the_preview_to_the_change() -> None:
    rows = [workflow("Alpha", next_review_date=date(2020, 5, 1)), workflow("Beta", next_review_date=DAY)]
    client = signed_in(people.risk())
    form = client.post("/workflows/bulk/review-date/", {"pick": [row.pk for row in rows], "query": "tier=NONE"})
    assert "1 May 2020" in form.content.decode()
    step = {
        "step": "preview",
        "value": DAY.isoformat(),
        "reason": "Round",
        "rows": as_text(versions(*rows)),
        "back": "tier=NONE",
    }
    preview = client.post("/workflows/bulk/review-date/", step).content.decode()
    assert "1 of 2 changes." in preview
    assert "<del>" in preview
    assert "Reason: Round" in preview
    assert not Workflow.objects.filter(version=2).exists()
    done = client.post("/workflows/bulk/review-date/", {**step, "step": "apply", "once": "k"})
    assert done["Location"] == "/workflows/?tier=NONE"
    assert Workflow.objects.filter(next_review_date=DAY).count() == 2
    again = client.post("/workflows/bulk/review-date/", {**step, "step": "apply", "once": "k"})
    assert again["Location"] == "/workflows/?tier=NONE"
    assert Workflow.objects.get(pk=rows[0].pk).version == 2


def test_an_owner_is_assigned_to_the_whole_view() -> None:
    many(60)
    owner = people.owner()
    client = signed_in(people.risk())
    form = client.post("/workflows/bulk/owner/", {"scope": "view", "query": "stage=PRODUCTION"})
    assert "60 workflows." in form.content.decode()
    rows = as_text(versions(*Workflow.objects.all()))
    client.post("/workflows/bulk/owner/", {"step": "apply", "value": owner.pk, "reason": "New head", "rows": rows})
    assert Workflow.objects.filter(business_owner=owner, version=2).count() == 60


def test_moved_rows_are_named_and_nothing_is_changed() -> None:
    row, other = workflow("Alpha"), workflow("Beta")
    data = {"step": "apply", "value": DAY.isoformat(), "reason": "Round", "rows": f"{row.pk}:1,{other.pk}:7,999999:1"}
    response = signed_in(people.risk()).post("/workflows/bulk/review-date/", data)
    assert response.status_code == 409
    html = response.content.decode()
    assert "Beta" in html
    assert "Alpha" not in html
    assert "1 workflow is no longer there." in html
    assert not Workflow.objects.filter(next_review_date=DAY).exists()


@pytest.mark.parametrize(
    "wrong",
    [{"value": "2020-01-01"}, {"value": "9999-01-01"}, {"value": ""}, {"reason": ""}, {"rows": "12:x"}, {"rows": ""}],
)
def test_bad_input_is_refused_with_what_was_typed_kept(wrong: dict[str, str]) -> None:
    row = workflow("A")
    data = {"step": "preview", "value": DAY.isoformat(), "reason": "Because of it", "rows": f"{row.pk}:1", **wrong}
    response = signed_in(people.risk()).post("/workflows/bulk/review-date/", data)
    assert response.status_code == 422
    assert data["reason"] in response.content.decode()


def test_a_person_who_left_does_not_become_an_owner() -> None:
    gone = people.owner("Gus Gone")
    gone.is_active = False
    gone.save()
    row = workflow("A")
    data = {"step": "apply", "value": gone.pk, "reason": "x", "rows": f"{row.pk}:1"}
    assert signed_in(people.risk()).post("/workflows/bulk/owner/", data).status_code == 422


def test_choosing_nothing_is_explained() -> None:
    response = signed_in(people.risk()).post("/workflows/bulk/owner/", {"query": ""})
    assert response.status_code == 409
    assert "Choose at least one workflow" in response.content.decode()


def test_more_rows_than_a_preview_can_show_are_refused() -> None:
    many(changing.MOST + 1)
    response = signed_in(people.risk()).post("/workflows/bulk/owner/", {"scope": "view", "query": ""})
    assert response.status_code == 409
    assert "At most 1000 workflows" in response.content.decode()


def test_an_unknown_bulk_change_is_not_found() -> None:
    assert signed_in(people.risk()).post("/workflows/bulk/delete/", {}).status_code == 404
