"""Saying what each sentence of a message rests on: evidence, an entry, a fact, a time, or nothing that is measured."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from incidents.models import Communication, Evidence, Incident, SentenceTie, TimelineEntry
from incidents.policies.communications import may_tie
from incidents.policies.evidence import may_download
from incidents.reports.resting import sentences_of
from incidents.services import room
from incidents.services.saying import enter, read_again, require_waiting, void
from incidents.services.times import times_of
from incidents.services.wording import chosen, required
from registry.kernel.access.verdict import require
from registry.kernel.http.errors import Conflict
from registry.models import User

Kind = SentenceTie.Kind


def open_sentences(communication: Communication) -> int:
    return sum(each.is_open for each in sentences_of(communication))


def tie(
    communication: Communication,
    *,
    by: User,
    at: datetime,
    sentence: str,
    kind: str,
    evidence: int | None = None,
    entry: int | None = None,
    name: str = "",
    reason: str = "",
) -> SentenceTie:
    """`sentence` is the key of a sentence of the text as it stands. Of the rest what `kind` asks for counts."""
    with room.entered(communication.incident, by=by) as locked:
        found = read_again(communication, locked)
        require(may_tie, by, found)
        require_waiting(found)
        meant = next((each for each in sentences_of(found) if each.key == sentence), None)
        if meant is None:
            raise Conflict(_("The message has no such sentence any more. Read it again."))
        about = _about(
            locked, chosen("kind", kind, Kind), by=by, evidence=evidence, entry=entry, name=name, reason=reason
        )
        if any(_is_same(each, about) for each in meant.ties):
            raise Conflict(_("This sentence is tied to that already."))
        made = SentenceTie.objects.create(
            incident=locked,
            communication=found,
            sentence_key=meant.key,
            sentence=meant.text.strip(),
            by=by,
            at=at,
            **about,
        )
        room.touch(locked)
        return made


def untie(given: SentenceTie, *, by: User, at: datetime) -> SentenceTie:
    """The sentence does not rest on that after all. Whoever approved it relied on it: the approvals end."""
    with room.entered(given.incident, by=by) as locked:
        found = SentenceTie.objects.get(pk=given.pk)
        message = read_again(given.communication, locked)
        require(may_tie, by, message)
        require_waiting(message)
        if found.ended_at is not None:
            raise Conflict(_("This was taken away before."))
        found.ended_by, found.ended_at = by, at
        found.save()
        if void(message, at=at, reason=_("What a sentence rests on was taken away")):
            message.save()
            text = _("What a sentence rests on was taken away, for %(audience)s: %(subject)s. Approve it again.")
            enter(message, text, by=by, at=at, step="CHANGED")
        room.touch(locked)
        return found


def _about(
    incident: Incident, kind: str, *, by: User, evidence: int | None, entry: int | None, name: str, reason: str
) -> dict[str, Any]:
    """The columns of one kind, checked; what is asked for and missing is refused at its field."""
    if kind == Kind.EVIDENCE:
        piece = Evidence.objects.filter(incident=incident, pk=evidence or 0).select_related("incident").first()
        if piece is None or not may_download(by, piece):
            raise ValidationError({"evidence": _("Choose a piece of evidence of this incident.")})
        return {"kind": kind, "evidence": piece}
    if kind == Kind.ENTRY:
        row = TimelineEntry.objects.filter(incident=incident, pk=entry or 0).first()
        if row is None:
            raise ValidationError({"entry": _("Choose an entry of this timeline.")})
        return {"kind": kind, "entry": row}
    if kind == Kind.NOTHING:
        return {"kind": kind, "reason": required("reason", reason, limit=500)}
    known = values_of(incident, kind)
    if name not in known:
        raise ValidationError({"name": _("Choose one of those that the incident has.")})
    return {"kind": kind, "name": name, "value": known[name]}


def values_of(incident: Incident, kind: str) -> dict[str, str]:
    """Facts by their labels, or times by their kinds, with what they say now."""
    if kind == Kind.FACT:
        return incident.facts
    return {str(each): at.isoformat() for each, at in times_of(incident).items()}


def is_outdated(given: SentenceTie, incident: Incident) -> bool:
    """Whether the fact or the time says something else by now."""
    if given.kind not in {Kind.FACT, Kind.TIME}:
        return False
    return values_of(incident, given.kind).get(given.name) != given.value


def _is_same(given: SentenceTie, about: dict[str, Any]) -> bool:
    names = ("kind", "evidence", "entry", "name")
    empty = {"evidence": None, "entry": None, "name": ""}
    return all(getattr(given, name) == about.get(name, empty.get(name)) for name in names)
