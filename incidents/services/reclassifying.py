"""Keeping evidence for another period than the one chosen when it came: with a reason, on its chain."""

from datetime import date, datetime

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from incidents.models import CustodyEvent, Evidence, RetentionReview
from incidents.policies.retention import may_reclassify
from incidents.retention import keep_until
from incidents.services import room
from incidents.services.custody import link, require_kept
from incidents.services.retention import REASON, open_review
from incidents.services.retention_due import ended_on
from incidents.services.wording import chosen, required
from registry.kernel.access.verdict import require
from registry.kernel.http.errors import Conflict
from registry.models import User


def reclassify(evidence: Evidence, *, by: User, at: datetime, retention: str, reason: str) -> Evidence:
    """The day is counted again from the end of the incident; a later day that a review decided stays. A review that
    waits ends where the new day has not come yet.
    """
    with room.entered(evidence.incident, by=by, reason=reason) as locked:
        row = Evidence.objects.select_related("file").get(pk=evidence.pk)
        row.incident = locked
        require(may_reclassify, by, row)
        require_kept(row)
        symbol, why = chosen("retention", retention, Evidence.Retention), required("reason", reason, limit=REASON)
        if row.retention == symbol:
            raise Conflict(_("It is kept for this period already."))
        review = open_review(row)
        if review is not None and review.state == RetentionReview.State.PROPOSED:
            raise Conflict(_("Its disposal is proposed. Decline that first."))
        before, row.retention = row.get_retention_display(), symbol
        row.keep_until = _until(row, at)
        row.save()
        words = {"before": before, "now": row.get_retention_display(), "reason": why}
        link(row, CustodyEvent.Kind.RECLASSIFIED, by=by, at=at, note=_("%(before)s → %(now)s: %(reason)s") % words)
        if review is not None and row.keep_until is not None and row.keep_until >= timezone.localdate(at):
            _end(review, by=by, at=at, reason=why)
        room.touch(locked)
        return row


def _until(piece: Evidence, at: datetime) -> date | None:
    end = ended_on(piece.incident, at=at)
    decided = RetentionReview.objects.filter(evidence=piece).aggregate(day=Max("keep_until"))["day"]
    by_class = keep_until(piece.retention, end) if end is not None else None
    return max((day for day in (by_class, decided) if day is not None), default=None)


def _end(review: RetentionReview, *, by: User, at: datetime, reason: str) -> None:
    """Without a day of its own: the class says until when."""
    review.state, review.reason = RetentionReview.State.KEPT, reason
    review.decided_by, review.decided_at = by, at
    review.save()
