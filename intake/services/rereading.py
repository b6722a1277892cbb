"""Reading again what could not be read or taken in, once what was wrong has been mended."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from incidents.services.wording import required
from intake.kinds import Outcome
from intake.models import SignalDelivery, SignalSource
from intake.policies import deliveries as policies
from intake.policies import sources as source_policies
from intake.services.calling import worker
from registry.kernel.access.verdict import require
from registry.kernel.audit.context import acting
from registry.kernel.audit.events import note
from registry.kernel.http.errors import Conflict
from registry.models import User

AGAIN: Final = (Outcome.UNREADABLE, Outcome.FAILED)
EVENT: Final = "SIGNALS_READ_AGAIN"


def read_again(delivery: SignalDelivery, *, by: User, at: datetime, reason: str) -> SignalDelivery:
    """This one. The worker reads it as if it had just arrived; what it says keeps its time."""
    with transaction.atomic():
        found = SignalDelivery.objects.select_for_update(of=("self",)).select_related("source").get(pk=delivery.pk)
        require(policies.may_read_again, by, found)
        _put_back([found.pk], found.source, by=by, at=at, reason=reason)
        found.refresh_from_db()
        return found


def read_all_again(source: SignalSource, *, by: User, at: datetime, reason: str) -> int:
    """All of a source that could not be read or taken in; how many."""
    with transaction.atomic():
        require(source_policies.may_add, by)
        rows = SignalDelivery.objects.filter(source=source, outcome__in=AGAIN)
        numbers = list(rows.select_for_update(of=("self",)).order_by("pk").values_list("pk", flat=True))
        if not numbers:
            raise Conflict(_("Everything that arrived could be read."))
        _put_back(numbers, source, by=by, at=at, reason=reason)
        return len(numbers)


def _put_back(numbers: Sequence[int], source: SignalSource, *, by: User, at: datetime, reason: str) -> None:
    """The rows are locked; that it happened, and why, is an event of the source."""
    why = required("reason", reason, limit=500)
    rows = SignalDelivery.objects.filter(pk__in=numbers)
    rows.update(outcome=Outcome.PENDING, problem="", events=0, processed_at=None)
    with acting(user_id=by.pk, reason=why):
        note(
            EVENT, at=at, object_type=source._meta.label_lower, object_id=source.pk,
            detail={"count": len(numbers), "first": numbers[0]},
        )  # fmt: skip
    transaction.on_commit(worker.call, robust=True)
