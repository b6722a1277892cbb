"""Saying how two incidents belong together, and taking that back.

Timelines are never changed and either incident may be restricted one day: they say only that there is another one. The
list of links names it, for those who may see both.
"""

from datetime import datetime
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from incidents.models import Incident, IncidentLink, TimelineEntry
from incidents.policies.incidents import may_see, may_unlink, may_work
from incidents.services import room, timeline
from incidents.services.wording import optional, required
from registry.kernel.access.verdict import require
from registry.kernel.audit.context import acting
from registry.kernel.http.errors import Conflict
from registry.models import User

MOST: Final = 100
"""Links of one incident; more belong into a list, not into a room."""
Kind = IncidentLink.Kind


def visible_links(incident: Incident, user: User) -> "QuerySet[IncidentLink]":
    """Those whose other end this person may see."""
    seen = Incident.objects.visible_to(user).values("pk")
    rows = IncidentLink.objects.filter(Q(source=incident, target__in=seen) | Q(target=incident, source__in=seen))
    return rows.select_related("source", "target", "linked_by").order_by("id")


def link(incident: Incident, *, to: Incident, kind: str, by: User, at: datetime, note: str = "") -> IncidentLink:
    """`incident` is related to `to`, caused by it, or a duplicate of it; both rooms say so."""
    with transaction.atomic(), acting(user_id=by.pk, reason=note):
        here, there = room.both(incident, to)
        _refuse(here, there, kind, by=by)
        made, is_new = IncidentLink.objects.get_or_create(
            source=here, target=there, kind=kind,
            defaults={"linked_by": by, "linked_at": at, "note": optional("note", note, limit=500)},
        )  # fmt: skip
        if not is_new:
            raise Conflict(_("They are linked like this already."))
        _tell_both(made, by=by, at=at)
        return made


def unlink(made: IncidentLink, *, by: User, at: datetime, reason: str) -> None:
    """That they were linked stays in the record. What one came out of is no matter of opinion and stays."""
    why = required("reason", reason, limit=500)
    with transaction.atomic(), acting(user_id=by.pk, reason=why):
        here, there = room.both(made.source, made.target)
        require(may_unlink, by, made)
        if made.kind == Kind.SPLIT_FROM:
            raise Conflict(_("One was split from the other. That stays."))
        row = IncidentLink.objects.filter(pk=made.pk).first()
        if row is None:
            return
        row.delete()
        for incident in (here, there):
            enter(incident, _("No longer linked to another incident: %(reason)s") % {"reason": why}, by=by, at=at)


def record_split(new: Incident, *, out_of: Incident, by: User, at: datetime) -> IncidentLink:
    """The caller holds both and writes both timelines."""
    return IncidentLink.objects.create(
        source=new, target=out_of, kind=Kind.SPLIT_FROM, linked_by=by, linked_at=at
    )  # fmt: skip


def _refuse(here: Incident, there: Incident, kind: str, *, by: User) -> None:
    require(may_work, by, here)
    require(may_see, by, there)
    if here.pk == there.pk:
        raise ValidationError({"to": _("Choose another incident than this one.")})
    if kind not in IncidentLink.BY_HAND:
        raise ValidationError({"kind": _("Choose related, caused by, or duplicate of.")})
    if IncidentLink.objects.filter(source=there, target=here, kind=kind).exists():
        raise Conflict(_("They are linked like this already, the other way round."))
    if here.is_exercise != there.is_exercise:
        raise ValidationError({"to": _("An exercise and a real incident do not belong together.")})
    for each in (here, there):
        if IncidentLink.objects.filter(Q(source=each) | Q(target=each)).count() >= MOST:
            raise Conflict(_("%(incident)s has %(most)d links already.") % {"incident": each.reference, "most": MOST})


def _tell_both(made: IncidentLink, *, by: User, at: datetime) -> None:
    labels: Any = {made.source_id: made.get_kind_display(), made.target_id: IncidentLink.BACKWARDS[Kind(made.kind)]}
    for incident in (made.source, made.target):
        words = {"how": labels[incident.pk], "note": made.note}
        enter(incident, (_("%(how)s another incident. %(note)s") % words).strip(), by=by, at=at)


def enter(incident: Incident, text: str, *, by: User, at: datetime) -> None:
    timeline.automatic(incident, kind=TimelineEntry.Kind.UPDATE, text=text, by=by, at=at)
    room.touch(incident)
    room.tell_outside()
