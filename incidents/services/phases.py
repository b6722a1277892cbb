"""The seven phases, which run beside each other; most follow from what is done, and people may set them too."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from incidents.lifecycle import Phase, PhaseStatus
from incidents.models import Incident, PhaseTrack
from incidents.policies.incidents import may_work
from incidents.services import room
from incidents.services.wording import chosen, optional
from registry.kernel.access.verdict import require
from registry.models import User

_ORDER = (PhaseStatus.NOT_APPLICABLE, PhaseStatus.NOT_STARTED, PhaseStatus.ACTIVE, PhaseStatus.DONE)


def begin(incident: Incident, *, at: datetime) -> None:
    """The seven tracks of a new incident: it is detected, and being classified."""
    known = {Phase.DETECT: PhaseStatus.DONE, Phase.CLASSIFY: PhaseStatus.ACTIVE}
    for phase in Phase:
        PhaseTrack.objects.create(
            incident=incident,
            phase=phase,
            status=known.get(phase, PhaseStatus.NOT_STARTED),
            changed_at=at if phase in known else None,
        )


def advance(incident: Incident, phase: Phase, status: PhaseStatus, *, at: datetime) -> None:
    """Move a phase forward because of something done; never back. The caller holds the lock."""
    track = PhaseTrack.objects.filter(incident=incident, phase=phase).first()
    if track is not None and _ORDER.index(PhaseStatus(track.status)) < _ORDER.index(status):
        _set(track, status, "", at)


def set_phase(incident: Incident, *, phase: str, status: str, by: User, at: datetime, reason: str = "") -> PhaseTrack:
    """A person's word on one phase; it may go anywhere. Not applicable needs a reason."""
    with room.entered(incident, by=by, reason=reason) as locked:
        require(may_work, by, locked)
        chosen("phase", phase, Phase)
        new = PhaseStatus(chosen("status", status, PhaseStatus))
        why = optional("reason", reason, limit=300)
        if new is PhaseStatus.NOT_APPLICABLE and not why:
            raise ValidationError({"reason": _("Say why this phase does not apply.")})
        track = PhaseTrack.objects.get(incident=locked, phase=phase)
        if (track.status, track.reason) != (new, why):
            _set(track, new, why, at)
            room.touch(locked)
        return track


def _set(track: PhaseTrack, status: PhaseStatus, reason: str, at: datetime) -> None:
    track.status, track.reason, track.changed_at = status, reason, at
    track.save()
