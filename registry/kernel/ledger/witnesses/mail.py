"""A checkpoint a day by mail: whoever keeps their mail keeps a copy that nobody here can change."""

from datetime import UTC, datetime

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext as _

from registry.kernel.ledger.models import Checkpoint
from registry.kernel.ledger.witnesses.base import NotTaken, Witness


class MailWitness(Witness):
    """One address. The mail has the same Message-ID when it has to be sent again, which mail systems recognise."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.name = f"mail {address}"

    def hand(self, checkpoint: Checkpoint) -> bytes:
        identity = f"<checkpoint-{checkpoint.size}-{checkpoint.root[:16]}@holdfast>"
        message = EmailMessage(
            subject=_("Checkpoint of %(origin)s: %(size)s entries")
            % {"origin": checkpoint.origin, "size": f"{checkpoint.size:,}"},
            body=body_of(checkpoint),
            to=[self.address],
            headers={"Message-ID": identity},
        )
        try:
            message.send()
        except OSError as failure:  # SMTP's own refusals are among these
            raise NotTaken(_("The mail was not sent: %(why)s.") % {"why": type(failure).__name__}) from failure
        return identity.encode()

    def is_due(self, last: datetime | None, at: datetime) -> bool:
        """Once a day, in UTC."""
        return last is None or last.astimezone(UTC).date() < at.astimezone(UTC).date()


def body_of(checkpoint: Checkpoint) -> str:
    return _(
        "Keep this mail. It holds a checkpoint of the log named below: a signed statement that the log had\n"
        "%(size)s entries when it was signed on %(at)s (UTC), and what they were. Whoever changes one of\n"
        "them afterwards cannot make the log fit this checkpoint again.\n"
        "\n"
        "The checkpoint is everything between the two lines, the empty line included. Save it as a text file.\n"
        "\n"
        "----------------------------------------------------------------------\n"
        "%(note)s"
        "----------------------------------------------------------------------\n"
        "\n"
        "To check a later state of the log against it:\n"
        "  1. Get the verifier, verify.py: %(site)s/verify/verify.py\n"
        "     (better: from somebody else who has it; it needs Python and nothing else).\n"
        "  2. Get the newest checkpoint, and the proof that it continues this one:\n"
        "     %(site)s/verify/checkpoint\n"
        "     %(site)s/verify/consistency?old=%(size)s\n"
        "  3. Run: python3 verify.py checkpoint NEWEST THIS --key VKEY --proof PROOF\n"
        "     VKEY is the public key of the log. Write it down once: %(site)s/verify/keys\n"
        "\n"
        "You need not do this every day. It is enough to keep these mails, and to check when it matters.\n"
    ) % {
        "size": checkpoint.size,
        "at": f"{checkpoint.signed_at.astimezone(UTC):%Y-%m-%d %H:%M:%S}",
        "note": checkpoint.note,
        "site": settings.SITE_URL,
    }
