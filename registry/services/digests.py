"""Sending the mail that gathers what happened to watched workflows.

The mail, the record that it was sent and the marks on what it tells are one transaction: whatever is killed, and
however many workers there are, each notice is in one mail.
"""

from datetime import datetime
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Max, Min

from registry.kernel.access.ending import has_ended
from registry.kernel.notify.tell import post
from registry.models import Digest, DigestRhythm, Notice, User
from registry.reports.digests import due_before, write
from registry.services.notices import kept_back


def send_due(*, at: datetime, limit: int = 500) -> int:
    """How many mails were written. Those whose hour has not come are told apart first, and hold up nobody."""
    waiting = Notice.objects.filter(awaits_digest=True).order_by()
    since = dict(waiting.values_list("recipient").annotate(Min("created_at")))
    people = User.objects.filter(pk__in=since).annotate(sent_until=Max("digests__due_at")).order_by("pk")
    due = (person.pk for person in people if _is_due(person, since[person.pk], at))
    return sum(_send(pk, at=at) for pk in islice(due, limit))


def _is_due(person: Any, since: datetime, at: datetime) -> bool:
    """Whether something is to be done: a mail, or clearing what will be in none."""
    if _gets_none(person, at):
        return True
    due = due_before(person, at)
    return since <= due and (person.sent_until is None or person.sent_until < due)


def _gets_none(person: User, at: datetime) -> bool:
    return not person.is_active or has_ended(person, at=at) or person.digest_rhythm == DigestRhythm.NEVER


@transaction.atomic
def _send(number: int, *, at: datetime) -> bool:
    person = User.objects.select_for_update(skip_locked=True, no_key=True).filter(pk=number).first()
    if person is None:
        return False
    rows = Notice.objects.filter(recipient=person, awaits_digest=True)
    if _gets_none(person, at):
        rows.update(awaits_digest=False)
        return False
    due = due_before(person, at)
    if Digest.objects.filter(person=person, due_at=due).exists():
        return False
    told = list(rows.filter(created_at__lte=due).order_by("id"))
    hidden = kept_back(told, reader=person)
    shown = [notice for notice in told if notice.pk not in hidden]
    digest = _write(person, shown, due, at=at) if shown else None
    Notice.objects.filter(pk__in=[notice.pk for notice in told]).update(awaits_digest=False)
    Notice.objects.filter(pk__in=[notice.pk for notice in shown]).update(digest=digest)
    return digest is not None


def _write(person: User, notices: list[Notice], due: datetime, *, at: datetime) -> Digest:
    written = write(person, notices)
    mail = post(to=person.email, subject=written.subject, body=written.text, html=written.html, at=at)
    return Digest.objects.create(person=person, due_at=due, mail=mail, created_at=at)
