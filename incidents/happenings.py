"""What may happen to an incident that others are told of, by the names that receivers know it by.

A name never changes its meaning. What is said under it may gain fields; whatever would break a receiver gets a new
version at the end of the name.
"""

from typing import Final

from django.utils.translation import gettext_lazy as _

from registry.labelled import Labelled

NAMESPACE: Final = "holdfast.incident"
VERSION: Final = "v1"
TEST: Final = "holdfast.webhook.test.v1"
"""Says nothing of any incident; sent when somebody tries an endpoint."""


class Happening(Labelled):
    DECLARED = "DECLARED", _("Declared or reported")
    STATE_CHANGED = "STATE_CHANGED", _("State changed")
    CONTAINED = "CONTAINED", _("Contained")
    SEVERITY_CHANGED = "SEVERITY_CHANGED", _("Severity changed")
    SEVERITY_ASSESSED = "SEVERITY_ASSESSED", _("Severity assessed")
    DETAILS_CHANGED = "DETAILS_CHANGED", _("Title, facts or another detail changed")
    VISIBILITY_CHANGED = "VISIBILITY_CHANGED", _("Restricted, or opened to everyone")
    ACCESS_CHANGED = "ACCESS_CHANGED", _("Somebody let in")
    WORKFLOWS_CHANGED = "WORKFLOWS_CHANGED", _("Affected workflows changed")
    LINKS_CHANGED = "LINKS_CHANGED", _("Linked to another incident, or no longer")
    TIMELINE_ENTRY = "TIMELINE_ENTRY", _("Timeline entry by a person")
    ROLE_CHANGED = "ROLE_CHANGED", _("Role assigned, accepted or ended")
    CONTAINMENT_CHANGED = "CONTAINMENT_CHANGED", _("Containment carried out, confirmed or taken back")
    EVIDENCE_ADDED = "EVIDENCE_ADDED", _("Evidence added")
    EVIDENCE_REQUEST_CHANGED = "EVIDENCE_REQUEST_CHANGED", _("Evidence asked for, answered, accepted or withdrawn")
    EVIDENCE_CHANGED = "EVIDENCE_CHANGED", _("Custody, hold or keeping of evidence changed")
    COMMUNICATION_SENT = "COMMUNICATION_SENT", _("Communication sent")
    COMMUNICATION_CHANGED = "COMMUNICATION_CHANGED", _("Communication drafted, approved or decided against")
    OBLIGATION_CHANGED = "OBLIGATION_CHANGED", _("Obligation added or settled")
    TIME_SET = "TIME_SET", _("Time set")
    ESCALATED = "ESCALATED", _("Somebody called because nobody leads or an update is late")
    FIRST_HOUR_DECIDED = "FIRST_HOUR_DECIDED", _("Step of the first hour set aside or taken up")
    CRITERION_CHECKED = "CRITERION_CHECKED", _("Criterion for the return to normal checked")
    OUTPUTS_LISTED = "OUTPUTS_LISTED", _("Affected outputs listed, or a sample drawn")
    BACKLOG_READ = "BACKLOG_READ", _("Backlog read")
    PHASE_CHANGED = "PHASE_CHANGED", _("Phase changed")
    STATE_FROZEN = "STATE_FROZEN", _("Governed state frozen")

    @property
    def type_name(self) -> str:
        """As the event carries it: `holdfast.incident.declared.v1`."""
        return f"{NAMESPACE}.{self.lower().replace('_', '-')}.{VERSION}"


LABELS: Final = {each.type_name: each.label for each in Happening} | {TEST: _("Test")}
