"""Whether a report can show what was known at a moment."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from incidents.models import Incident
from registry.kernel.audit.asof import one
from registry.models import GateRequest, Workflow


def require_past(known_at: datetime | None, *, at: datetime) -> None:
    """Raises ValidationError under `at` for a moment that has not come yet."""
    if known_at is not None and known_at > at:
        raise ValidationError({"at": _("This moment has not come yet. Nothing is known of it.")})


def require_known(record: Incident | Workflow | GateRequest, known_at: datetime | None, *, at: datetime) -> None:
    """Raises ValidationError under `at` where the record was not there yet, or not there any more."""
    require_past(known_at, at=at)
    if known_at is not None and one(type(record), record.pk, known_at) is None:
        raise ValidationError({"at": _("At this moment it was not on record.")})
