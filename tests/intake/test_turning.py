"""Deliveries become signals: one row for each thing told apart, nothing lost, nothing counted twice."""

import re
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.core.exceptions import ValidationError
from django.db import OperationalError
from django.urls import reverse
from django.utils import timezone

from incidents.models import Incident, TimelineEntry
from intake.models import ReceivedSignal, SignalDelivery, SignalSighting
from intake.services import deciding, gathering, receiving, rereading, sources, turning
from registry.kernel.access.verdict import Refused
from registry.kernel.notify.models import Notice
from registry.models import AuditEntry
from tests import people
from tests.api.clients import V1
from tests.api.clients import client_of as api_of
from tests.intake import making, messages
from tests.intake.test_pages import client_of as browser_of
from tests.registry.making import workflow

pytestmark = pytest.mark.django_db

OVER = "2026-11-30T09:40:00Z"


def test_the_same_alert_again_adds_to_the_count_and_no_row() -> None:
    source, _token = making.source()
    for _time in range(3):
        making.deliver(source, messages.alertmanager())
    signal = ReceivedSignal.objects.get()
    assert (signal.count, signal.status, signal.level, signal.state) == (3, "FIRING", "critical", "WAITING")
    assert SignalSighting.objects.filter(signal=signal).count() == 3
    assert signal.history.count() == 1, "counting is no change of the record"


def test_a_source_that_resolves_marks_the_signal_and_closes_no_incident() -> None:
    source, _token = making.source()
    signal = making.signal(source)
    incident = deciding.promote(
        [signal], by=people.responder(), at=timezone.now(), title="Wrong letters", summary="One in ten", workflow=None
    )
    making.deliver(source, messages.alertmanager(messages.alert(over_at=OVER)))
    signal.refresh_from_db()
    incident.refresh_from_db()
    assert (signal.status, signal.state, incident.state) == ("RESOLVED", "TIED", "OPEN")
    texts = TimelineEntry.objects.filter(incident=incident, kind="SIGNAL").values_list("text", flat=True)
    assert any("over there" in text for text in texts)


def test_what_arrives_late_does_not_undo_what_is_newer() -> None:
    source, _token = making.source()
    making.deliver(source, messages.alertmanager(messages.alert(over_at=OVER)))
    making.deliver(source, messages.alertmanager())
    assert ReceivedSignal.objects.get().status == "RESOLVED"


def test_trouble_that_comes_back_after_it_was_decided_is_asked_anew() -> None:
    source, _token = making.source()
    signal = making.signal(source)
    deciding.dismiss([signal], by=people.responder(), at=timezone.now(), reason="A test of the alerting")
    making.deliver(source, messages.alertmanager())
    assert ReceivedSignal.objects.count() == 1, "it never stopped firing"
    making.deliver(source, messages.alertmanager(messages.alert(over_at=OVER)))
    again = messages.alert() | {"startsAt": "2026-11-30T09:59:00Z"}
    making.deliver(source, messages.alertmanager(again))
    old, new = ReceivedSignal.objects.order_by("pk")
    assert (old.is_current, old.state, old.count) == (False, "DISMISSED", 3)
    assert (new.is_current, new.state, new.count) == (True, "WAITING", 1)


def test_the_workflow_is_found_by_label_then_rule_then_default() -> None:
    named, ruled, rest = (workflow(name=name) for name in ("Letter assistant", "Claims triage", "All the rest"))
    rules = [{"label": "team", "value": "claims*", "workflow": ruled}]
    source, _token = making.source(binding_rules=rules, default_workflow=rest)
    rows = [
        messages.alert(fingerprint="1", ai_workflow=named.slug, team="claims"),
        messages.alert(fingerprint="2", ai_workflow=named.reference),
        messages.alert(fingerprint="3", team="claims-night"),
        messages.alert(fingerprint="4", ai_workflow="nobody-knows"),
    ]
    making.deliver(source, messages.alertmanager(*rows))
    found = ReceivedSignal.objects.order_by("pk").values_list("workflow", "bound_by")
    assert list(found) == [(named.pk, "LABEL"), (named.pk, "LABEL"), (ruled.pk, "RULE"), (rest.pk, "DEFAULT")]


def test_what_cannot_be_read_is_kept_with_the_reason_and_holds_up_nothing() -> None:
    source, _token = making.source()
    making.deliver(source, b'{"alerts": ')
    making.deliver(source, messages.alertmanager())
    bad, good = SignalDelivery.objects.order_by("pk")
    assert (bad.outcome, good.outcome) == ("UNREADABLE", "READ")
    assert "not JSON" in bad.problem
    assert bytes(bad.body.content) == b'{"alerts": '


def test_a_delivery_that_breaks_the_code_is_found_by_halves_set_aside_alone_and_read_again() -> None:
    source, _token = making.source()
    for number in range(32):
        body = messages.alertmanager(messages.alert(fingerprint=str(number)))
        receiving.receive(source, body, at=timezone.now())
    true_gather, batches = gathering.gather, []

    def breaks(source: Any, pieces: Any, *, at: Any) -> gathering.Gathered:
        batches.append(len(pieces))
        if any(piece.event.key.startswith("21 ") for piece in pieces):
            raise ZeroDivisionError("what the message says")
        return true_gather(source, pieces, at=at)

    with patch.object(gathering, "gather", breaks):
        making.take_in()
    failed = SignalDelivery.objects.get(outcome="FAILED")
    assert re.fullmatch(r"ZeroDivisionError \(test_turning.py, \d+\)", failed.problem), "nothing of the message"
    assert (ReceivedSignal.objects.count(), len(batches) < 20) == (31, True)
    with pytest.raises(Refused):
        rereading.read_again(failed, by=people.responder(), at=timezone.now(), reason="Mended")
    rereading.read_again(failed, by=people.risk(), at=timezone.now(), reason="Mended")
    making.take_in()
    assert (ReceivedSignal.objects.count(), SignalDelivery.objects.exclude(outcome="READ").count()) == (32, 0)
    assert AuditEntry.objects.get(event="SIGNALS_READ_AGAIN").reason == "Mended"


def test_what_could_not_be_read_is_read_again_once_the_mapping_is_mended_by_page_and_api() -> None:
    source, _token = making.source("GENERIC", mapping={"title": "name"})
    making.deliver(source, b'{"run": "One"}', b'{"run": "Two"}')
    assert set(SignalDelivery.objects.values_list("outcome", flat=True)) == {"UNREADABLE"}
    sources.edit(source, by=people.risk(), at=timezone.now(), reason="Mended", mapping={"title": "run"})
    first, second = SignalDelivery.objects.order_by("pk")
    answer = api_of(people.risk()).post(f"{V1}/signal-deliveries/{first.pk}/read-again/", {"reason": "Mended"})
    assert (answer.status_code, answer.json()["outcome"]) == (200, "PENDING")
    page = reverse("signal-source-again", args=[source.pk])
    assert browser_of(people.administrator()).post(page, {"reason": "Mended"}).status_code == 302
    making.take_in()
    assert set(ReceivedSignal.objects.values_list("title", flat=True)) == {"One", "Two"}
    answer = api_of(people.administrator()).post(f"{V1}/signal-sources/{source.pk}/read-again/", {"reason": "Again"})
    assert answer.status_code == 409
    assert browser_of(people.responder()).get(reverse("signal-delivery-again", args=[second.pk])).status_code == 403


def test_a_source_that_fails_keeps_no_other_from_being_read() -> None:
    (first, _one), (second, _two) = making.source(), making.source()
    for source in (first, second):
        receiving.receive(source, messages.alertmanager(), at=timezone.now())
    true_turn = turning.turn

    def fails(pk: int, **more: Any) -> int:
        if pk == first.pk:
            raise OperationalError("deadlock")
        return true_turn(pk, **more)

    with patch.object(turning, "turn", fails):
        assert turning.sweep(at=timezone.now()) == 1
    assert ReceivedSignal.objects.get().source == second


def test_a_storm_by_rule_makes_one_incident_and_loses_nothing() -> None:
    one, other = workflow(name="Letter assistant"), workflow(name="Claims triage")
    source, _token = making.source(promotes=True, promote_levels=["Critical"])
    for message in range(10):
        alerts = [
            messages.alert(fingerprint=f"{message % 5}-{n}", ai_workflow=(one if n % 2 else other).slug)
            for n in range(50)
        ]
        receiving.receive(source, messages.alertmanager(*alerts), at=timezone.now())
    making.take_in()
    incident = Incident.objects.get()
    rows = ReceivedSignal.objects.all()
    assert rows.count() == 250
    assert sum(row.count for row in rows) == SignalSighting.objects.count() == 500
    assert {(row.state, row.incident_id, row.is_by_rule) for row in rows} == {("TIED", incident.pk, True)}
    assert {link.workflow_id for link in incident.links.all()} == {one.pk, other.pk}
    assert not incident.assignments.exists(), "a rule leads nothing"
    assert TimelineEntry.objects.filter(kind="SIGNAL").count() < 10


def test_what_a_person_put_back_is_left_to_people_by_the_rule() -> None:
    source, _token = making.source(promotes=True, promote_levels=["critical"])
    signal = making.signal(source)
    assert signal.state == "TIED"
    assert signal.history.count() == 1, "tied as it was made, not afterwards"
    deciding.put_back(signal, by=people.responder(), at=timezone.now(), reason="Another thing")
    making.deliver(source, messages.alertmanager())
    signal.refresh_from_db()
    assert (signal.state, signal.count) == ("WAITING", 2)


def test_a_rule_that_cannot_declare_says_so_and_leaves_the_signals_in_the_inbox() -> None:
    owner, staying = people.risk("Gone Tomorrow"), people.risk()
    source, _token = making.source(by=owner, promotes=True, promote_levels=["critical"])
    owner.is_active = False
    owner.save()
    making.deliver(source, messages.alertmanager(), messages.alertmanager())
    assert ReceivedSignal.objects.get().state == "WAITING"
    assert not Incident.objects.exists()
    told = Notice.objects.filter(kind="SIGNALS")
    assert {notice.recipient for notice in told} == {staying}
    page = browser_of(people.risk()).get(source.get_absolute_url()).content.decode()
    assert "Only people with an active account may declare" in page
    with pytest.raises(ValidationError):
        sources.edit(source, by=people.risk(), at=timezone.now(), reason="Other levels", promote_levels=["page"])
    sources.edit(source, by=people.risk(), at=timezone.now(), reason="Another owner", owner=people.risk())
    making.deliver(source, messages.alertmanager())
    source.refresh_from_db()
    assert (source.rule_problem, ReceivedSignal.objects.get().state, told.count()) == ("", "TIED", 1)


def test_every_delivery_is_an_entry_of_the_ledger_without_its_body() -> None:
    source, _token = making.source()
    making.deliver(source, messages.alertmanager())
    entry = AuditEntry.objects.get(event="SIGNAL_RECEIVED")
    delivery = SignalDelivery.objects.get()
    assert (entry.object_type, entry.object_id) == ("intake.signalsource", str(source.pk))
    assert delivery.sha256.encode() in bytes(entry.payload or b"")
    assert b"WrongAnswers" not in bytes(entry.payload or b"")


def test_what_rests_waits_again_when_its_time_has_come() -> None:
    signal, now = making.signal(), timezone.now()
    deciding.later([signal], by=people.responder(), at=now, until=now + timedelta(hours=1))
    assert deciding.wake(at=now) == 0
    assert deciding.wake(at=now + timedelta(hours=2)) == 1
    signal.refresh_from_db()
    assert signal.state == "WAITING"
