"""What the log is called. After a loss it goes on under another name, since it no longer keeps its promise."""

from django.conf import settings

from registry.kernel.audit.models import AuditEntry

RESTARTED = "LOG_RESTARTED"


def origin_now() -> str:
    """The name by setting or, once the log had to be continued after a loss, the one it was given then."""
    last = AuditEntry.objects.filter(event=RESTARTED).order_by("-id").values_list("detail", flat=True).first()
    return str(last["origin"]) if last else str(settings.LEDGER_ORIGIN)


def origin_after(*lost: str) -> str:
    """A name that none of `lost` had: a database may be restored from the same backup twice."""
    numbers = [number for origin in lost if (number := _number(origin)) is not None]
    return f"{settings.LEDGER_ORIGIN}/{max(numbers, default=1) + 1}"


def _number(origin: str) -> int | None:
    """1 for the name by setting, n where it was continued as `…/n`, nothing for a name of another setting."""
    base, _slash, number = origin.rpartition("/")
    if origin == settings.LEDGER_ORIGIN:
        return 1
    return int(number) if base == settings.LEDGER_ORIGIN and number.isdigit() else None
