"""What is done with containment once it is carried out begins here: reading it anew, and saying what was done."""

from datetime import datetime

from django.utils.translation import gettext as _

from incidents.models import ContainmentAction, Incident, TimelineEntry
from incidents.services import timeline
from registry.models import User


def openly(incident: Incident, words: str) -> str:
    """What may stand on the page of the workflow, which everybody reads."""
    return _("See the incident, which is restricted.") if incident.is_restricted else words


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
