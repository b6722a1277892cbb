"""What is done with containment once it is carried out begins here: reading it anew, and saying what was done."""

from datetime import datetime

from django.utils.translation import gettext as _

from incidents.models import ContainmentAction, Incident, TimelineEntry
from incidents.services import timeline
from registry.models import User


def openly(incident: Incident) -> str:
    """What stands on the page and in the history of the workflow, which everybody reads for good: where the words are.

    The incident may be restricted one day; what somebody wrote in it stays in it.
    """
    if incident.is_restricted:
        return _("In a restricted incident.")
    return _("In %(incident)s.") % {"incident": incident.reference}


def told_reference(incident: Incident) -> str:
    """What running workflows are told of the incident; of a restricted one nothing."""
    return "" if incident.is_restricted else incident.reference


def found_again(action: ContainmentAction) -> ContainmentAction:
    return ContainmentAction.objects.select_related("incident", "option__workflow", "workflow", "restriction").get(
        pk=action.pk
    )


def enter(
    incident: Incident,
    action: ContainmentAction,
    text: str,
    *,
    words: str,
    by: User | None,
    at: datetime,
    snapshot: int | None = None,
) -> None:
    timeline.automatic(
        incident,
        kind=TimelineEntry.Kind.CONTAINMENT,
        text=text % {"option": action.option.name, "words": words},
        by=by,
        at=at,
        data={"action": action.pk, "option": action.option_id, "status": str(action.status), "snapshot": snapshot},
    )
