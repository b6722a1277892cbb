"""Words that leave the room: drafted by one, approved by others, sent; or a reasoned decision not to."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from incidents.models import Communication, Incident, Reach
from incidents.owed_messages import Standing
from incidents.policies import communications as policies
from incidents.policies.incidents import may_work
from incidents.services import room, templates, timeline
from incidents.services.approvers import in_words, waiting_people
from incidents.services.owed_messages import line_for, rules_at
from incidents.services.saying import (
    Status,
    enter,
    given_to,
    missing_of,
    read_again,
    require_waiting,
    void,
)
from incidents.services.telling import tell_people
from incidents.services.wording import chosen, required
from registry.kernel.access.verdict import require
from registry.kernel.editing import differing, put, refuse_if_stale
from registry.kernel.http.errors import Conflict
from registry.models import OrganisationRules, User

Audience = Communication.Audience


def draft(
    incident: Incident,
    *,
    by: User,
    at: datetime,
    audience: str,
    subject: str,
    text: str,
    template_rules: int | None = None,
    occasion: str = "",
) -> Communication:
    """A message takes back a decision to tell its audience nothing. `template_rules` and `occasion`: of the template
    that the words began from, the version of the templates by its key.
    """
    with room.entered(incident, by=by) as locked:
        require(policies.may_draft, by, locked)
        words = _checked({"audience": audience, "subject": subject, "text": text})
        line = line_for(locked, words["audience"], at)
        begun = templates.begun_from(template_rules, words["audience"], occasion)
        made = Communication.objects.create(incident=locked, **words, **begun, drafted_by=by, drafted_at=at)
        text = _("Drafted for %(audience)s: %(subject)s")
        if line is not None and line.standing in {Standing.DECIDED, Standing.UNCONFIRMED}:
            text = _("Drafted for %(audience)s: %(subject)s. The decision to tell them nothing is taken back.")
        enter(made, text, by=by, at=at)
        room.touch(locked)
        _tell_approvers(made, rules_at(at), by=by, at=at)
        return made


def edit_draft(
    communication: Communication, *, by: User, at: datetime, opened_version: int | None, **fields: Any
) -> Communication:
    """`fields` of audience, subject and text, until it is sent. Approvals of other words end."""
    with room.entered(communication.incident, by=by) as locked:
        found = read_again(communication, locked)
        require(policies.may_edit, by, found)
        require_waiting(found)
        new = _checked(fields)
        refuse_if_stale(found, opened_version, new)
        if differing(found, new):
            ended = void(found, at=at, reason=_("The words were changed"))
            put(found, new)
            found.version += 1
            found.save()
            if ended:
                text = _("Changed after it was approved, for %(audience)s: %(subject)s. It is to be approved again.")
                enter(found, text, by=by, at=at, step="CHANGED")
            room.touch(locked)
            _tell_approvers(found, rules_at(at), by=by, at=at)
        return found


def mark_sent(communication: Communication, *, by: User, at: datetime, channel: str) -> Communication:
    """Record that it went out, and by what. What is needed is asked again now: the severity may have risen since."""
    with room.entered(communication.incident, by=by) as locked:
        found = read_again(communication, locked)
        require(policies.may_send, by, found)
        require_waiting(found)
        if missing := missing_of(found, rules_at(at)):
            raise Conflict(_("It may not go out yet. Still to approve: %(who)s.") % {"who": in_words(missing)})
        last = given_to(found)[-1]
        found.approved_by, found.approved_at = last.by, last.at
        found.status, found.sent_by, found.sent_at = Status.SENT, by, at
        found.channel = required("channel", channel, limit=100)
        found.save()
        enter(found, _("Sent to %(audience)s: %(subject)s"), by=by, at=at)
        room.touch(locked)
        return found


def decide_not_to(incident: Incident, audience: str, *, by: User, at: datetime, reason: str) -> Communication:
    """Record that an audience is told nothing, and why. Where a message is owed, a second person has to confirm it."""
    with room.entered(incident, by=by, reason=reason) as locked:
        require(policies.may_decide_not_to, by, locked)
        made = Communication.objects.create(
            incident=locked,
            audience=chosen("audience", audience, Audience),
            status=Status.NOT_NEEDED,
            decision_reason=required("reason", reason),
            drafted_by=by,
            drafted_at=at,
        )
        line = line_for(locked, made.audience, at)
        text = _("Decided not to tell: %(audience)s. %(reason)s")
        if line is not None and line.standing is Standing.UNCONFIRMED:
            text = _("Decided not to tell: %(audience)s. %(reason)s A second person has to confirm it.")
            _ask(made, waiting_people(made, line.waits_for), _("a decision to say nothing waits for you"), by=by, at=at)
        enter(made, text, by=by, at=at)
        room.touch(locked)
        return made


def say_reached(incident: Incident, audience: str, *, is_reached: bool, by: User, at: datetime, note: str) -> Reach:
    """Whether the incident reached an audience, and how that is known. The newest word counts."""
    with room.entered(incident, by=by, reason=note) as locked:
        require(may_work, by, locked)
        made = Reach.objects.create(
            incident=locked,
            audience=chosen("audience", audience, Audience),
            is_reached=is_reached,
            note=required("note", note),
            by=by,
            at=at,
        )
        text = _("It reached them: %(audience)s. %(note)s") if is_reached else _("Not reached: %(audience)s. %(note)s")
        timeline.automatic(
            locked,
            kind="COMMUNICATION",
            text=text % {"audience": made.get_audience_display(), "note": made.note},
            by=by,
            at=at,
            data={"audience": made.audience, "is_reached": is_reached},
        )
        room.touch(locked)
        return made


def _tell_approvers(made: Communication, rules: OrganisationRules, *, by: User, at: datetime) -> None:
    _ask(made, waiting_people(made, missing_of(made, rules)), _("a message waits for your approval"), by=by, at=at)


def _ask(made: Communication, people: list[User], what: str, *, by: User, at: datetime) -> None:
    tell_people(
        made.incident,
        people,
        event=f"draft-{made.pk}-{made.version}",
        subject=f"{made.incident.reference}: {what}",
        body=made.subject or made.decision_reason,
        at=at,
        by=by,
    )


def _checked(fields: dict[str, Any]) -> dict[str, Any]:
    limits = {"subject": 200, "text": 20_000}
    found = {name: required(name, fields[name], limit=limit) for name, limit in limits.items() if name in fields}
    if "audience" in fields:
        found["audience"] = chosen("audience", fields["audience"], Audience)
    return found
