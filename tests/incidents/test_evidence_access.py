"""Who reads evidence: redacted copies after a second look, named people, holds lifted by another; pushed once."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from incidents.models import CustodyEvent, Evidence
from incidents.policies.evidence import may_download
from incidents.redacting import MARK, Passage
from incidents.services import custody, evidence, naming, pushing, reading, redacting
from incidents.tracing import Trace
from registry.kernel.access.verdict import Refused
from registry.kernel.http.errors import Conflict
from tests import people
from tests.incidents import making
from tests.incidents.making import after

pytestmark = pytest.mark.django_db
TEXT = "Claim 88123 of Ada Lovelace.\nada lovelace called twice.\n"
NAME = [Passage("Ada Lovelace", "name")]


def secret(content: bytes = TEXT.encode(), name: str = "ada.txt", **fields: Any) -> Evidence:
    incident = making.declared()
    about = making.about(title="Log of Ada Lovelace", is_restricted=True, **fields)
    return evidence.add_file(incident, by=incident.declared_by, upload=making.upload(content, name), **about)


def again(piece: Evidence) -> Evidence:
    return Evidence.objects.select_related("incident", "file", "redaction_of__incident", "redaction").get(pk=piece.pk)


def copied(piece: Evidence, **fields: Any) -> Evidence:
    given = {"passages": NAME, "title": "Log, redacted", "reason": "For the regulator", **fields}
    return again(redacting.copy_from_text(piece, by=piece.collected_by, at=after(30), **given))


def kinds(piece: Evidence) -> list[str]:
    return list(CustodyEvent.objects.filter(evidence=piece).values_list("kind", flat=True))


def test_a_copy_has_a_hash_and_a_chain_of_its_own_and_the_original_stays() -> None:
    piece = secret()
    copy = copied(piece, filename="log.txt")
    assert copy.file is not None
    assert piece.file is not None
    assert copy.file.read_bytes().decode() == f"Claim 88123 of {MARK} [name].\n{MARK} [name] called twice.\n"
    assert (copy.redaction_of, copy.filename, copy.redaction.taken_out) == (piece, "log.txt", "2 places: name")
    assert copy.file.sha256 != piece.file.sha256
    assert piece.file.read_bytes() == TEXT.encode()
    assert (kinds(piece), kinds(copy)) == (["RECEIVED", "READ", "REDACTED"], ["RECEIVED"])


def test_a_copy_is_as_closed_as_its_original_until_another_person_approved_it() -> None:
    copy = copied(secret())
    assert not may_download(people.member(), copy)
    with pytest.raises(Refused, match="another person"):
        redacting.approve(copy, by=copy.collected_by, at=after(31))
    redacting.approve(copy, by=people.risk(), at=after(32))
    assert may_download(people.member(), again(copy))
    assert not may_download(people.member(), again(copy.redaction_of or copy))
    with pytest.raises(Conflict, match="Approved"):
        redacting.refuse(again(copy), by=people.risk(), at=after(33), reason="Too late")
    assert kinds(copy)[-1] == "COPY_APPROVED"


def test_a_refused_copy_stays_closed() -> None:
    copy = copied(secret())
    redacting.refuse(copy, by=people.risk(), at=after(32), reason="The claim number is left in")
    assert not may_download(people.member(), again(copy))


@pytest.mark.parametrize(
    ("passages", "said"),
    [
        ([], "at least one"),
        ([Passage("A")], "too short"),
        ([Passage("Charles")], "does not stand"),
        ([Passage("Ada Lovelace", "Ada Lovelace")], "still be read"),
    ],
)
def test_marks_that_take_nothing_out_are_refused_and_nothing_is_made(passages: list[Passage], said: str) -> None:
    piece = secret()
    with pytest.raises(ValidationError, match=said):
        copied(piece, passages=passages)
    assert Evidence.objects.count() == 1


def test_what_is_no_text_is_redacted_elsewhere_and_uploaded() -> None:
    piece = secret(b"\x00\x01\x02\xff" * 40, "dump.bin")
    with pytest.raises(Conflict, match="Upload a copy"):
        copied(piece)
    lead = piece.collected_by
    with pytest.raises(Conflict, match="already evidence"):
        redacting.add_copy(
            piece, by=lead, at=after(30), upload=making.upload(b"\x00\x01\x02\xff" * 40), title="Same", taken_out="No",
            reason="No",
        )  # fmt: skip
    copy = redacting.add_copy(
        piece, by=lead, at=after(30), upload=making.upload(b"\x00" * 9, "ada-lovelace.bin"), title="Dump",
        taken_out="The header", reason="Names", filename="dump-redacted.bin",
    )  # fmt: skip
    assert (copy.filename, again(copy).is_restricted) == ("dump-redacted.bin", True)


def test_only_named_people_and_auditors_open_it_and_each_opening_is_recorded() -> None:
    piece = secret()
    lead = piece.collected_by
    row = naming.name(piece, person=people.member(), by=lead, at=after(30), reason="Her own file")
    assert [bool(may_download(user, row)) for user in (people.member(), lead, people.auditor(), people.risk())] == [
        True, True, True, False,
    ]  # fmt: skip
    custody.view(row, by=people.member(), at=after(31))
    assert list(reading.openings_of(row).values_list("actor_id", flat=True)) == [people.member().pk]
    with pytest.raises(Refused, match="named"):
        custody.view(row, by=people.risk(), at=after(31))
    copy = copied(row)
    assert not may_download(people.risk(), copy)
    with pytest.raises(Refused):
        redacting.approve(copy, by=people.risk(), at=after(32))
    naming.take_off(row, person=people.member(), by=lead, at=after(33), reason="Left")
    with pytest.raises(Conflict, match="left"):
        naming.take_off(row, person=lead, by=lead, at=after(33), reason="Me too")
    assert not may_download(people.member(), again(piece))
    naming.open_to_room(again(piece), by=lead, at=after(34), reason="No longer needed")
    assert may_download(people.risk(), again(piece))
    assert kinds(piece).count("NAMED") == 3


def test_a_responder_who_does_not_lead_names_nobody() -> None:
    with pytest.raises(Refused, match="lead"):
        naming.name(secret(), person=people.member(), by=people.responder("Rob"), at=after(30), reason="No")


def test_whoever_put_a_hold_on_does_not_lift_it() -> None:
    piece, risk = secret(), people.risk()
    custody.release(piece, by=risk, at=after(30), reason="Settled")
    custody.hold(piece, by=risk, at=after(31), reason="Appeal")
    with pytest.raises(Refused, match="another person"):
        custody.release(piece, by=risk, at=after(32), reason="Settled")
    custody.release(piece, by=people.risk("Second Risk"), at=after(32), reason="Settled")


def pushed(key: str = "run-1", **fields: Any) -> pushing.Pushed:
    incident = making.declared() if not Evidence.objects.exists() else Evidence.objects.earliest("pk").incident
    given = {"kind": "TRACE", "source": "otel", "trace_id": "A" * 32, "key": key, **fields}
    return pushing.push(incident, by=incident.declared_by, at=after(20), **given)


def test_what_a_pipeline_sends_twice_is_kept_once_and_another_content_under_its_key_is_refused() -> None:
    first, second = pushed(), pushed()
    assert (first.is_new, second.is_new, second.piece) == (True, False, first.piece)
    assert (first.piece.trace_id, first.piece.title) == ("a" * 32, "Trace from otel")
    with pytest.raises(Conflict, match="run-1"):
        pushed(trace_id="b" * 32)
    assert not pushed(key="").is_new
    assert pushed(key="", trace_id="", carried=Trace("c" * 32)).piece.trace_id == "c" * 32
    upload = {"kind": "RAW_OUTPUT", "key": "", "trace_id": ""}
    assert [pushed(upload=making.upload(b"out\n"), **upload).is_new for _once in range(2)] == [True, False]


def test_many_are_pushed_all_or_none() -> None:
    incident = making.declared()
    item = {"kind": "TRACE", "source": "otel"}
    rows = [{**item, "trace_id": f"{n:032x}"} for n in range(1, 41)]
    with pytest.raises(ValidationError, match="Item 41"):
        pushing.push_many(incident, [*rows, {**item, "trace_id": "0" * 32}], by=incident.declared_by, at=after(20))
    assert not Evidence.objects.exists()
    found = pushing.push_many(incident, [*rows, rows[0]], by=incident.declared_by, at=after(20))
    assert [each.is_new for each in found] == [True] * 40 + [False]
