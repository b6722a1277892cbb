"""Custom fields: defined by risk staff, one change of the record per edit, filters, columns and tokens as any other."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from registry.kernel.access.verdict import Refused
from registry.kernel.audit.reading import entries_of
from registry.models import CustomField, Workflow
from registry.services import custom_fields, workflows
from tests import people
from tests.api.clients import V1, client_of, problem_of
from tests.api.clients import received as bytes_of
from tests.registry.register_cast import workflow
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db
HOSTILE = "=cmd|'/C calc'!A0 <b>&\"</script>"


def define(name: str = "Region", kind: str = "CHOICE", **said: Any) -> CustomField:
    if kind == "CHOICE":
        said.setdefault("choices", ["North", "South"])
    return custom_fields.define(
        by=people.risk(), at=timezone.now(), reason="Asked by finance", name=name, kind=kind, **said
    )


def put(row: Workflow, **values: Any) -> Workflow:
    return workflows.edit(
        row, by=people.risk(), at=timezone.now(), reason="Known now", opened_version=None, custom=values
    )


def listed(query: str) -> set[str]:
    answer = client_of(people.member()).get(f"{V1}/workflows/?{query}")
    assert answer.status_code == 200, answer.content
    return {row["name"] for row in answer.json()["results"]}


def test_values_of_every_kind_are_one_change_with_a_line_each_in_the_history() -> None:
    person = people.owner()
    define()
    for name, kind in (("Cost", "NUMBER"), ("Ends", "DATE"), ("Boss", "PERSON"), ("Wiki", "LINK"), ("Note", "TEXT")):
        define(name, kind)
    row = workflow("A")
    put(
        row,
        region="north", cost="1200.5", ends="2026-12-31", boss=person.pk, wiki="https://wiki.example/x", note=HOSTILE,
    )  # fmt: skip
    row.refresh_from_db()
    assert row.custom["region"] == "North"
    assert row.custom["boss"] == {"person": person.pk}
    assert Workflow.history.filter(id=row.pk).count() == 2
    put(row, region="South", note=None)
    changes = {c.label: (c.old, c.new) for c in entries_of(row, 1)[0].changes}
    assert changes == {"Region": ("North", "South"), "Note": (HOSTILE, "")}
    first = {c.label: c.new for c in entries_of(row, 2)[1].changes}
    assert (first["Boss"], first["Cost"]) == (person.name, "1200.5")


def test_wrong_values_are_refused_by_field_on_page_and_api_and_nothing_typed_is_lost() -> None:
    define()
    define("Cost", "NUMBER")
    row = workflow("A")
    with pytest.raises(ValidationError) as caught:
        put(row, region="West", cost="x", unknown="1")
    assert set(caught.value.message_dict) == {"field.region", "field.cost", "field.unknown"}
    body = {"custom": {"cost": "lots"}, "version": 1, "reason": "Try"}
    problem = problem_of(client_of(people.risk()).patch(f"{V1}/workflows/{row.pk}/", body, format="json"), 422)
    assert "field.cost" in problem["errors"]
    page = signed_in(people.risk()).post(
        f"/workflows/{row.pk}/edit/?part=custom", {"field.cost": "lots", "field.region": "North", "reason": "Try"}
    )
    assert page.status_code == 422
    assert 'value="lots"' in page.content.decode()


def test_a_stage_that_needs_a_value_is_not_reached_without_but_old_gaps_do_not_stand_in_the_way() -> None:
    define(required_from="PILOT")
    running, planned = workflow("Running"), workflow("Planned", stage="DEVELOPMENT")
    with pytest.raises(ValidationError, match="needed from"):
        workflows.edit(
            planned, by=people.risk(), at=timezone.now(), reason="Go", opened_version=None, stage="PRODUCTION"
        )
    assert workflows.edit(
        running, by=people.risk(), at=timezone.now(), reason="Word", opened_version=None, purpose="Sorts."
    ).purpose
    assert (
        "Missing, needed from Pilot on" in signed_in(people.member()).get(f"/workflows/{running.pk}/").content.decode()
    )
    put(running, region="North")
    with pytest.raises(ValidationError):
        put(running, region=None)


def test_filters_and_tokens_find_what_they_say() -> None:
    define()
    define("Cost", "NUMBER")
    define("Boss", "PERSON")
    define("Note", "TEXT")
    boss = people.owner("Ada Boss")
    put(workflow("A"), region="North", cost=5, boss=boss.pk, note="Said once")
    put(workflow("B"), region="South", cost=50.5)
    workflow("C")
    for query, names in {
        "field.region=North": {"A"}, "field.region=none": {"C"}, "field.region=North&field.region=South": {"A", "B"},
        "field.cost=5..10": {"A"}, "field.cost=50..": {"B"}, "field.cost=none": {"C"}, "q=field.cost:>6": {"B"},
        "q=field.region:south": {"B"}, "q=field.boss:ada": {"A"}, f"field.boss={boss.pk}": {"A"},
        "field.note=once": {"A"}, 'q=field.note:"said once" tier:none': {"A"},
    }.items():  # fmt: skip
        assert listed(query) == names, query
    problem_of(client_of(people.member()).get(f"{V1}/workflows/?field.cost=x"), 422)
    notes = signed_in(people.member()).get("/workflows/?q=field.nothing:1").content.decode()
    assert "No filter called field.nothing" in notes


def test_the_register_shows_columns_facets_ranges_and_exports_them_safely() -> None:
    define(HOSTILE, choices=[HOSTILE, "South"], key="odd")
    define("Cost", "NUMBER")
    define("Boss", "PERSON")
    boss = people.owner("Ada Boss")
    put(workflow("A"), odd=HOSTILE, cost=5, boss=boss.pk)
    put(workflow("B"), odd="South", cost=7)
    client = signed_in(people.risk())
    html = client.get("/workflows/?cols=field.odd,field.cost,field.boss&field.odd=South").content.decode()
    assert "</script>&" not in html
    assert "<b>&" not in html
    moved = client.get("/workflows/?field.cost.from=6&field.cost.to=")
    assert moved["Location"] == "/workflows/?field.cost=6.."
    page = client.get("/workflows/?field.cost=6..").content.decode()
    assert 'value="6"' in page
    assert "Ada Boss" in client.get("/workflows/?cols=field.boss").content.decode()
    sheet = bytes_of(client.get("/workflows/export/csv/?cols=field.odd,field.boss")).decode("utf-8-sig")
    assert sheet.splitlines()[0].startswith("ID,Workflow,\"'=cmd")
    assert "Ada Boss" in sheet


def test_retiring_keeps_values_and_history_and_taking_back_brings_the_field_again() -> None:
    field = define()
    row = workflow("A")
    put(row, region="North")
    now, risk = timezone.now(), people.risk()
    custom_fields.retire(field, by=risk, at=now, reason="Not used")
    html = signed_in(risk).get(f"/workflows/{row.pk}/").content.decode()
    assert "(retired field)" in html
    assert "field.region" not in signed_in(risk).get(f"/workflows/{row.pk}/edit/").content.decode()
    with pytest.raises(ValidationError):
        put(row, region="South")
    custom_fields.take_back(field, by=risk, at=now, reason="Used after all")
    row.refresh_from_db()
    assert row.custom == {"region": "North"}


def test_a_choice_in_use_stays_and_key_and_kind_stay_for_good() -> None:
    field = define()
    put(workflow("A"), region="North")
    said: dict[str, Any] = {"by": people.risk(), "at": timezone.now(), "reason": "Fewer", "opened_version": 1}
    with pytest.raises(ValidationError, match="still say"):
        custom_fields.change(field, choices=["South"], **said)
    assert custom_fields.change(field, choices=["North", "West"], **said).version == 2
    with pytest.raises(ValidationError):
        define("Other", choices=["None"])
    with pytest.raises(ValidationError):
        define("region")


@pytest.mark.parametrize("who", [people.owner, people.auditor, people.executive, people.member])
def test_others_define_nothing(who: Any) -> None:
    with pytest.raises(Refused):
        custom_fields.define(by=who(), at=timezone.now(), reason="x", name="N", kind="TEXT")
    assert signed_in(who()).get("/custom-fields/new/").status_code == 403


def test_the_pages_define_change_and_retire() -> None:
    client = signed_in(people.administrator())
    wrong = client.post("/custom-fields/new/", {"name": "Region", "kind": "CHOICE", "reason": "x", "position": 1})
    assert wrong.status_code == 422
    data = {"name": "Region", "kind": "CHOICE", "choices": "North\nSouth\n", "reason": "x", "position": 1, "once": "k"}
    assert client.post("/custom-fields/new/", data).status_code == 302
    field = CustomField.objects.get()
    assert (field.key, field.choices) == ("region", ["North", "South"])
    stale = {**data, "name": "Area", "opened_version": 9}
    assert client.post(f"/custom-fields/{field.pk}/", {**stale, "opened_version": 1}).status_code == 302
    again = client.post(f"/custom-fields/{field.pk}/", {**stale, "name": "Zone", "opened_version": 1})
    assert again.status_code in (200, 422)
    assert "Area" in again.content.decode()
    assert client.post(f"/custom-fields/{field.pk}/retire/", {"reason": "Done"}).status_code == 302
    assert "Retired" in client.get("/custom-fields/").content.decode()
