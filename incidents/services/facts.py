"""What we know, in a short list that people in the room keep current and confirm."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from incidents.models import Incident, TimelineEntry
from incidents.policies.incidents import may_work
from incidents.services import room, timeline
from incidents.services.wording import optional, required
from registry.kernel.access.verdict import require
from registry.kernel.http.errors import Stale
from registry.models import User

MOST: Final = 20
"""Facts in the list; more is a document."""


def confirm_facts(
    incident: Incident, *, by: User, at: datetime, facts: Mapping[str, str], opened_version: int | None
) -> Incident:
    """Put the whole list in force, label → text; a label with an empty text is dropped.

    Only a change of the list itself since `opened_version` is a conflict, not whatever else happened in the room.
    """
    with room.entered(incident, by=by, reason=_("Facts confirmed")) as locked:
        require(may_work, by, locked)
        new = _checked(facts)
        _refuse_stale(locked, opened_version, new)
        changed = sorted(label for label in {*new, *locked.facts} if new.get(label) != locked.facts.get(label))
        before = dict(locked.facts)
        locked.known_facts, locked.facts_confirmed_at = [[label, text] for label, text in new.items()], at
        room.save(locked)
        timeline.automatic(
            locked,
            kind=TimelineEntry.Kind.UPDATE,
            text=_("Facts changed: %(labels)s.") % {"labels": ", ".join(changed)} if changed else _("Facts confirmed."),
            by=by,
            at=at,
            data={label: {"from": before.get(label, ""), "to": new.get(label, "")} for label in changed},
        )
        return locked


def _checked(facts: Mapping[str, str]) -> dict[str, str]:
    if len(facts) > MOST:
        raise ValidationError({"facts": _("At most %(most)d facts fit in the list.") % {"most": MOST}})
    known = {required("facts", label, limit=60): optional("facts", text, limit=1000) for label, text in facts.items()}
    return {label: text for label, text in known.items() if text}


def _refuse_stale(incident: Incident, opened_version: int | None, new: dict[str, str]) -> None:
    if opened_version is None or opened_version == incident.version or new == incident.facts:
        return
    history: Any = incident.history
    opened = history.filter(version__lte=opened_version).order_by("-history_id").first()
    if opened is not None and dict(opened.known_facts) == incident.facts:
        return
    labels = [*incident.facts, *(label for label in new if label not in incident.facts)]
    raise Stale(
        current=incident,
        differences={
            label: (incident.facts.get(label, ""), new.get(label, ""))
            for label in labels
            if incident.facts.get(label) != new.get(label)
        },
    )
