"""How far an incident's outputs are: kept while they change, counted where there is nothing kept."""

from dataclasses import fields
from datetime import datetime

from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from incidents.affected import Remedy, Tally, counted
from incidents.models import AffectedOutput, Incident, OutputTally, TimelineEntry
from incidents.reports.output_counts import count
from incidents.services import timeline
from registry.models import User

NAMES = [each.name for each in fields(Tally)]


def tally_of(incident: Incident) -> Tally:
    """What is kept. The caller may have fetched it with the incident (`output_tally`)."""
    kept = getattr(incident, "output_tally", None)
    return kept.tally if kept is not None else Tally()


def recount(incident: Incident, *, by: User | None, at: datetime) -> Tally:
    """Count anew after many changed. The caller holds the lock on the incident."""
    before, now = _kept(incident), count(incident)
    OutputTally.objects.update_or_create(incident_id=incident.pk, defaults={name: getattr(now, name) for name in NAMES})
    _tell(incident, before, now, by=by, at=at)
    return now


def follow(incident: Incident, before: AffectedOutput, after: AffectedOutput, *, by: User, at: datetime) -> None:
    """Take the difference that one output makes. The caller holds the lock on the incident."""
    old, new, kept = _of_one(before), _of_one(after), _kept(incident)
    steps = {name: getattr(new, name) - getattr(old, name) for name in NAMES}
    changed = {name: F(name) + step for name, step in steps.items() if step}
    if changed:
        OutputTally.objects.filter(incident_id=incident.pk).update(**changed)
        now = Tally(**{name: getattr(kept, name) + step for name, step in steps.items()})
        _tell(incident, kept, now, by=by, at=at)


def in_words(tally: Tally) -> str:
    """As the timeline says it."""
    return _("%(affected)d of %(total)d outputs affected, %(moved)d moved downstream, %(undecided)d undecided") % {
        name: getattr(tally, name) for name in NAMES
    }


def _of_one(row: AffectedOutput) -> Tally:
    return counted([(row.decision, row.moved, row.remedy, row.remedied_at is not None)])


def _kept(incident: Incident) -> Tally:
    row = OutputTally.objects.filter(incident_id=incident.pk).first()
    return row.tally if row is not None else Tally()


def _tell(incident: Incident, before: Tally, now: Tally, *, by: User | None, at: datetime) -> None:
    """That the last one was decided, and that the last correction was made, is written into the timeline."""
    if now.total and not now.undecided and before.undecided:
        text = _("All outputs decided: %(words)s.") % {"words": in_words(now)}
        _enter(incident, text, now, by=by, at=at)
    if before.owed and not now.owed and not now.undecided:
        righted = AffectedOutput.objects.filter(incident_id=incident.pk).exclude(remedy=Remedy.NONE).count()
        if not righted:
            return
        text = ngettext("What was owed is done: %(n)d output put right.", "%(n)d outputs put right.", righted)
        _enter(incident, text % {"n": righted}, now, by=by, at=at)


def _enter(incident: Incident, text: str, now: Tally, *, by: User | None, at: datetime) -> None:
    timeline.automatic(
        incident,
        kind=TimelineEntry.Kind.OUTPUTS,
        text=text,
        by=by,
        at=at,
        data={"outputs": {name: getattr(now, name) for name in NAMES}},
    )
