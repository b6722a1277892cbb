"""Sources as this process read them, each until its next version: deliveries come by the hundred, changes by the month.

Whoever asks has just read from the database which version counts; what is remembered is never older.
"""

from typing import Final

from intake.models import SignalSource

_known: Final[dict[int, SignalSource]] = {}


def source_as(number: int, public_id: str, version: int, is_enabled: bool) -> SignalSource:
    """The source in this version. Shared between threads: for reading only."""
    found = _known.get(number)
    if found is None or (found.public_id, found.version, found.is_enabled) != (public_id, version, is_enabled):
        found = _known[number] = SignalSource.objects.get(pk=number)
    return found
