"""What the log is called. After a loss it goes on under another name, since it no longer keeps its promise."""

from datetime import datetime

from django.conf import settings

from registry.kernel.audit.models import AuditEntry

RESTARTED = "LOG_RESTARTED"
LONGEST, LONGER = 180, 200
"""Characters of a name, and of one that was continued."""


def origin_now() -> str:
    """The name by setting or, once the log had to be continued after a loss, the one it was given then."""
    last = AuditEntry.objects.filter(event=RESTARTED).order_by("-id").values_list("detail", flat=True).first()
    return str(last["origin"]) if last else str(settings.LEDGER_ORIGIN)


def fault_of(origin: str) -> str:
    """Why no key can have this name, as a sentence; empty when it can (C2SP signed-note: no spaces, no plus)."""
    if not origin:
        return "LEDGER_ORIGIN is empty. Give the log a name, such as holdfast.example.org/log."
    if "+" in origin or not origin.isprintable() or any(each.isspace() for each in origin):
        return "LEDGER_ORIGIN must hold no spaces, no line breaks and no plus: it is a part of the public key."
    if len(origin) > (LONGEST if origin == settings.LEDGER_ORIGIN else LONGER):
        return f"LEDGER_ORIGIN is too long. {LONGEST} characters are the most."
    return ""


def origin_after(*lost: str, at: datetime | None = None) -> str:
    """A name that none of `lost` had: a database may be restored from the same backup twice.

    With `at`, one that the log cannot have had before either, where nobody knows what it was called last.
    """
    numbers = [number for origin in lost if (number := _number(origin)) is not None]
    following = max(numbers, default=1) + 1
    return f"{settings.LEDGER_ORIGIN}/{following if at is None else max(following, int(f'{at:%Y%m%d%H%M%S}'))}"


def _number(origin: str) -> int | None:
    """1 for the name by setting, n where it was continued as `…/n`, nothing for a name of another setting."""
    base, _slash, number = origin.rpartition("/")
    if origin == settings.LEDGER_ORIGIN:
        return 1
    return int(number) if base == settings.LEDGER_ORIGIN and number.isdigit() else None
