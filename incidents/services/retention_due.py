"""Until when evidence is kept, set when its incident ends; and asking risk staff once that day has passed.

An incident ends when it is closed or declined; one that was merged, with the one it became part of.

Nothing is ever removed from here: a day that has passed opens a review, which two people decide.
"""

from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from incidents.lifecycle import CLOSE, DECLINE, State
from incidents.models import Evidence, Incident, Passage, RetentionReview
from incidents.retention import keep_until
from incidents.services.merged import whole
from incidents.services.telling import staff
from registry.kernel.audit.context import acting
from registry.kernel.notify.tell import tell
from registry.models import Role

OPEN = (RetentionReview.State.DUE, RetentionReview.State.PROPOSED)
_OVER = (State.CLOSED, State.DECLINED, State.MERGED)
ENDS = {State.CLOSED: CLOSE, State.DECLINED: DECLINE}
"""State in which an incident has ended → the step that led there."""


def ended_on(incident: Incident, *, at: datetime) -> date | None:
    """The day it ended, None while it goes on; today where nobody wrote down when."""
    last = whole(incident)[-1]
    if last.state not in ENDS:
        return None
    passage = Passage.objects.filter(incident=last, verb=ENDS[State(last.state)]).order_by("-id").first()
    return timezone.localdate(passage.at if passage is not None else at)


def begin(incident: Incident, *, at: datetime) -> None:
    """The end starts the period of every piece, also of what was merged into it. A later day, decided in a review,
    stays.
    """
    concerned = newest = {incident.pk}
    while newest := set(Incident.objects.filter(merged_into__in=newest).values_list("pk", flat=True)) - concerned:
        concerned = concerned | newest
    for piece in Evidence.objects.filter(incident__in=concerned).exclude(custody=Evidence.Custody.DISPOSED):
        _set(piece, timezone.localdate(at))


def begin_for(piece: Evidence, *, at: datetime) -> None:
    """A piece that comes when its incident has ended already is counted from that end."""
    if (day := ended_on(piece.incident, at=at)) is not None:
        _set(piece, day)


def begin_missing(*, at: datetime) -> int:
    """Pieces of incidents that have ended and that have no day yet; how many got one."""
    rows = Evidence.objects.filter(incident__state__in=_OVER, keep_until__isnull=True, disposed_at__isnull=True)
    begun = 0
    for pk in list(rows.values_list("pk", flat=True)):
        with transaction.atomic():
            piece = rows.select_for_update(of=("self",), skip_locked=True).select_related("incident").filter(pk=pk)
            for row in piece:
                begin_for(row, at=at)
                begun += row.keep_until is not None
    return begun


def due(today: date) -> QuerySet[Evidence]:
    """Content whose keeping has ended, free of a hold, in an incident that is over, and not under review. Of a merged
    one, whether what it became part of was reopened is still to be asked.
    """
    reviews = RetentionReview.objects.filter(evidence=OuterRef("pk"), state__in=OPEN)
    return Evidence.objects.filter(
        ~Exists(reviews),
        file__isnull=False,
        keep_until__lt=today,
        is_on_hold=False,
        incident__state__in=_OVER,
    ).exclude(custody=Evidence.Custody.DISPOSED)


def open_reviews(*, at: datetime) -> int:
    """One review for each piece that is due; how many were opened. Risk staff are told."""
    today, opened = timezone.localdate(at), 0
    for pk in list(due(today).order_by("keep_until", "pk").values_list("pk", flat=True)):
        with transaction.atomic(), acting(reason=_("Its keeping has ended")):
            # Held first and asked after: a statement that waited for nothing still sees the reviews of its own start.
            held = Evidence.objects.select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
            piece = due(today).filter(pk=pk).select_related("incident").first() if held is not None else None
            if piece is None or piece.keep_until is None:
                continue
            if ended_on(piece.incident, at=at) is not None:
                RetentionReview.objects.create(evidence=piece, due_date=piece.keep_until)
                opened += 1
    _tell(at=at)
    return opened


def _set(piece: Evidence, closed_on: date) -> None:
    until = keep_until(piece.retention, closed_on)
    if piece.keep_until is None or piece.keep_until < until:
        piece.keep_until = until
        piece.save()


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
