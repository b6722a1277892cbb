"""Mail that stays: the backend of local installations puts every message on a page instead of the wire."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from registry.kernel.notify.models import DeliveredMail


class DatabaseBackend(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        now = timezone.now()
        rows = [
            DeliveredMail(
                recipient=recipient,
                subject=str(message.subject)[:250],
                body=str(message.body),
                html=_page(message),
                message_id=str(message.extra_headers.get("Message-ID", "")),
                delivered_at=now,
            )
            for message in email_messages
            for recipient in message.recipients()
        ]
        DeliveredMail.objects.bulk_create(rows)
        return len(email_messages)


def _page(message: EmailMessage) -> str:
    """What is attached as the same in HTML."""
    found = (str(content) for content, kind in getattr(message, "alternatives", ()) if kind == "text/html")
    return next(found, "")
