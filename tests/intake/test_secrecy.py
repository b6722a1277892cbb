"""What has to do with a restricted incident is told to those who see it, whatever the way."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from incidents.models import Incident
from intake.models import ReceivedSignal, SignalDelivery
from intake.services import deciding, receiving
from registry.kernel.audit import watching
from registry.kernel.http.moments import written
from registry.models import AuditEntry
from tests import people
from tests.api.clients import V1, client_of, problem_of
from tests.intake import making, messages
from tests.intake.test_pages import client_of as browser_of

pytestmark = pytest.mark.django_db


def hidden_with(signal: ReceivedSignal) -> Incident:
    return deciding.promote(
        [signal], by=people.risk(), at=timezone.now(), title="Secretly wrong", summary="Quiet", workflow=None,
        is_restricted=True,
    )  # fmt: skip


def test_the_past_of_a_signal_names_no_restricted_incident_once_it_was_put_back() -> None:
    signal = making.signal()
    hidden = hidden_with(signal)
    tied_at = timezone.now()
    deciding.put_back(signal, by=people.risk(), at=timezone.now(), reason="Another thing")
    then = {"at": written(tied_at), "tab": "ALL"}
    for address in (reverse("signals"), signal.get_absolute_url()):
        seen = browser_of(people.risk()).get(address, then, follow=True).content.decode()
        assert hidden.reference in seen
        for person in (people.responder(), people.executive()):
            text = browser_of(person).get(address, then, follow=True).content.decode()
            assert hidden.reference not in text
            assert f"/incidents/{hidden.pk}/" not in text
    rows = client_of(people.responder()).get(f"{V1}/received-signals/", {"at": written(tied_at)}).json()["results"]
    assert rows == []


def test_a_message_is_closed_until_it_is_known_what_it_speaks_of() -> None:
    source, _token = making.source()
    delivery = receiving.receive(source, messages.alertmanager(), at=timezone.now()).delivery
    page, api = reverse("signal-delivery", args=[delivery.pk]), f"{V1}/signal-deliveries/{delivery.pk}/"
    text = browser_of(people.responder()).get(page).content.decode()
    assert "has not been read yet" in text
    assert "WrongAnswers" not in text
    problem_of(client_of(people.responder()).get(api), 403)
    assert "WrongAnswers" in browser_of(people.risk()).get(page).content.decode()
    making.take_in()
    assert "WrongAnswers" in browser_of(people.responder()).get(page).content.decode()


def test_what_could_not_be_read_is_closed_where_the_source_speaks_of_a_hidden_incident() -> None:
    signal = making.signal()
    making.deliver(signal.source, b'{"alerts": "about a person"}')
    page = reverse("signal-delivery", args=[SignalDelivery.objects.latest("pk").pk])
    assert "about a person" in browser_of(people.responder()).get(page).content.decode()
    hidden_with(signal)
    assert "about a person" not in browser_of(people.responder()).get(page).content.decode()
    assert "about a person" in browser_of(people.auditor()).get(page).content.decode()


def test_reading_the_history_of_a_signal_that_was_in_a_restricted_incident_goes_on_record() -> None:
    signal = making.signal()
    hidden = hidden_with(signal)
    deciding.put_back(signal, by=people.risk(), at=timezone.now(), reason="Another thing")
    at = timezone.now() + timedelta(minutes=11)
    watching.shown([], by=people.auditor(), at=at, besides=[("intake.receivedsignal", signal.pk)])
    seen: Any = AuditEntry.objects.filter(event="VIEWED", object_type="incidents.incident", object_id=str(hidden.pk))
    assert seen.filter(actor_id=people.auditor().pk).exists()


def test_a_signed_kind_without_a_secret_takes_nothing() -> None:
    from intake.models import SignalSource
    from intake.views import proving

    source = SignalSource(kind="SENTRY", has_signature=False, is_enabled=True)
    with pytest.raises(proving.Rejected) as refused:
        proving._signed(source, {}, b"{}", timezone.now())
    assert refused.value.status == 401
    assert Client().post("/in/sentry/nobody", b"{}", content_type="application/json").status_code == 404
