"""What sends signals, how a signal stands with its source, and what people have made of it."""

from django.utils.translation import gettext_lazy as _

from registry.labelled import Labelled


class SourceKind(Labelled):
    ALERTMANAGER = "ALERTMANAGER", _("Prometheus Alertmanager")
    GRAFANA = "GRAFANA", _("Grafana")
    PAGERDUTY = "PAGERDUTY", _("PagerDuty Events v2")
    CLOUDEVENTS = "CLOUDEVENTS", _("CloudEvents 1.0")
    SENTRY = "SENTRY", _("Sentry")
    LANGFUSE = "LANGFUSE", _("Langfuse")
    GENERIC = "GENERIC", _("JSON of your own")
    PEOPLE = "PEOPLE", _("People")

    @property
    def slug(self) -> str:
        """As it stands in addresses."""
        return self.value.lower()

    @property
    def signs(self) -> bool:
        """Whether the sender proves itself by a signature alone: it cannot be told to send a token."""
        return self in (SourceKind.SENTRY, SourceKind.LANGFUSE)

    @property
    def may_sign(self) -> bool:
        return self.signs or self in (SourceKind.GRAFANA, SourceKind.GENERIC, SourceKind.CLOUDEVENTS)


MACHINES = tuple(kind for kind in SourceKind if kind != SourceKind.PEOPLE)


class Status(Labelled):
    """What the source says. It never decides anything here."""

    FIRING = "FIRING", _("Firing")
    ACKNOWLEDGED = "ACKNOWLEDGED", _("Acknowledged there")
    """Only said of a single delivery: the signal goes on firing."""
    RESOLVED = "RESOLVED", _("Resolved there")
    REPORTED = "REPORTED", _("Reported")
    """Something that happened and has no end."""


STANDING = tuple(status for status in Status if status != Status.ACKNOWLEDGED)


class State(Labelled):
    """What people have made of it."""

    WAITING = "WAITING", _("Waiting")
    LATER = "LATER", _("Later")
    TIED = "TIED", _("In an incident")
    DISMISSED = "DISMISSED", _("Not an incident")


class Outcome(Labelled):
    """What came of a delivery."""

    PENDING = "PENDING", _("Not read yet")
    READ = "READ", _("Read")
    NOTHING = "NOTHING", _("Nothing to act on")
    UNREADABLE = "UNREADABLE", _("Unreadable")
    FAILED = "FAILED", _("Could not be taken in")
