"""A clock ran ahead and was put right: what it left in the future stops nothing, and is seen."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from registry.models import Checkpoint, Heartbeat, IntegrityCheck, Receipt
from registry.reports import ledger
from registry.services import record_checks
from registry.services.witnesses import send_checkpoints
from tests import people
from tests.ledger.outside.conftest import sealed
from tests.signing_in import signed_in

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
LATER = datetime(2099, 1, 1, 12, 0, tzinfo=UTC)


def send(at: datetime) -> int:
    return send_checkpoints(at=lambda: at)


@pytest.mark.parametrize("kind", ["folder", "mail"])
def test_a_receipt_of_a_later_time_keeps_no_checkpoint_back(kind: str, settings: Any, tmp_path: Any) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    if kind == "mail":
        settings.LEDGER_WITNESS_MAIL = ["auditor@example.test"]
    else:
        settings.LEDGER_WITNESS_FOLDER = str(tmp_path / "drop")
    sealed("One")
    assert send(LATER) == 1
    newest = sealed("Two")
    assert send(NOW) == 1
    assert Receipt.objects.get(sent_at=NOW).checkpoint == newest
    sealed("Three")
    assert send(NOW + timedelta(minutes=30)) == 0, "and it is not sent more often than before"


def test_an_attempt_of_a_later_time_is_tried_again(settings: Any, tmp_path: Any) -> None:
    (tmp_path / "drop").write_text("a file in the way")
    settings.LEDGER_WITNESS_FOLDER = str(tmp_path / "drop")
    sealed("One")
    assert send(LATER) == 0
    (tmp_path / "drop").unlink()
    assert send(NOW) == 1


def test_a_check_of_a_later_time_does_not_stop_the_daily_one() -> None:
    for subject in record_checks.SUBJECTS:
        IntegrityCheck.objects.create(subject=subject, started_at=LATER, finished_at=LATER)
    for _piece in range(200):
        record_checks.check_a_little(at=lambda: NOW, seconds=60)
    assert IntegrityCheck.objects.filter(started_at=NOW, finished_at__isnull=False).count() == 2


def parts() -> dict[str, str]:
    found: dict[str, str] = Client().get("/readyz").json()["parts"]
    return found


def test_the_heartbeat_of_a_dead_process_does_not_count_as_running() -> None:
    Heartbeat.objects.create(name="seal@gone", at=LATER)
    Heartbeat.objects.create(name="worker@gone", at=LATER)
    sealed("One")
    assert parts()["ledger"].startswith("the clock was set back")
    assert parts()["worker"].startswith("the clock was set back")
    standing = ledger.standing(at=timezone.now())
    assert not standing.is_sealing
    assert standing.clock_was_set_back


def test_a_process_that_runs_is_not_hidden_behind_one_of_a_later_time() -> None:
    for name in ("seal", "worker"):
        Heartbeat.objects.create(name=f"{name}@gone", at=LATER)
        Heartbeat.objects.create(name=f"{name}@here", at=timezone.now())
    sealed("One")
    assert (parts()["ledger"], parts()["worker"]) == ("ok", "ok")
    standing = ledger.standing(at=timezone.now())
    assert [each.name for each in standing.sequencers] == ["seal@here", "seal@gone"]
    assert (standing.is_sealing, standing.clock_was_set_back) == (True, False)


def test_the_page_says_that_the_clock_was_set_back(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("registry.kernel.ledger.sequencing.timezone.now", lambda: LATER)
        sealed("One")
    assert Checkpoint.objects.get().signed_at == LATER
    page = signed_in(people.auditor("Aud Itor")).get("/audit/ledger/").content.decode()
    assert "The clock was set back" in page
    assert sealed("Two").signed_at < LATER, "it signs on"
