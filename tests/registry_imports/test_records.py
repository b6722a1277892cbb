"""Records other than workflows: out as files, in again through their services, and back."""

import io
import json
from datetime import timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from registry.filters.exported import sheet_for
from registry.kernel.access.verdict import Refused
from registry.kernel.http.files import as_file
from registry.models import CapabilityRecord, ChangeSet, Signal, User, Vendor, Workflow
from registry.services import capabilities, change_sets, importing, signals, workflows
from registry.services import vendors as vendor_services
from registry.services.exchange import KINDS
from registry.services.importing import Trial
from registry.services.importing.choosing import guessed
from registry.services.importing.records import MOST
from registry.services.people import edit_person
from registry.services.readiness import refresh_many
from tests import people
from tests.api.clients import V1, client_of
from tests.registry import making
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db
ODD = "=1+1 “N/A”,\n'; – ?"
FORMULA = "'=HYPERLINK(1)"


def exported(of: str, kind: str, by: User | None = None) -> bytes:
    request = RequestFactory().get("/")
    request.user = by or people.risk()
    answer: Any = as_file(request, kind, sheet_for(of, QueryDict(), request))
    return b"".join(answer.streaming_content)


def received(of: str, content: bytes, kind: str = "csv", by: User | None = None) -> ChangeSet:
    with NamedTemporaryFile(suffix=f".{kind}") as sink:
        sink.write(content)
        sink.flush()
        path = Path(sink.name)
        return importing.receive(
            by=by or people.risk(), at=timezone.now(), upload=path, filename=path.name, of=of, reason="Spring"
        )


def tried(of: str, content: bytes, kind: str = "csv", by: User | None = None) -> Trial:
    return mapped(received(of, content, kind, by), by)


def mapped(change_set: ChangeSet, by: User | None = None) -> Trial:
    """Tried with the columns that its headings say."""
    sheet = importing.open_received(change_set)
    mapping = guessed(sheet, change_set.filename, KINDS[change_set.of])
    return importing.try_out(change_set, mapping, by=by or people.risk(), at=timezone.now())


def applied(of: str, content: bytes, by: User | None = None) -> ChangeSet:
    trial = tried(of, content, by=by)
    assert not trial.plan.has_errors, trial.plan.all_problems()
    return importing.apply(trial.change_set, by=by or people.risk(), at=timezone.now())


def told(trial: Trial) -> list[tuple[int | None, str, str]]:
    return [(problem.row, problem.column, problem.message) for problem in trial.plan.all_problems()]


def sheet(*lines: str) -> bytes:
    return "\n".join(lines).encode() + b"\n"


@pytest.fixture
def triage() -> Workflow:
    """With one record at least of every kind, and with what is hard to write into a cell."""
    found = making.workflow(tags=["claims", "=1+1"], technical_owner=people.owner("Tia Tech"))
    making.assessed(found)
    tool = making.surface(found, "Letter tool", "TOOL")
    making.version(tool, "1.0", note=ODD, author="'=me", digest="sha256:00")
    making.version(tool, "1.1", changed_at=timezone.now() - timedelta(days=3, microseconds=7))
    making.surface(found, FORMULA)
    making.signal(found, limit_value="9.5", limit_direction="ABOVE", unit="N/A", threshold=ODD.replace("\n", " "))
    making.signal(found, name="N/A", kind="STAFF_REPORTS", cadence="AS_IT_COMES", owner=people.responder())
    making.signal(found, name="Of somebody who left", owner=people.owner("Tia Tech"))
    signals.retire(making.signal(found, name="Old"), by=people.risk(), at=timezone.now(), reason="Replaced")
    making.action(found, effect=ODD, volume_per_day=140, tool=tool)
    making.option(found, instructions=ODD, named_executors=[people.responder(), people.owner()])
    capabilities.meet(
        found, "KILL_SWITCH", by=people.risk(), at=timezone.now(), evidence=ODD, evidence_url="https://a.example.test/"
    )
    capabilities.state(
        found, "ROLLBACK", by=people.risk(), at=timezone.now(), reason="Planned", owner=people.owner(),
        due_date=timezone.localdate() + timedelta(days=9),
    )  # fmt: skip
    vendor_services.add(
        by=people.risk(), at=timezone.now(), reason="New", name="=Model house", supplies=ODD, website="https://m.example.test/",
        owner=people.owner(), answers_due_date=timezone.localdate() + timedelta(days=30),
    )  # fmt: skip
    left = people.owner("Tia Tech")
    left.is_active = False
    left.save()
    return found


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json"])
@pytest.mark.usefixtures("triage")
def test_what_was_exported_and_is_imported_changes_nothing(kind: str) -> None:
    for of in KINDS:
        trial = tried(of, exported(of, kind), kind)
        assert told(trial) == [], of
        assert trial.counts["rows"] == trial.counts["unchanged"] > 0, of


def test_a_file_adds_and_changes_through_the_service_and_goes_back(triage: Workflow) -> None:
    content = sheet(
        "Workflow ID,Name,Kind,Source,Owner’s address,Fires when,Baseline,How often",
        f"{triage.pk},N/A,Complaints,Hotline,{people.owner().email},Three a day,One,Every day",
        f"{triage.reference},Audit finding,AUDITS,Audit,{people.owner().email},Any,None,As it comes",
    )
    done = applied("signals", content)
    changed, made = Signal.objects.get(name="N/A"), Signal.objects.get(name="Audit finding")
    assert (changed.kind, changed.owner, made.cadence) == ("COMPLAINTS", people.owner(), "AS_IT_COMES")
    rows = Signal.history.model.objects.filter(history_unit_id=f"import-{done.pk}")
    assert {(row.history_type, row.history_user_id) for row in rows} == {
        ("+", people.risk().pk),
        ("~", people.risk().pk),
    }
    assert {row.history_change_reason for row in rows} == {f"Import {done.pk} “{done.title}”: Spring"}
    assert tried("signals", content).counts["unchanged"] == 2
    undone = change_sets.undo(done, by=people.risk(), at=timezone.now(), reason="Wrong file")
    changed.refresh_from_db()
    assert (changed.kind, changed.owner.name) == ("STAFF_REPORTS", people.responder().name)
    assert not Signal.objects.filter(pk=made.pk).exists()
    assert (undone.of, undone.rows.count()) == ("signals", 2)


def test_a_file_judges_the_readiness_of_each_workflow_once(triage: Workflow) -> None:
    """Not with every row, and nothing is left to judge. A trial waits for its turn before it holds anything."""
    line = f"AUDITS,Audit,{people.owner().email},Any,None,DAILY"
    heading = "Workflow ID,Name,Kind,Source,Owner’s address,Fires when,Baseline,How often"
    lines = [f"{triage.reference},Number {number},{line}" for number in range(6)]
    short, long = received("signals", sheet(heading, lines[0])), received("signals", sheet(heading, *lines))
    bare = making.workflow(name="Bare")
    with CaptureQueriesContext(connection) as one:
        mapped(short)
    with CaptureQueriesContext(connection) as six:
        mapped(long)
    assert len(six) - len(one) <= 5 * 13
    statements = [query["sql"] for query in one]
    turn, held = (next(n for n, sql in enumerate(statements) if words in sql) for words in ("advisory", "FOR UPDATE"))
    assert turn < held
    monitors = ("OUTPUT_DISTRIBUTION", "INPUT_DISTRIBUTION", "GROUND_TRUTH", "DOWNSTREAM_ACTIONS")
    of_bare = [f"{bare.reference},{kind},{kind},Log,{people.owner().email},Any,None,DAILY" for kind in monitors]
    done = applied("signals", sheet(heading, *of_bare))
    assert Workflow.objects.get(pk=bare.pk).is_watched
    change_sets.undo(done, by=people.risk(), at=timezone.now(), reason="Wrong")
    assert not Workflow.objects.get(pk=bare.pk).is_watched
    assert refresh_many([bare.pk], at=timezone.now()) == 0


def test_every_bad_row_is_named_and_nothing_changes_until_all_is_right(triage: Workflow) -> None:
    good = f"{triage.reference},Fine,AUDITS,Audit,{people.owner().email},Any,None,DAILY,,"
    content = sheet(
        "Workflow ID,Name,Kind,Source,Owner’s address,Fires when,Baseline,How often,Limit,Side of the limit",
        good,
        f"{triage.reference},Two,AUDITS,,nobody@example.test,Any,None,DAILY,many,",
        "WF-9999,Three,AUDITS,Audit,a@b.test,Any,None,Sometimes,,",
        good,
        f"{triage.reference},Five,AUDITS,Audit,{people.owner().email},Any,None,DAILY,5,",
    )
    trial = tried("signals", content)
    assert told(trial) == [
        (3, "Limit", "“many” is not a number."),
        (3, "Source", "“Source” is blank."),
        (3, "Owner’s address", "Nobody who is active here has the address “nobody@example.test”."),
        (4, "How often", trial.plan.rows[2].problems[0].message),
        (4, "Workflow ID", "There is no such workflow here."),
        (4, "Owner’s address", "Nobody who is active here has the address “a@b.test”."),
        (5, "Name", "Row 2 is about the same record."),
        (6, "Side of the limit", "Say on which side of the limit it fires."),
    ]
    assert "Known: Continuously" in trial.plan.rows[2].problems[0].message
    assert not importing.ready(trial.change_set)
    assert not Signal.objects.filter(name="Fine").exists()


def test_an_owner_imports_what_they_could_edit_by_hand_and_sees_no_other_import(triage: Workflow) -> None:
    other = making.workflow(name="Other", business_owner=people.owner("Olga Other"))
    line = "Stop,Kill switch,Turn it off,Responder,5"
    heading = "Workflow ID,Name,Kind,How it is done,Roles that may execute it,Expected time in minutes"
    own, theirs = (sheet(heading, f"{workflow.reference},{line}") for workflow in (triage, other))
    refused = tried("containment-options", theirs, by=people.owner())
    assert [(row, column) for row, column, _words in told(refused)] == [(2, "Workflow ID")]
    done = applied("containment-options", own, by=people.owner())
    assert triage.containment_options.filter(name="Stop").exists()
    with pytest.raises(Refused):
        received("vendors", own, by=people.owner())
    with pytest.raises(Refused):
        received("", own, by=people.owner())
    assert set(ChangeSet.objects.visible_to(people.owner("Olga Other"))) == set()
    with pytest.raises(Refused):
        change_sets.undo(done, by=people.owner("Olga Other"), at=timezone.now(), reason="Mine")
    change_sets.undo(done, by=people.owner(), at=timezone.now(), reason="Wrong")
    assert not triage.containment_options.filter(name="Stop").exists()


def test_what_an_option_sets_leaves_and_comes_back_in_words_that_are_checked(triage: Workflow) -> None:
    heading = "Workflow ID,Name,Kind,How it is done,Roles that may execute it,Expected time in minutes,What it sets"
    lines = [
        f'{triage.reference},Stop,Kill switch,Turn it off,Responder,5,"{{""mode"": ""killed""}}"',
        f"{triage.reference},By hand,Fall back to people,Call them,Responder,5,",
    ]
    applied("containment-options", sheet(heading, *lines))
    assert triage.containment_options.get(name="Stop").effect == {"mode": "killed"}
    assert triage.containment_options.get(name="By hand").effect == {}
    assert '""mode"": ""killed""' in exported("containment-options", "csv").decode()
    wrong = [
        f'{triage.reference},Stop,Kill switch,Turn it off,Responder,5,"{{""mode"": ""off""}}"',
        f"{triage.reference},By hand,Fall back to people,Call them,Responder,5,killed",
    ]
    refused = told(tried("containment-options", sheet(heading, *wrong)))
    assert [(row, column) for row, column, _words in refused] == [(2, "What it sets"), (3, "What it sets")]
    assert "Choose one of" in refused[0][2]
    assert "JSON" in refused[1][2]


def test_owners_tags_and_capabilities_are_changed_and_set_back(triage: Workflow) -> None:
    assigned = applied(
        "owners-and-tags",
        sheet("Workflow ID,Business owner’s address,Tags", f'{triage.reference},{people.risk().email},"a, b"'),
    )
    triage.refresh_from_db()
    assert (triage.business_owner, triage.tags) == (people.risk(), ["a", "b"])
    shown = applied(
        "capabilities",
        sheet(
            "Workflow ID,Capability,Met,Evidence",
            f"{triage.reference},Rollback,yes,Tried it",
            f"{triage.reference},Kill switch,no,",
        ),
    )
    met = dict(CapabilityRecord.objects.filter(workflow=triage).values_list("capability", "is_met"))
    assert (met["ROLLBACK"], met["KILL_SWITCH"]) == (True, False)
    heading = "Workflow ID,Capability,Met,Evidence"
    unsaid = tried("capabilities", sheet(heading, f"{triage.reference},Kill switch,no,Seen it"))
    assert [(row, column) for row, column, _words in told(unsaid)] == [(2, "Evidence")]
    for done in (shown, assigned):
        change_sets.undo(done, by=people.risk(), at=timezone.now(), reason="Wrong")
    triage.refresh_from_db()
    assert (triage.business_owner, triage.tags) == (people.owner(), ["claims", "=1+1"])
    met = dict(CapabilityRecord.objects.filter(workflow=triage).values_list("capability", "is_met"))
    assert (met["ROLLBACK"], met["KILL_SWITCH"]) == (False, True)


def test_a_version_is_added_and_never_edited(triage: Workflow) -> None:
    heading = "Workflow ID,Kind,Surface,Version,Digest"
    done = applied(
        "surface-versions", sheet(heading, f"{triage.reference},Tool and its schema,Letter tool,2.0,sha256:02")
    )
    tool = triage.surfaces.get(name="Letter tool")
    assert tool.current is not None
    assert tool.current.label == "2.0"
    edited = tried("surface-versions", sheet(heading, f"{triage.reference},TOOL,Letter tool,1.0,sha256:99"))
    assert [(row, column) for row, column, _words in told(edited)] == [(2, "Digest")]
    change_sets.undo(done, by=people.risk(), at=timezone.now(), reason="Wrong")
    tool.refresh_from_db()
    assert tool.current.label != "2.0"
    assert not tool.versions.filter(label="2.0").exists()


def test_what_moved_on_is_no_longer_taken_back(triage: Workflow) -> None:
    done = applied("vendors", sheet("Vendor,Website", "New house,https://n.example.test/", "=model HOUSE,"))
    house = Vendor.objects.get(name="New house")
    workflows.edit(triage, by=people.risk(), at=timezone.now(), reason="Bought", opened_version=None, vendor=house)
    with pytest.raises(importing.UndoRefused, match="attached"):
        change_sets.undo(done, by=people.risk(), at=timezone.now(), reason="Wrong")
    change_sets.undo(done, by=people.risk(), at=timezone.now(), reason="Wrong", leave_out_clashes=True)
    assert Vendor.objects.filter(pk=house.pk).exists()
    assert Vendor.objects.get(name="=Model house").website == "https://m.example.test/"


def test_what_a_service_refuses_to_set_back_is_left_out_by_page(triage: Workflow) -> None:
    """That is known only when it is tried, so the page asks then what becomes of it."""
    owner, heading = people.owner().email, "Workflow ID,Name,Owner’s address"
    lines = [f"{triage.reference},{name},{owner}" for name in ("Of somebody who left", "N/A")]
    done = applied("signals", sheet(heading, *lines))
    client, url = signed_in(people.risk()), f"/imports/{done.pk}/undo/"
    assert "What cannot go back" not in client.get(url).content.decode()
    refused = client.post(url, {"reason": "Wrong file"})
    assert refused.status_code == 409
    assert all(words in refused.content.decode() for words in ("What cannot go back", "Wrong file"))
    assert client.post(url, {"reason": "Wrong file", "clashes": "LEAVE"}).status_code == 302
    owners = dict(Signal.objects.filter(workflow=triage).values_list("name", "owner__email"))
    assert (owners["Of somebody who left"], owners["N/A"]) == (owner, people.responder().email)


def test_an_owner_whose_address_is_another_by_now_is_not_put_back(triage: Workflow) -> None:
    done = applied("signals", sheet("Workflow ID,Name,Owner’s address", f"{triage.pk},N/A,{people.owner().email}"))
    edit_person(
        people.responder(), by=people.administrator(), at=timezone.now(), reason="Married",
        name="Rae Responder", title="", email="renamed@example.test",
    )  # fmt: skip
    with pytest.raises(importing.UndoRefused, match="Nobody who is active here"):
        change_sets.undo(done, by=people.risk(), at=timezone.now(), reason="Wrong")


def test_the_register_moved_on_between_trial_and_applying() -> None:
    trial = tried("vendors", sheet("Vendor,Website", "New house,https://n.example.test/"))
    vendor_services.add(by=people.risk(), at=timezone.now(), reason="By hand", name="New house")
    with pytest.raises(importing.Drifted):
        importing.apply(trial.change_set, by=people.risk(), at=timezone.now())
    assert Vendor.objects.get(name="New house").website == ""
    assert trial.change_set.rows.get().outcome == "CHANGED"


def test_too_many_rows_are_refused_before_any_is_written() -> None:
    with CaptureQueriesContext(connection) as asked:
        trial = tried("vendors", sheet("Vendor", *(f"House {number}" for number in range(MOST + 1))))
    assert not [query for query in asked if query["sql"].startswith('INSERT INTO "registry_vendor"')]
    assert [problem.code for problem in trial.plan.problems] == ["TOO_MANY_ROWS"]
    with pytest.raises(Exception, match="more than 50,000 rows"):
        received("vendors", sheet("Vendor", *("x" for _number in range(50_001))))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b'[{"vendor": {"a": 1}}]', "records within"),
        (b'[{"vendor": "A"', "damaged"),
        (b'[{"vendor": ' + b"[" * 100_000, "damaged"),
        (b'[{"vendor": "A"}, 3]', "one list of records"),
    ],
)
def test_json_that_is_no_list_of_records_is_refused_in_words(content: bytes, words: str) -> None:
    with pytest.raises(Exception, match=words):
        received("vendors", content, "json")


def test_a_mapping_must_fill_what_tells_rows_apart_and_no_field_twice(triage: Workflow) -> None:
    change_set = received("signals", sheet("Workflow ID,Name,Title", f"{triage.reference},A,B"))
    mapping = guessed(importing.open_received(change_set), "a.csv", KINDS["signals"])
    for columns, words in (
        ({"name": {"column": "Name"}}, "Workflow ID"),
        ({**mapping["columns"], "name": {"column": "Name", "columns": ["Name", "Title"]}}, "either one"),
        ({**mapping["columns"], "proven_at": {"column": "Name"}}, "no field"),
    ):
        with pytest.raises(Exception, match=words):
            importing.try_out(change_set, {**mapping, "columns": columns}, by=people.risk(), at=timezone.now())


def test_a_program_exports_and_imports_the_same(triage: Workflow) -> None:
    client = client_of(people.owner())
    answer: Any = client.get(f"{V1}/exports/signals/download/?as=json&stage=PRODUCTION")
    records = json.loads(b"".join(answer.streaming_content))
    assert client.get(f"{V1}/exports/nothing/download/").status_code == 404
    records[0]["threshold"] = "=Changed"
    file = io.BytesIO(json.dumps(records).encode())
    file.name = "signals.json"
    made = client.post(f"{V1}/imports/", {"file": file, "of": "signals", "reason": "Tuned"}, format="multipart")
    assert made.status_code == 201, made.content
    url = f"{V1}/imports/{made.json()['id']}/"
    counts = client.post(f"{url}try/", {}).json()["counts"]
    assert (counts["changed"], counts["errors"]) == (1, 0)
    assert client_of(people.owner("Olga Other")).get(url).status_code == 404
    assert client.post(f"{url}apply/").json()["status"] == "APPLIED"
    assert Signal.objects.filter(workflow=triage, threshold="=Changed").count() == 1
    assert {row["outcome"] for row in client.get(f"{url}rows/").json()["results"]} == {"CHANGED", "UNCHANGED"}
    assert client.post(f"{url}undo/", {"reason": "Back"}).json()["status"] == "UNDONE"
    assert not Signal.objects.filter(threshold="=Changed").exists()
