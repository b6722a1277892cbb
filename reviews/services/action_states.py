"""One step of an action item from state to state: locked, checked against the table, recorded as a passage."""

from datetime import datetime

from django.utils.translation import gettext as _

from incidents.models import TimelineEntry
from incidents.services import timeline
from registry.kernel.http.errors import Conflict
from registry.kernel.transitions import TransitionRefused
from registry.models import User
from registry.services.readiness import refresh_readiness
from reviews.lifecycle import ACTION_TABLE, ActionState
from reviews.models import ActionItem, ActionPassage


def locked(action: ActionItem) -> ActionItem:
    """The item as it is now, held until the transaction ends."""
    return (
        ActionItem.objects.select_for_update(of=("self",))
        .select_related("assignee", "incident", "workflow", "review")
        .get(pk=action.pk)
    )


def target_of(action: ActionItem, verb: str) -> ActionState:
    """Where `verb` leads from here; a `Conflict` that says why when it leads nowhere."""
    try:
        return ActionState(ACTION_TABLE.find(verb, action.state).target)
    except TransitionRefused as refused:
        raise Conflict(refused.reason) from refused


def pass_to(
    action: ActionItem, verb: str, *, by: User | None, at: datetime, reason: str = "", on_timeline: bool = True
) -> ActionPassage:
    """Save `action` in its new state with its passage, and say so in the room it came from."""
    source, action.state = action.state, target_of(action, verb)
    save(action)
    follow_readiness(action, at=at)
    passage = ActionPassage.objects.create(
        action=action, verb=verb, source=source, target=action.state, by=by, at=at, reason=reason
    )
    if on_timeline:
        say(
            action,
            _("%(action)s is now “%(state)s”") % {"action": action, "state": action.get_state_display()},
            by=by,
            at=at,
        )
    return passage


def follow_readiness(action: ActionItem, *, at: datetime) -> None:
    """What the readiness of its workflow is judged by has changed."""
    if action.workflow is not None:
        refresh_readiness(action.workflow, at=at)


def save(action: ActionItem) -> None:
    action.version += 1
    action.save()


def say(action: ActionItem, text: str, *, by: User | None, at: datetime) -> None:
    """An automatic entry in the timeline of the incident the item came from, if it came from one."""
    if action.incident is not None:
        timeline.automatic(
            action.incident, kind=TimelineEntry.Kind.ACTION, text=text, by=by, at=at, data={"action": action.pk}
        )
