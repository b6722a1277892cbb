"""Handing out what is undecided: even shares among several people, or all of it to one who takes it over."""

from collections.abc import Sequence
from datetime import datetime
from itertools import chain, repeat

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from incidents.affected import Decision, shares
from incidents.lifecycle import State
from incidents.models import AffectedOutput, Incident, OutputShare, TimelineEntry
from incidents.policies import outputs as policies
from incidents.policies.incidents import may_work
from incidents.services import room, timeline
from incidents.services.telling import tell_people
from registry.kernel.access.verdict import require
from registry.kernel.audit.inserting import insert_all
from registry.kernel.http.errors import Conflict
from registry.models import User

Rows = QuerySet[AffectedOutput]
MOST = 50
"""People among whom a list is divided."""


def divide(
    incident: Incident, rows: Rows, *, among: Sequence[User], by: User, at: datetime, scope: str = ""
) -> dict[User, int]:
    """Give the undecided of `rows` out anew, whoever had them; person → how many. `scope` says which, in words.

    Each gets rows that stand together on the list.
    """
    people = list(dict.fromkeys(among))
    with room.entered(incident, by=by, reason=_("Outputs divided")) as locked:
        if people != [by]:
            require(policies.may_divide, by, locked)
        require(policies.may_decide, by, locked)
        room.require_active(locked, State.RESOLVED)
        _check(people, locked)
        undecided = rows.filter(incident=locked, decision=Decision.UNDECIDED)
        keys = list(undecided.order_by("pk").values_list("pk", flat=True))
        if not keys:
            raise Conflict(_("Nothing of this is undecided; there is nothing to divide."))
        given = {person: n for person, n in zip(people, shares(len(keys), len(people)), strict=True) if n}
        OutputShare.objects.filter(output__in=undecided.order_by()).delete()
        holders = chain.from_iterable(repeat(person.pk, share) for person, share in given.items())
        turns = zip(keys, holders, strict=True)
        insert_all([OutputShare(output_id=key, incident=locked, person_id=person) for key, person in turns])
        _tell(locked, given, scope, by=by, at=at)
        return given


def _check(people: Sequence[User], incident: Incident) -> None:
    if not people:
        raise ValidationError({"people": _("Choose at least one person.")})
    if len(people) > MOST:
        raise ValidationError({"people": _("At most %(most)d people.") % {"most": MOST}})
    problems = [
        _("%(person)s may not work in this incident. Give them a role in it first.") % {"person": person.name}
        for person in people
        if not person.is_active or not may_work(person, incident)
    ]
    if problems:
        raise ValidationError({"people": problems})


def _tell(incident: Incident, given: dict[User, int], scope: str, *, by: User, at: datetime) -> None:
    told = ", ".join(f"{person.name} {share}" for person, share in given.items())
    words = {"n": sum(given.values()), "told": told, "scope": scope}
    text = _("%(n)d outputs divided (%(scope)s): %(told)s.") if scope else _("%(n)d outputs divided: %(told)s.")
    entry = timeline.automatic(
        incident,
        kind=TimelineEntry.Kind.OUTPUTS,
        text=text % words,
        by=by,
        at=at,
        data={"shares": {str(person.pk): share for person, share in given.items()}},
    )
    room.touch(incident)
    for person, share in given.items():
        tell_people(
            incident,
            [person],
            event=f"outputs-{entry.pk}",
            subject=_("%(incident)s: %(n)d outputs for you to decide") % {"incident": incident.reference, "n": share},
            body=incident.title,
            at=at,
            by=by,
        )
