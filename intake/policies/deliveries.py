"""Who reads what a message says. Until it is known what it speaks of, it may speak of a restricted incident."""

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from incidents.models import Incident, IncidentWorkflow
from incidents.models.incidents import ACTIVE
from intake.kinds import Outcome
from intake.models import ReceivedSignal, SignalDelivery
from intake.policies import sources
from registry.kernel.access.verdict import Verdict, deny, verdict
from registry.models import Role, User


def may_know_of(user: User, delivery: SignalDelivery) -> Verdict:
    """Whoever reads messages, unless this one speaks of a signal that does not exist for them."""
    spoken = ReceivedSignal.objects.filter(sightings__delivery=delivery)
    hidden = spoken.exclude(pk__in=ReceivedSignal.objects.visible_to(user).values("pk"))
    return sources.may_read_bodies(user) & verdict(not hidden.exists(), _("There is no such message."))


def may_read_body(user: User, delivery: SignalDelivery) -> Verdict:
    """What it says. Of a message that was not read, or could not be, nobody knows yet whom it concerns: it is closed to
    those who do not see all incidents while its source has to do with one that they do not see.
    """
    known = may_know_of(user, delivery)
    if not known or delivery.outcome in (Outcome.READ, Outcome.NOTHING) or user.has(Role.RISK, Role.AUDITOR):
        return known
    if delivery.outcome == Outcome.PENDING:
        return deny(_("It has not been read yet. It is shown once it is known what it speaks of."))
    hidden = Incident.objects.exclude(pk__in=Incident.objects.visible_to(user).values("pk"))
    return verdict(
        not _has_to_do_with(delivery, hidden),
        _("It could not be read, so nobody knows what it speaks of. Risk staff and auditors can see it."),
    )


def _has_to_do_with(delivery: SignalDelivery, hidden: "QuerySet[Incident]") -> bool:
    """Whether the source ever spoke of one of these, or speaks of a workflow that one which goes on concerns."""
    source = delivery.source
    spoken = ReceivedSignal.objects.filter(source=source)
    bound = [rule.workflow for rule in source.rules]
    about = Q(workflow__in=bound) | Q(workflow=source.default_workflow_id) | Q(
        workflow__in=spoken.filter(workflow__isnull=False).values("workflow")
    )  # fmt: skip
    concerned = IncidentWorkflow.objects.filter(about, incident__in=hidden.filter(state__in=ACTIVE).values("pk"))
    return concerned.exists() or spoken.filter(incident__in=hidden.values("pk")).exists()


def may_read_again(user: User, delivery: SignalDelivery) -> Verdict:
    """Whoever may change how the source is read, and knows of the message."""
    return (
        sources.may_add(user)
        & may_know_of(user, delivery)
        & verdict(
            delivery.outcome in (Outcome.UNREADABLE, Outcome.FAILED),
            _("Only what could not be read or taken in is read again."),
        )
    )
