"""The record is checked once a day, a little at a time; auditors and administrators learn of a finding once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import connection
from django.urls import reverse
from django.utils.translation import gettext as _

from registry.kernel.ledger import checking
from registry.kernel.ledger.clock import is_ahead
from registry.kernel.notify.tell import tell
from registry.models import IntegrityCheck, Role, User

EVERY = timedelta(days=1)
SUBJECTS = (IntegrityCheck.Subject.HISTORY, IntegrityCheck.Subject.LEDGER)
MOST_MAILED = 10
"""Findings that a mail puts into words."""
LOCK = 7_305_112_918_224_443
"""Advisory lock of a session: one worker checks at a time, and a killed one leaves nothing behind."""


def check_a_little(*, at: Callable[[], datetime], seconds: float) -> None:
    """Go on with the run of today, begin one that is due, or do nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if not (cursor.fetchone() or (False,))[0]:
            return
        try:
            for subject in SUBJECTS:
                check = _running(subject) or _due(subject, at())
                if check is not None:
                    _go_on(check, at=at, seconds=seconds)
                    return
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def tell_of(check: IntegrityCheck, *, at: datetime) -> None:
    """The same findings tomorrow are no news; other findings are."""
    if not check.findings_count:
        return
    said = f"{check.subject} {check.findings_count} {check.findings}"
    for person in User.objects.active().filter(roles__overlap=[Role.AUDITOR, Role.ADMINISTRATOR]):
        tell(
            key=f"record-{sha256(said.encode()).hexdigest()[:32]}-{person.pk}",
            kind="RECORD",
            recipient=person,
            subject=_("The record does not agree with itself"),
            body=_(
                "%(subject)s: %(count)s differences were found.\n\n%(first)s\n\n"
                "Find out who could write to the database. Keep a copy of it as it is, and compare with an older "
                "checkpoint before anything is restored."
            )
            % {
                "subject": IntegrityCheck.Subject(check.subject).label,
                "count": check.findings_count,
                "first": "\n".join(_first(check)),
            },
            at=at,
            url=reverse("audit"),
        )


def _first(check: IntegrityCheck) -> list[str]:
    shown = check.findings[:MOST_MAILED]
    more = check.findings_count - len(shown)
    return [*shown, _("… and %(count)s more.") % {"count": more}] if more > 0 else shown


def _go_on(check: IntegrityCheck, *, at: Callable[[], datetime], seconds: float) -> None:
    checking.go_on(check, clock=at, seconds=seconds)
    if check.finished_at is not None:
        tell_of(check, at=at())


def _running(subject: str) -> IntegrityCheck | None:
    return IntegrityCheck.objects.filter(subject=subject, finished_at__isnull=True).order_by("id").first()


def _due(subject: str, now: datetime) -> IntegrityCheck | None:
    last = IntegrityCheck.objects.filter(subject=subject).order_by("-id").first()
    if last is not None and not is_ahead(last.started_at, now) and now - last.started_at < EVERY:
        return None
    return checking.begin(subject, at=now)
