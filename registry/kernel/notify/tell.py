"""Telling one person once, and delivering what is in the outbox."""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import islice

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import models, transaction
from django.utils import timezone

from registry.kernel.notify.models import Mail, Notice
from registry.kernel.nudge import nudge

GIVE_UP_AFTER = 12
"""Attempts, doubling from one minute: about three days."""
AT_ONCE = 500
"""Notices written together."""


def tell(
    *,
    key: str,
    kind: str,
    recipient: models.Model,
    subject: str,
    body: str,
    at: datetime,
    url: str = "",
    about: models.Model | None = None,
    by_mail: bool = True,
) -> tuple[Notice, bool]:
    """The notice with this key, and whether this call made it. Mail goes out once the transaction commits."""
    notice, created = Notice.objects.get_or_create(
        key=key,
        defaults={
            "kind": kind,
            "recipient_id": recipient.pk,
            "subject": subject[:250],
            "body": body,
            "url": url,
            "object_type": about._meta.label_lower if about is not None else "",
            "object_id": str(about.pk) if about is not None else "",
            "created_at": at,
        },
    )
    if created and by_mail:
        address = str(getattr(recipient, "email", ""))
        Mail.objects.create(
            notice=notice,
            recipient=address,
            subject=subject[:250],
            body=_with_link(body, url),
            message_id=f"<notice-{notice.pk}@holdfast>",
            created_at=at,
        )
        nudge("registry.tasks.deliver_mail")
    return notice, created


def tell_quietly(notices: Iterable[Notice]) -> int:
    """Many notices without mail, as far as their keys are new; how many these are."""
    told, waiting = 0, iter(notices)
    while batch := list(islice(waiting, AT_ONCE)):
        known = set(Notice.objects.filter(key__in=[row.key for row in batch]).values_list("key", flat=True))
        fresh = {row.key: row for row in batch if row.key not in known}
        Notice.objects.bulk_create(fresh.values(), ignore_conflicts=True)
        told += len(fresh)
    return told


def post(*, to: str, subject: str, body: str, at: datetime, html: str = "") -> Mail:
    """A mail that belongs to no notice, such as a link to choose a password. `html` says the same as a page."""
    mail = Mail.objects.create(
        recipient=to,
        subject=subject[:250],
        body=body,
        html=html,
        message_id=f"<{uuid.uuid4().hex}@holdfast>",
        created_at=at,
    )
    nudge("registry.tasks.deliver_mail")
    return mail


def _with_link(body: str, url: str) -> str:
    return f"{body}\n\n{getattr(settings, 'SITE_URL', '')}{url}\n" if url else body


def deliver(*, at: datetime, limit: int = 200) -> int:
    """Send what is due, one transaction a mail; returns how many were sent.

    A row is claimed while it is sent. With the database backend, sending and marking are one transaction; with
    SMTP a kill between the two sends again under the same Message-ID, which mail systems recognise.
    """
    sent = 0
    for _round in range(limit):
        if not _deliver_one(at=at):
            break
        sent += 1
    return sent


def _deliver_one(*, at: datetime) -> bool:
    with transaction.atomic():
        mail = (
            Mail.objects.select_for_update(skip_locked=True)
            .filter(sent_at__isnull=True, attempts__lt=GIVE_UP_AFTER)
            .filter(models.Q(next_attempt_at__isnull=True) | models.Q(next_attempt_at__lte=at))
            .order_by("id")
            .first()
        )
        if mail is None:
            return False
        message = _message(mail)
        try:
            with transaction.atomic():
                message.send()
        except OSError as failure:
            mail.attempts += 1
            mail.next_attempt_at = at + timedelta(minutes=2**mail.attempts)
            mail.last_error = f"{type(failure).__name__}: {failure}"[:500]
            mail.save(update_fields=["attempts", "next_attempt_at", "last_error"])
            return True
        mail.sent_at = timezone.now()
        mail.save(update_fields=["sent_at"])
    return True


def _message(mail: Mail) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(
        subject=mail.subject.replace("\n", " "),
        body=mail.body,
        to=[mail.recipient],
        headers={"Message-ID": mail.message_id},
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    return message
