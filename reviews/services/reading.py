"""That somebody read an action item of a restricted incident is part of the record."""

from datetime import datetime

from incidents.services import reading
from registry.models import User
from reviews.models import ActionItem


def opened(item: ActionItem, *, by: User, at: datetime) -> None:
    """Note it under the item: whoever must do it may read it and not the incident."""
    reading.part_opened(item._meta.label_lower, item.pk, item.incident, by=by, at=at)
