"""Checkpoints go out to the witnesses; administrators are told when one of them does not answer for long."""

from collections.abc import Callable
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from registry.kernel.ledger.witnesses.configured import configured
from registry.kernel.ledger.witnesses.handing import hand_out
from registry.kernel.notify.tell import tell
from registry.models import Receipt, Role, User

TOLD_AFTER = 5
"""Failures in a row: about half an hour."""


def send_checkpoints(*, at: Callable[[], datetime]) -> int:
    """How many were taken."""
    taken = 0
    for receipt in hand_out(configured(), at=at):
        if receipt.sent_at is not None:
            taken += 1
        elif receipt.attempts >= TOLD_AFTER:
            _tell(receipt, at=at())
    return taken


def _tell(receipt: Receipt, *, at: datetime) -> None:
    """Once for each run of failures, which is one receipt."""
    for person in User.objects.with_role(Role.ADMINISTRATOR):
        tell(
            key=f"witness-{receipt.pk}-{person.pk}",
            kind="WITNESS",
            recipient=person,
            subject=_("A witness of the log cannot be reached"),
            body=_(
                "Since %(attempts)s attempts no checkpoint reaches this witness: %(witness)s.\n\n%(failure)s\n\n"
                "Nothing is lost: the newest checkpoint is sent as soon as it can be. Until then nobody there could "
                "notice a change of the record."
            )
            % {"attempts": receipt.attempts, "witness": receipt.witness, "failure": receipt.failure},
            at=at,
            url=reverse("audit"),
        )
