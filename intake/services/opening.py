"""What a message speaks of, as somebody opens it: each restricted incident in it learns who looked."""

from datetime import datetime

from incidents.services import reading
from intake.models import ReceivedSignal, SignalDelivery
from registry.models import User


def spoken_of(delivery: SignalDelivery, *, by: User, at: datetime) -> list[ReceivedSignal]:
    rows = ReceivedSignal.objects.filter(sightings__delivery=delivery).distinct().select_related("incident")
    found = list(rows.order_by("pk"))
    for incident in {row.incident for row in found if row.incident is not None}:
        reading.opened(incident, by=by, at=at)
    return found
