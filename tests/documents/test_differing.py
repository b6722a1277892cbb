"""Two versions of a record: what differs is named where it stands, and nothing else is."""

import copy
import json
from typing import Any

from registry.kernel.documents.canonical import canonical
from registry.kernel.documents.differing import by_part, differences
from tests.documents.sample_record import sample_record


def stored() -> dict[str, Any]:
    """As it is read back from storage."""
    found: dict[str, Any] = json.loads(canonical(sample_record()))
    return found


def told(change: Any) -> list[tuple[str, str, str | None, str | None]]:
    new = copy.deepcopy(stored())
    change(new)
    return [(part, row.place, row.old, row.new) for part, rows in by_part(differences(stored(), new)) for row in rows]


def test_the_same_record_differs_in_nothing() -> None:
    assert told(lambda record: None) == []


def test_number_version_and_time_of_making_are_no_difference() -> None:
    assert told(lambda record: record["document"].update(number="IR-2026-0009", version=3, made_by="Eve")) == []


def test_a_changed_field_is_named_with_old_and_new() -> None:
    ((part, place, old, new),) = told(lambda record: record["incident"].update(title="Another title"))
    assert (part, place, new) == ("Incident", "Title", "Another title")
    assert old == stored()["incident"]["title"]


def test_an_item_is_known_by_its_reference_wherever_it_stands() -> None:
    def change(record: dict[str, Any]) -> None:
        record["actions"].reverse()
        record["actions"][0]["state"] = "Verified"

    ((part, place, _old, new),) = told(change)
    assert (part, place, new) == ("Actions", "ACT-0004 › State", "Verified")


def test_a_new_item_is_one_addition() -> None:
    def change(record: dict[str, Any]) -> None:
        record["timeline"].insert(0, {**record["timeline"][0], "reference": "TL-99999", "text": "Found later"})

    ((part, place, old, new),) = told(change)
    assert (part, place, old) == ("Timeline", "TL-99999", None)
    assert "Text: Found later" in str(new)


def test_a_line_without_a_reference_is_found_by_its_content() -> None:
    def change(record: dict[str, Any]) -> None:
        record["audit"].insert(3, {**record["audit"][3], "reason": "Inserted"})

    ((part, _place, old, new),) = told(change)
    assert (part, old) == ("Audit", None)
    assert "Reason: Inserted" in str(new)


def test_a_line_that_cites_the_ledger_is_known_by_its_entry() -> None:
    def with_entries(record: dict[str, Any]) -> dict[str, Any]:
        for number, line in enumerate(record["audit"]):
            line["entry"] = {"id": number, "leaf_hash": "00"}
        return record

    old, new = with_entries(stored()), with_entries(stored())
    new["audit"].reverse()
    new["audit"][0]["object"] = "Renamed"
    ((part, rows),) = by_part(differences(old, new))
    assert (part, [row.place for row in rows]) == ("Audit", ["Entry 29 › Object"])


def test_the_history_stands_at_the_end() -> None:
    def change(record: dict[str, Any]) -> None:
        record["audit"].pop()
        record["actions"].pop()
        record["incident"]["title"] = "Another"

    assert [part for part, *_rest in told(change)] == ["Incident", "Actions", "Audit"]


def test_instants_and_terms_are_shown_as_people_read_them() -> None:
    found = told(lambda record: record["incident"]["severity"].update(code="SEV2", label="SEV-2"))
    assert ("Incident", "Severity › Label", "SEV-1", "SEV-2") in found
    ((_part, _place, old, _new),) = told(lambda record: record["actions"][3].update(verified_at="2026-04-01T10:00:00Z"))
    assert old is None
