"""Reading history: what changed, in words, in a number of queries that does not grow."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from registry.kernel.access.models import ApiToken
from registry.kernel.audit.context import acting
from registry.kernel.audit.reading import Change, Entry, entries_for, entries_of
from registry.models import AuditEntry, BusinessUnit, ContainmentOption, TierAssessment, TierRuleSet, Vendor, Workflow
from tests import people

pytestmark = pytest.mark.django_db


def a_workflow(**fields: Any) -> Workflow:
    return Workflow.objects.create(slug=f"w-{Workflow.objects.count()}", **{"name": "Claims triage", **fields})


def read(label: str) -> list[Entry]:
    """All lines of one kind of record, newest first."""
    return entries_for(list(AuditEntry.objects.filter(object_type=label)))


def changes(entry: Entry) -> dict[str, tuple[str, str]]:
    return {change.field: (change.old, change.new) for change in entry.changes}


def test_a_change_names_the_field_and_both_values() -> None:
    workflow = a_workflow(purpose="Sorts claims")
    workflow.purpose = "Sorts storm claims"
    workflow.save()
    assert read("registry.workflow")[0].changes == (Change("purpose", "Purpose", "Sorts claims", "Sorts storm claims"),)


def test_choices_and_related_records_are_shown_by_name() -> None:
    workflow = a_workflow()
    workflow.stage, workflow.vendor = "PILOT", Vendor.objects.create(name="Acme")
    workflow.business_owner = people.owner()
    workflow.save()
    found = changes(read("registry.workflow")[0])
    assert found["stage"] == ("Proposed", "Pilot")
    assert found["vendor"] == ("", "Acme")
    assert found["business_owner"] == ("", "Otto Owner")


def test_a_related_record_that_is_gone_keeps_its_number() -> None:
    vendor = Vendor.objects.create(name="Acme")
    workflow, number = a_workflow(vendor=vendor), vendor.pk
    workflow.vendor = None
    workflow.save()
    vendor.delete()
    assert changes(read("registry.workflow")[0])["vendor"] == (f"#{number}", "")


def test_lists_dates_and_yes_or_no_are_written_for_people() -> None:
    option = ContainmentOption.objects.create(
        workflow=a_workflow(next_review_date=date(2027, 4, 2), tags=["claims", "storm"]),
        kind="KILL_SWITCH",
        name="Stop",
        executors=["RISK", "RESPONDER"],
        expected_minutes=5,
    )
    option.is_active = False
    option.save()
    assert changes(read("registry.containmentoption")[0]) == {"is_active": ("yes", "no")}
    assert changes(read("registry.containmentoption")[1])["executors"] == ("", "Risk and compliance, Responder")
    assert changes(read("registry.workflow")[0])["next_review_date"] == ("", "2027-04-02")
    assert changes(read("registry.workflow")[0])["tags"] == ("", "claims, storm")


def test_stored_symbols_inside_a_document_are_written_in_words() -> None:
    TierAssessment.objects.create(
        workflow=a_workflow(),
        rule_set=TierRuleSet.objects.get(number=1),
        answers={"CUSTOMER_EXPOSURE": {"level": "HIGH", "reason": "Sends letters"}},
        ai_act_class="MINIMAL",
        computed_tier="T2",
        assessed_by=people.risk(),
        assessed_at="2026-11-19T12:00:00Z",
    )
    found = changes(read("registry.tierassessment")[0])
    assert found["answers"] == ("", "Customer exposure: level: High; reason: Sends letters")
    assert found["assessed_at"] == ("", "2026-11-19 12:00:00 UTC")


def test_a_deletion_shows_what_was_there() -> None:
    Vendor.objects.create(name="Acme").delete()
    entry = read("registry.vendor")[0]
    assert (entry.kind, changes(entry)["name"]) == ("-", ("Acme", ""))


def test_who_why_and_whence_come_with_each_line() -> None:
    with acting(user_id=people.risk().pk, reason="Audit finding 7", origin="PAGE", unit_id="abc"):
        workflow = a_workflow()
    entry = read("registry.workflow")[0]
    assert (entry.actor, entry.reason, entry.unit_id, entry.title) == (
        people.risk(),
        "Audit finding 7",
        "abc",
        f"workflow {workflow.reference} Claims triage",
    )


def test_what_is_secret_or_counts_only_is_never_shown() -> None:
    user = people.member()
    user.set_password("another-long-password")
    user.save()
    ApiToken.objects.create(user=user, name="Nightly", prefix="hf_abc", digest="0" * 64)
    shown = {c.field for label in ("registry.user", "registry.apitoken") for e in read(label) for c in e.changes}
    assert shown.isdisjoint({"password", "digest", "last_login"})


def test_the_history_of_one_record_is_the_same_read_either_way() -> None:
    workflow = a_workflow()
    for purpose in ("One", "Two", "Three"):
        workflow.purpose = purpose
        workflow.save()
    direct = entries_of(workflow, 2)
    indexed = read("registry.workflow")[:2]
    assert [entry.changes for entry in direct] == [entry.changes for entry in indexed]
    assert [(change.old, change.new) for change in direct[1].changes] == [("One", "Two")]


def test_the_number_of_queries_does_not_grow_with_the_page() -> None:
    def queries(count: int) -> int:
        rows = list(AuditEntry.objects.filter(object_type__in=["registry.workflow", "registry.businessunit"])[:count])
        with CaptureQueriesContext(connection) as captured:
            assert len(entries_for(rows)) == count
        return len(captured)

    for number in range(20):
        with acting(user_id=people.risk(f"Person {number}").pk):
            a_workflow(business_unit=BusinessUnit.objects.create(name=f"Unit {number}"))
    assert queries(40) == queries(4)


def test_an_entry_of_a_kind_that_no_longer_exists_is_still_listed() -> None:
    row = AuditEntry(
        at="2026-11-19T12:00:00Z", kind="~", object_type="registry.bygone", object_id="7", history_id=1, origin="PAGE"
    )
    assert entries_for([row])[0].title == "registry.bygone 7"


def test_the_moment_of_the_change_is_not_a_change_of_its_own() -> None:
    workflow = a_workflow()
    workflow.topic = "Storm"
    workflow.save()
    assert set(changes(read("registry.workflow")[0])) == {"topic"}
