"""Why a document must wait: states that pass or that an administrator ends, and that lose nothing.

Unlike a failure, a delay is not counted: the document stays queued, says on its page what it waits for, and
every sweep tries again.
"""


class Delayed(Exception):
    """The message is a sentence for the document's page."""


class NoCheckpointYet(Delayed):
    """The ledger has not yet signed for everything that the document cites."""


class SigningUnavailable(Delayed):
    """The key, its certificate or the time-stamp authority cannot be used now."""


class SigningPostponed(SigningUnavailable):
    """Printed, but not signed. Printing is costly, so that the next attempt is left some time."""
