"""Until when evidence is kept, set when its incident closes; and asking risk staff once that day has passed.

Nothing is ever removed from here: a day that has passed opens a review, which two people decide.
"""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from incidents.lifecycle import CLOSE, State
from incidents.models import Evidence, Incident, Passage, RetentionReview
from incidents.retention import keep_until
from incidents.services.telling import staff
from registry.kernel.audit.context import acting
from registry.kernel.notify.tell import tell
from registry.models import Role

OPEN = (RetentionReview.State.DUE, RetentionReview.State.PROPOSED)


def begin(incident: Incident, *, at: datetime) -> None:
    """Closing starts the period of every piece. A later day, decided in a review, stays."""
    for piece in Evidence.objects.filter(incident=incident).exclude(custody=Evidence.Custody.DISPOSED):
        _set(piece, timezone.localdate(at))


def begin_for(piece: Evidence, *, at: datetime) -> None:
    """A piece that comes when its incident is closed already is counted from that closing."""
    _set(piece, _closed_on(piece.incident, at))


def begin_missing(*, at: datetime) -> int:
    """Pieces of closed incidents that have no day yet; how many got one."""
    rows = Evidence.objects.filter(incident__state=State.CLOSED, keep_until__isnull=True, disposed_at__isnull=True)
    pks = list(rows.values_list("pk", flat=True))
    for pk in pks:
        with transaction.atomic():
            piece = rows.select_for_update(of=("self",), skip_locked=True).select_related("incident").filter(pk=pk)
            for row in piece:
                _set(row, _closed_on(row.incident, at))
    return len(pks)


def due(today: date) -> QuerySet[Evidence]:
    """Content whose keeping has ended, free of a hold, in a closed incident, and not under review."""
    reviews = RetentionReview.objects.filter(evidence=OuterRef("pk"), state__in=OPEN)
    return Evidence.objects.filter(
        ~Exists(reviews),
        file__isnull=False,
        keep_until__lt=today,
        is_on_hold=False,
        incident__state=State.CLOSED,
    ).exclude(custody=Evidence.Custody.DISPOSED)


def open_reviews(*, at: datetime) -> int:
    """One review for each piece that is due; how many were opened. Risk staff are told."""
    today, opened = timezone.localdate(at), 0
    for pk in list(due(today).order_by("keep_until", "pk").values_list("pk", flat=True)):
        with transaction.atomic(), acting(reason=_("Its keeping has ended")):
            # Held first and asked after: a statement that waited for nothing still sees the reviews of its own start.
            held = Evidence.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
            piece = due(today).filter(pk=pk).first() if held is not None else None
            if piece is not None and piece.keep_until is not None:
                RetentionReview.objects.create(evidence=piece, due_date=piece.keep_until)
                opened += 1
    _tell(at=at)
    return opened


def _set(piece: Evidence, closed_on: date) -> None:
    until = keep_until(piece.retention, closed_on)
    if piece.keep_until is None or piece.keep_until < until:
        piece.keep_until = until
        piece.save()


def _closed_on(incident: Incident, at: datetime) -> date:
    last = Passage.objects.filter(incident=incident, verb=CLOSE).order_by("-id").first()
    return timezone.localdate(last.at if last is not None else at)


def _tell(*, at: datetime) -> None:
    """Once for the newest review that waits, so that a sweep cut short before this point is made up for."""
    waiting = RetentionReview.objects.filter(state=RetentionReview.State.DUE)
    newest, number = waiting.order_by("-pk").first(), waiting.count()
    if newest is None:
        return
    for person in staff(Role.RISK):
        tell(
            key=f"retention-{newest.pk}-{person.pk}",
            kind="RETENTION",
            recipient=person,
            subject=ngettext(
                "%(n)d piece of evidence has reached the end of its keeping",
                "%(n)d pieces of evidence have reached the end of their keeping",
                number,
            )
            % {"n": number},
            body=_("Decide for each whether it is kept on, or propose its disposal, which a second person confirms."),
            at=at,
            url=reverse("retention"),
        )
