"""What every witness is, and how it says no."""

from abc import ABC, abstractmethod
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from registry.kernel.ledger.models import Checkpoint


class NotTaken(Exception):
    """The checkpoint did not arrive; the message is a sentence for administrators, without secrets."""


class Witness(ABC):
    """Somebody or something outside. `name` is kept with each receipt: kind and address, never a secret."""

    name: str

    @abstractmethod
    def hand(self, checkpoint: Checkpoint) -> bytes:
        """Give it away; what came back, for the record. Raises NotTaken.

        Called again with the same checkpoint after a kill: it must do no harm twice.
        """

    @abstractmethod
    def is_due(self, last: datetime | None, at: datetime) -> bool:
        """Whether it gets a newer checkpoint at `at`, the one before having arrived at `last`, which is no later."""


class Periodic(Witness):
    """At most one checkpoint in each stretch of `every`."""

    every = timedelta(hours=1)

    def is_due(self, last: datetime | None, at: datetime) -> bool:
        return last is None or at - last >= self.every


def without_secrets(url: str) -> str:
    """The address as it may be shown: no user, password, query or fragment, where tokens like to hide."""
    parts = urlsplit(url)
    port = f":{parts.port}" if parts.port else ""
    return f"{parts.scheme}://{parts.hostname or ''}{port}{parts.path}"
