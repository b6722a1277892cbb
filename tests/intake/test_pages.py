"""The inbox, a signal, decisions about it, sources, and reports of people, by page."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from incidents.models import Incident
from intake.models import ReceivedSignal, SignalDelivery, SignalSource, SourceToken
from intake.services import deciding, sources, tokens
from registry.kernel.access import sealed_secrets
from registry.models import User
from tests import people
from tests.intake import making, messages
from tests.registry.making import workflow

pytestmark = pytest.mark.django_db


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def page(person: User, name: str, *args: Any, **query: str) -> str:
    answer = client_of(person).get(reverse(name, args=args), query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_the_inbox_shows_what_waits_with_facets_and_counts(django_assert_num_queries: Any) -> None:
    source, _token = making.source()
    rows = [messages.alert(f"Alert{n}", fingerprint=str(n), severity="page" if n % 3 else "info") for n in range(60)]
    making.deliver(source, messages.alertmanager(*rows))
    client = client_of(people.responder())
    client.get(reverse("signals"))
    with django_assert_num_queries(9):
        text = client.get(reverse("signals"), {"level": "page"}).content.decode()
    assert "40 in this view" in text
    assert "Alert1:" in text
    assert "1–40 of 40" in text
    assert "Alert59" in client.get(reverse("signals"), {"q": "alert59"}).content.decode()


def test_owners_see_the_signals_of_their_workflows_and_members_what_they_reported() -> None:
    mine = workflow(name="Letter assistant", business_owner=people.owner())
    source, _token = making.source()
    making.deliver(
        source, messages.alertmanager(messages.alert(ai_workflow=mine.slug), messages.alert("Other", fingerprint="2"))
    )
    text = page(people.owner(), "signals")
    assert "WrongAnswers" in text
    assert "Other:" not in text
    assert "WrongAnswers" not in page(people.member(), "signals")
    hidden = ReceivedSignal.objects.get(workflow=None)
    answer = client_of(people.owner()).get(hidden.get_absolute_url())
    assert answer.status_code == 404


def test_a_signal_becomes_an_incident_that_knows_since_when(client: Client) -> None:
    signal = making.signal(description="Ratio 0.11")
    by = client_of(people.responder())
    form = by.get(reverse("signal-promote", args=[signal.pk])).content.decode()
    assert "one letter in ten is wrong" in form
    answer = by.post(
        reverse("signal-promote", args=[signal.pk]),
        {"title": "Letters are wrong", "summary": "", "workflow": "unknown", "harm": "NOT_SURE", "kind": "UNKNOWN"},
    )
    incident = Incident.objects.get()
    assert answer["Location"] == reverse("incident", args=[incident.pk])
    told = by.get(answer["Location"]).content.decode()
    assert f'content="promote-{signal.pk}"' in told, "what was typed need not stay in the browser"
    signal.refresh_from_db()
    assert (signal.state, signal.incident_id) == ("TIED", incident.pk)
    assert incident.moments.get(kind="DETECTED").at == signal.first_seen_at
    room = page(people.responder(), "incident-signals", incident.pk)
    assert signal.reference in room
    assert signal.reference in page(people.responder(), "incident", incident.pk)


def test_what_is_tied_to_a_restricted_incident_is_gone_for_others() -> None:
    signal = making.signal()
    incident = deciding.promote(
        [signal], by=people.risk(), at=timezone.now(), title="Secretly wrong", summary="Quiet", workflow=None,
        is_restricted=True,
    )  # fmt: skip
    delivery = SignalDelivery.objects.get()
    for address in (signal.get_absolute_url(), reverse("signal-delivery", args=[delivery.pk]),
                    reverse("incident-signals", args=[incident.pk])):  # fmt: skip
        assert client_of(people.responder()).get(address).status_code == 404
        assert client_of(people.risk()).get(address).status_code == 200
    assert signal.reference not in page(people.responder(), "signals", tab="ALL")
    assert "Secretly" not in page(people.responder(), "signals", tab="TIED")


def test_a_closed_or_decided_one_is_refused_kindly() -> None:
    signal = making.signal()
    deciding.dismiss([signal], by=people.responder(), at=timezone.now(), reason="A drill of the platform team")
    answer = client_of(people.responder("Rob Responder")).post(
        reverse("signal-dismiss", args=[signal.pk]), {"reason": "Me too"}
    )
    assert answer.status_code == 409
    assert "decided meanwhile" in answer.content.decode()
    back = client_of(people.responder()).post(reverse("signal-put-back", args=[signal.pk]), {"reason": "It was real"})
    assert back.status_code == 302
    signal.refresh_from_db()
    assert (signal.state, signal.reason) == ("WAITING", "It was real")


def test_many_are_decided_with_one_reason_and_those_decided_before_are_left_out() -> None:
    source, _token = making.source()
    making.deliver(source, messages.alertmanager(*(messages.alert(fingerprint=str(n)) for n in range(4))))
    first, *rest = ReceivedSignal.objects.order_by("pk")
    deciding.dismiss([first], by=people.risk(), at=timezone.now(), reason="Known")
    client, numbers = client_of(people.responder()), [row.pk for row in (first, *rest)]
    asked = client.post(reverse("signals-decide", args=["dismiss"]), {"rows": numbers}).content.decode()
    assert "1 was left out" in asked
    client.post(reverse("signals-decide", args=["dismiss"]), {"rows": numbers, "asked": "1", "reason": "Maintenance"})
    assert set(ReceivedSignal.objects.values_list("reason", flat=True)) == {"Known", "Maintenance"}


def test_attaching_offers_what_may_be_the_same_first() -> None:
    first, second = making.signal(), making.signal(making.source()[0], fingerprint="2")
    deciding.promote(
        [first], by=people.responder(), at=timezone.now(), title="Letter mix-up", summary="x", workflow=None
    )
    other = Incident.objects.get()
    text = page(people.responder(), "signal-attach", second.pk)
    assert other.reference in text
    answer = client_of(people.responder()).post(reverse("signal-attach", args=[second.pk]), {"incident": other.pk})
    assert answer.status_code == 302
    assert other.signals.count() == 2


def test_a_source_is_set_up_and_its_token_shown_once() -> None:
    client = client_of(people.administrator())
    given = {"kind": "GENERIC", "name": "Nightly checks", "owner": people.risk().pk, "signature_secret": "quiet-secret"}
    answer = client.post(reverse("signal-source-new"), given, follow=True)
    text = answer.content.decode()
    source, (shown,) = SignalSource.objects.get(), set(re.findall(r"hfs_[\w-]{20,}", text))
    assert tokens.opens(shown, at=timezone.now()) == source
    assert "Waiting for the first delivery" in text
    again = client.get(source.get_absolute_url()).content.decode()
    assert SourceToken.objects.get().prefix in again
    assert not re.findall(r"hfs_[\w-]{20,}", again)
    assert "quiet-secret" not in text + again
    assert sealed_secrets.opened(source.signature_secret) == "quiet-secret"
    assert "quiet-secret" not in source.signature_secret
    assert "signature_secret" not in {field.name for field in SignalSource.history.model._meta.get_fields()}


def test_rules_are_refused_by_their_line_and_nothing_typed_is_lost() -> None:
    source, _token = making.source()
    given = {"name": "X", "owner": people.risk().pk, "rules": "team=claims WF-9999\nnonsense", "reason": "Try"}
    answer = client_of(people.risk()).post(reverse("signal-source-edit", args=[source.pk]), given)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Line 2 is not a rule" in text
    assert "team=claims WF-9999" in text


def test_two_who_edit_a_source_see_both_versions_and_what_is_set_stays() -> None:
    old = workflow(name="Old letters", stage="RETIRED")
    source, _token = making.source(default_workflow=old)
    address, client = reverse("signal-source-edit", args=[source.pk]), client_of(people.risk())
    given = {
        "name": "Mine", "owner": people.risk().pk, "is_enabled": "on", "default_workflow": old.pk, "rules": "",
        "reason": "Try", "opened_version": source.version,
    }  # fmt: skip
    sources.edit(source, by=people.risk("Rita Risk"), at=timezone.now(), reason="Hers", name="Hers")
    answer = client.post(address, given)
    text = answer.content.decode()
    assert "Somebody changed this while you were editing" in text
    assert "Mine" in text
    assert "Hers" in text
    source.refresh_from_db()
    assert client.post(address, {**given, "opened_version": source.version}).status_code == 302
    source.refresh_from_db()
    assert (source.name, source.default_workflow) == ("Mine", old)


def test_only_risk_staff_let_a_source_make_incidents() -> None:
    source, _token = making.source()
    given = {
        "name": "X", "owner": people.risk().pk, "rules": "", "reason": "Try", "promotes": "on", "levels": "critical"
    }  # fmt: skip
    address = reverse("signal-source-edit", args=[source.pk])
    assert client_of(people.administrator()).post(address, given).status_code == 403
    assert client_of(people.risk()).post(address, given).status_code == 302
    source.refresh_from_db()
    assert source.promotes


def test_a_mapping_is_tried_on_a_sample_before_it_is_saved() -> None:
    source, _token = making.source("GENERIC")
    client, address = client_of(people.administrator()), reverse("signal-source-mapping", args=[source.pk])
    given = {
        "sample": '{"check": {"name": "Nightly", "sev": "High"}}',
        "path_title": "check.name",
        "path_level": "/check/sev",
    }
    text = client.post(address, {**given, "try": "1"}).content.decode()
    assert "It makes 1 signal" in text
    assert "high" in text
    assert "check.sev" in text
    assert client.post(address, {**given, "save": "1", "reason": ""}).status_code == 422
    client.post(address, {**given, "save": "1", "reason": "First"})
    source.refresh_from_db()
    assert source.mapping == {"title": "check.name", "level": "/check/sev"}


def test_what_a_member_reports_waits_in_the_inbox_under_their_name() -> None:
    client = client_of(people.member())
    given = {"title": "It told me a wrong amount", "text": "Twice today", "workflow": "unknown", "link": ""}
    text = client.post(reverse("report-problem"), given, follow=True).content.decode()
    assert "DLV-" in text
    making.take_in()
    signal = ReceivedSignal.objects.get()
    assert (signal.reported_by, signal.status, signal.source.kind) == (people.member(), "REPORTED", "PEOPLE")
    assert signal.title in page(people.responder(), "signals")
    assert signal.title in page(people.member(), "signals")


def test_strangers_report_only_where_they_may_and_learn_nothing_but_a_reference(settings: Any) -> None:
    client, address = Client(), reverse("report-as-stranger")
    assert client.get(address).status_code == 404
    settings.ANONYMOUS_REPORTS = True
    answer = client.post(address, {"title": "Your letter insulted me", "text": "", "link": ""})
    assert "DLV-" in answer.content.decode()
    making.take_in()
    assert ReceivedSignal.objects.get().labels == {"reported": "anonymously"}
    assert client.post(address, {"title": "x", "link": "javascript:alert(1)"}).status_code == 422
    for _time in range(6):
        last = client.post(address, {"title": "Again"})
    assert last.status_code == 429


def test_the_body_of_a_message_is_shown_as_text_only() -> None:
    source, _token = making.source()
    making.deliver(source, b'{"alerts": "<script>alert(1)</script>"}')
    text = page(people.auditor(), "signal-delivery", SignalDelivery.objects.get().pk)
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text
    assert "no list" in text
