"""The severity scale in force and what it asks for."""

from datetime import datetime

from incidents.models import Incident, SeverityScale
from incidents.severity_inputs import Severity
from incidents.severity_scale import Duties, duties


def scale_in_force(at: datetime) -> SeverityScale:
    """The newest version in force at `at`; the first one for what happened before there was any."""
    found = SeverityScale.objects.filter(effective_at__lte=at).order_by("-number").first()
    return found or SeverityScale.objects.earliest("number")


def duties_of(incident: Incident, at: datetime) -> Duties | None:
    """What the severity of this incident sets in motion; nothing for a near miss or a quality issue."""
    if not incident.severity:
        return None
    return duties(scale_in_force(at).definition, Severity(incident.severity))
