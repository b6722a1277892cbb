"""Which incidents a signal belongs to, or belonged to before it was put back: for whoever reads its history."""

from collections.abc import Collection

from incidents.reports import owning
from intake.models import ReceivedSignal
from registry.kernel.audit.belonging import Rows, past


def declare_own() -> None:
    owning.declare(ReceivedSignal._meta.label_lower, _of_signals)


def _of_signals(numbers: Collection[int]) -> Rows:
    return past(ReceivedSignal, id__in=numbers).exclude(incident_id=None).order_by().values_list("incident_id")
