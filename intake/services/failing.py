"""A rule that should have made an incident and could not: risk staff hear of it, and the source shows why."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from incidents.services.telling import staff
from intake.models import SignalSource
from registry.kernel.access.verdict import Refused
from registry.kernel.audit.context import acting
from registry.kernel.http.errors import Conflict
from registry.kernel.notify.tell import tell
from registry.models import Role


def note(source: SignalSource, why: str, *, at: datetime) -> None:
    """Once for each reason; the caller holds the lock of the source."""
    why = why[:500]
    if source.rule_problem == why:
        return
    with acting(reason=_("Its rule could make no incident")):
        source.rule_problem = why
        source.save(update_fields=["rule_problem"])
    for person in staff(Role.RISK):
        tell(
            key=f"rule-failed-{source.pk}-{at:%Y%m%d%H%M%S}-{person.pk}",
            kind="SIGNALS",
            recipient=person,
            subject=_("The rule of “%(source)s” can make no incident") % {"source": source.name},
            body=_("%(why)s\n\nIts signals wait in the inbox, and nobody is called. Mend the source, and look at them.")
            % {"why": why},
            at=at,
            url=source.get_absolute_url(),
            about=source,
        )


def over(source: SignalSource) -> None:
    """It made one."""
    if source.rule_problem:
        with acting(reason=_("Its rule makes incidents again")):
            source.rule_problem = ""
            source.save(update_fields=["rule_problem"])


def sentence_of(refused: Refused | ValidationError | Conflict) -> str:
    return " ".join(refused.messages) if isinstance(refused, ValidationError) else str(refused)
