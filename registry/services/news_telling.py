"""Telling those who watch: the record is read on from where it was read last, each entry once.

The cursor is held while it is moved on, and notices are written in the same transaction: whatever is killed in
between, and however many workers there are, nothing is lost and nothing told twice.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from registry.kernel.audit.following import newest, read_on
from registry.kernel.audit.models import AuditEntry
from registry.kernel.notify.tell import tell_quietly
from registry.models import DigestRhythm, NewsCursor, Notice, User, Workflow
from registry.services import news
from registry.services.news import News
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
    entries = read_on(cursor, _telling(), limit=BATCH)
    return None if entries is None else _tell(_news_of(entries), at=at)


def _telling() -> Q:
    """Which entries may tell something."""
    changed, new = (Q(kind=kind) for kind in (AuditEntry.Kind.CHANGED, AuditEntry.Kind.CREATED))
    return changed & Q(object_type__in=news.labels()) | new & Q(object_type__in=news.labels(of_new=True))


def _held() -> NewsCursor | None:
    return NewsCursor.objects.select_for_update(skip_locked=True).filter(pk=1).first()


def _news_of(entries: list[AuditEntry]) -> Iterator[News]:
    for label, own in news.steps_of(entries).items():
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
