"""The severity scale in force and what it asks for."""

from datetime import datetime

from incidents.models import Incident
from registry.models import OrganisationRules
from registry.organisation_rules import RulesKind
from registry.severities import Severity
from registry.severity_scale import Duties, duties


def scale_in_force(at: datetime) -> OrganisationRules:
    """The version of the organisation's severity scale that counts at `at`."""
    return OrganisationRules.objects.in_force(RulesKind.SEVERITY, at)


def duties_of(incident: Incident, at: datetime) -> Duties | None:
    """What the severity of this incident sets in motion; nothing for a near miss or a quality issue.

    A page asks several times about one moment, and is answered from memory.
    """
    if not incident.severity:
        return None
    asked = (incident.severity, at)
    kept: tuple[object, Duties] | None = getattr(incident, "_duties", None)
    if kept is None or kept[0] != asked:
        kept = (asked, duties(scale_in_force(at).definition, Severity(incident.severity)))
        incident._duties = kept  # type: ignore[attr-defined]
    return kept[1]
