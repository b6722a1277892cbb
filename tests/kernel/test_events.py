"""What changes no row is recorded as an event, by whoever acts."""

from datetime import UTC, datetime

import pytest

from registry.kernel.audit.context import acting
from registry.kernel.audit.events import label_of, note
from registry.kernel.audit.reading import entries_for
from registry.models import AuditEntry
from tests import people

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 19, 12, tzinfo=UTC)


def test_an_event_says_who_whence_and_in_which_request() -> None:
    user = people.auditor()
    with acting(user_id=user.pk, origin="API", unit_id="req-1", reason="Yearly audit"):
        note("DOWNLOADED", at=NOW, object_type="registry.document", object_id=4, detail={"sha256": "ab"})
    entry = AuditEntry.objects.get(event="DOWNLOADED")
    assert (entry.kind, entry.actor_id, entry.origin, entry.unit_id, entry.reason) == (
        "E", user.pk, "API", "req-1", "Yearly audit",
    )  # fmt: skip
    assert (entry.object_type, entry.object_id, entry.history_id, entry.at) == ("registry.document", "4", None, NOW)


def test_a_reason_of_its_own_comes_before_that_of_the_block() -> None:
    with acting(reason="The block"):
        assert note("REFUSED", at=NOW, reason="The event").reason == "The event"


def test_its_details_are_read_in_words() -> None:
    note("REFUSED", at=NOW, detail={"path": "/audit/", "user_agent": "", "rows": 3, "ok": True})
    entry = entries_for(list(AuditEntry.objects.filter(event="REFUSED")))[0]
    assert dict(entry.details) == {"Page": "/audit/", "Rows": "3", "Ok": "yes"}


def test_an_event_that_is_not_listed_speaks_for_itself() -> None:
    assert label_of("LEDGER_SEALED") == "Ledger sealed"
