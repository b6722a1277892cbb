"""Deciding what becomes of evidence whose keeping has ended. A disposal takes two people and a reason."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.models import CustodyEvent, Evidence, Incident, RetentionReview, TimelineEntry
from incidents.policies import retention as policies
from incidents.services import room, timeline
from incidents.services.custody import link
from incidents.services.merged import whole
from incidents.services.retention_due import OPEN, ended_on
from incidents.services.wording import required
from registry.kernel.access.verdict import require
from registry.kernel.http.errors import Conflict
from registry.kernel.nudge import nudge
from registry.kernel.storage.removal import let_go
from registry.models import User

Reviewed = RetentionReview.State
REASON = 250
"""Characters: the reason stands in the chain of custody beside two names."""


def open_review(evidence: Evidence) -> RetentionReview | None:
    return RetentionReview.objects.filter(evidence=evidence, state__in=OPEN).first()


def keep_on(review: RetentionReview, *, by: User, at: datetime, until: date, reason: str) -> RetentionReview:
    """Keep it to a later day, on which it is reviewed again."""
    with _entered(review, by=by, reason=reason) as (incident, row):
        require(policies.may_keep, by, row)
        _require(row, Reviewed.DUE)
        why = required("reason", reason, limit=REASON)
        if until <= timezone.localdate(at):
            raise ValidationError({"until": _("Choose a day after today.")})
        piece = row.evidence
        row.state, row.reason, row.keep_until = Reviewed.KEPT, why, until
        row.decided_by, row.decided_at = by, at
        row.save()
        piece.keep_until = until
        piece.save()
        note = _("Until %(day)s: %(reason)s") % {"day": until.isoformat(), "reason": why}
        link(piece, CustodyEvent.Kind.KEPT, by=by, at=at, note=note)
        room.touch(incident)
        return row


def propose(review: RetentionReview, *, by: User, at: datetime, reason: str) -> RetentionReview:
    """Ask a second person to dispose of it."""
    with _entered(review, by=by, reason=reason) as (incident, row):
        require(policies.may_propose, by, row)
        _require(row, Reviewed.DUE)
        _require_free(row.evidence, incident, at)
        row.state, row.reason = Reviewed.PROPOSED, required("reason", reason, limit=REASON)
        row.proposed_by, row.proposed_at = by, at
        row.save()
        room.touch(incident)
        return row


def decline(review: RetentionReview, *, by: User, at: datetime, reason: str) -> RetentionReview:
    """Not disposed of for now: it waits for a decision again. The history keeps who proposed and who declined."""
    with _entered(review, by=by, reason=reason) as (incident, row):
        require(policies.may_decline, by, row)
        _require(row, Reviewed.PROPOSED)
        row.state, row.reason = Reviewed.DUE, required("reason", reason, limit=REASON)
        row.proposed_by, row.proposed_at = None, None
        row.save()
        room.touch(incident)
        return row


def confirm(review: RetentionReview, *, by: User, at: datetime) -> RetentionReview:
    """Dispose of it: the row, the hash and the chain stay, the content goes unless something else needs it."""
    with _entered(review, by=by, reason=review.reason) as (incident, row):
        require(policies.may_confirm, by, row)
        _require(row, Reviewed.PROPOSED)
        piece = row.evidence
        _require_free(piece, incident, at)
        _require_ended(piece, at)
        row.state, row.decided_by, row.decided_at = Reviewed.DISPOSED, by, at
        row.save()
        piece.custody, piece.disposed_at = Evidence.Custody.DISPOSED, at
        piece.save()
        went = _release(piece)
        names = {"first": row.proposed_by, "second": by, "reason": row.reason}
        note = _("Proposed by %(first)s, confirmed by %(second)s: %(reason)s") % names
        link(piece, CustodyEvent.Kind.DISPOSED, by=by, at=at, note=note)
        _enter(incident, piece, by=by, at=at, went=went)
        room.touch(incident)
        return row


@contextmanager
def _entered(review: RetentionReview, *, by: User, reason: str) -> Iterator[tuple[Incident, RetentionReview]]:
    """The incident locked, and the review with its evidence read again behind that lock. What it was merged into is
    locked too, all in the order in which everybody locks several.
    """
    incident = Incident.objects.get(evidence=review.evidence_id)
    concerned = sorted(each.pk for each in whole(incident))
    with transaction.atomic():
        list(Incident.objects.select_for_update().filter(pk__in=concerned).order_by("pk").values_list("pk"))
        with room.entered(incident, by=by, reason=reason) as locked:
            rows = RetentionReview.objects.select_for_update(of=("self",))
            row = rows.select_related("evidence__file", "proposed_by").get(pk=review.pk)
            row.evidence.incident = locked
            yield locked, row


def _require(review: RetentionReview, state: Reviewed) -> None:
    if review.state != state:
        raise Conflict(
            _("This review is “%(state)s” by now. Look at it again.") % {"state": Reviewed(review.state).label}
        )


def _require_free(piece: Evidence, incident: Incident, at: datetime) -> None:
    if piece.is_on_hold:
        raise Conflict(_("%(piece)s is on legal hold. Nothing may end its keeping.") % {"piece": piece.reference})
    if ended_on(incident, at=at) is None:
        going_on = whole(incident)[-1].reference
        raise Conflict(_("%(incident)s was reopened. Its evidence is needed.") % {"incident": going_on})


def _require_ended(piece: Evidence, at: datetime) -> None:
    if piece.keep_until is None or piece.keep_until >= timezone.localdate(at):
        raise Conflict(_("Its keeping has not ended: the incident was closed again since this was proposed."))


def _release(piece: Evidence) -> bool:
    """Whether the content goes; the worker takes it away once this is committed."""
    if piece.file is None:
        return False
    goes = let_go(piece.file, released=Evidence.objects.filter(custody=Evidence.Custody.DISPOSED))
    if goes:
        nudge("incidents.tasks.check_evidence")
    return goes


def _enter(incident: Incident, piece: Evidence, *, by: User, at: datetime, went: bool) -> None:
    text = (
        _("%(reference)s was disposed of at the end of its keeping.")
        if went
        else _(
            "%(reference)s was disposed of at the end of its keeping; other evidence has the same content, which stays."
        )
    )
    timeline.automatic(
        incident,
        kind=TimelineEntry.Kind.EVIDENCE,
        text=text % {"reference": piece.reference},
        by=by,
        at=at,
        data={"evidence": piece.pk, "custody": str(piece.custody), "sha256": piece.file.sha256 if piece.file else ""},
    )
