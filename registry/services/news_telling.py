"""Telling those who watch: the record is read on from where it was read last, each entry once.

The cursor is held while it is moved on, and notices are written in the same transaction: whatever is killed in
between, and however many workers there are, nothing is lost and nothing told twice.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from registry.kernel.audit.following import Mark, newest, settled
from registry.kernel.audit.models import AuditEntry
from registry.kernel.audit.reading import pairs_of
from registry.kernel.notify.tell import tell_quietly
from registry.models import DigestRhythm, NewsCursor, Notice, User, Workflow
from registry.services import news
from registry.services.news import News, Step
from registry.services.watches import listeners

BATCH = 2000
"""Entries read together."""
FOLLOWED = Workflow._meta.label_lower


def begin(*, at: datetime) -> None:
    """Tell from now on; what happened before stays untold. Done once, by whoever comes first."""
    if not NewsCursor.objects.exists():
        start = {"entry_id": newest().entry_id, "told_until_date": timezone.localdate(at)}
        NewsCursor.objects.get_or_create(pk=1, defaults=start)


def tell_news(*, at: datetime) -> int:
    """How many notices were written."""
    begin(at=at)
    told = _tell_days(at=at)
    while (step := _tell_some(at=at)) is not None:
        told += step
    return told


@transaction.atomic
def _tell_some(*, at: datetime) -> int | None:
    """A batch of entries; nothing when there is none left, or another worker is at it."""
    cursor = _held()
    if cursor is None:
        return None
    now = newest()
    earlier = Mark(cursor.mark_id, frozenset(cursor.mark_writers)) if cursor.mark_id is not None else None
    until = settled(now, earlier)
    if until is None or until <= cursor.entry_id:
        if until is not None or earlier is None:
            _mark(cursor, now)
        return None
    rows = AuditEntry.objects.filter(id__gt=cursor.entry_id, id__lte=until, history_id__isnull=False)
    entries = list(rows.filter(_telling()).defer("payload", "leaf_hash").order_by("id")[:BATCH])
    told = _tell(_news_of(entries), at=at)
    cursor.entry_id = entries[-1].pk if len(entries) == BATCH else until
    cursor.mark_id, cursor.mark_writers = None, []
    cursor.save()
    return told


def _telling() -> Q:
    """Which entries may tell something."""
    changed, new = (Q(kind=kind) for kind in (AuditEntry.Kind.CHANGED, AuditEntry.Kind.CREATED))
    return changed & Q(object_type__in=news.labels()) | new & Q(object_type__in=news.labels(of_new=True))


def _held() -> NewsCursor | None:
    return NewsCursor.objects.select_for_update(skip_locked=True).filter(pk=1).first()


def _mark(cursor: NewsCursor, now: Mark) -> None:
    mark = (now.entry_id if now.writers else None, sorted(now.writers))
    if mark != (cursor.mark_id, cursor.mark_writers):
        cursor.mark_id, cursor.mark_writers = mark
        cursor.save(update_fields=["mark_id", "mark_writers"])


def _news_of(entries: list[AuditEntry]) -> Iterator[News]:
    numbers: dict[str, list[int]] = defaultdict(list)
    for entry in entries:
        numbers[entry.object_type].append(entry.history_id or 0)
    pairs = pairs_of(numbers)
    steps: dict[str, list[Step]] = defaultdict(list)
    for entry in entries:
        new, old = pairs.get((entry.object_type, entry.history_id or 0), (None, None))
        if new is not None:
            steps[entry.object_type].append(Step(entry, new, old))
    for label, own in steps.items():
        yield from news.read(label, own)


@transaction.atomic
def _tell_days(*, at: datetime) -> int:
    """What came with the days since it was told last."""
    today, cursor = timezone.localdate(at), _held()
    if cursor is None or cursor.told_until_date >= today:
        return 0
    told = _tell(news.of_days(cursor.told_until_date + timedelta(days=1), today), at=at)
    cursor.told_until_date = today
    cursor.save(update_fields=["told_until_date"])
    return told


def _tell(found: Iterable[News], *, at: datetime) -> int:
    items = sorted(found, key=lambda item: item.at)
    watching = listeners({item.workflow for item in items})
    everybody = {pk for people in watching.values() for pk in people}
    people = User.objects.active().in_bulk(everybody)
    return tell_quietly(
        _notice(item, people[pk], at=at)
        for item in items
        for pk, since in sorted(watching[item.workflow].items())
        if pk in people and _is_told(item, people[pk], since)
    )


def _is_told(item: News, person: User, since: datetime | None) -> bool:
    """Not of what one did, is told in person or may not see, nor of what happened before one watched."""
    is_new = person.pk != item.by and person.pk not in item.heard
    return is_new and (since is None or item.at >= since) and item.may_hear(person)


def _notice(item: News, person: User, *, at: datetime) -> Notice:
    return Notice(
        key=f"watch:{item.key}:{person.pk}",
        kind=item.topic,
        recipient=person,
        subject=item.subject[:250],
        body=item.body,
        url=item.url,
        object_type=item.about._meta.label_lower,
        object_id=str(item.about.pk),
        under_type=FOLLOWED,
        under_id=str(item.workflow),
        is_watched=True,
        awaits_digest=person.digest_rhythm != DigestRhythm.NEVER,
        created_at=at,
    )
