"""The states of an attestation, and which verb leads from which to which."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from registry.attesting import WAITING, AttestationState
from registry.kernel.http.errors import Conflict
from registry.kernel.transitions import Table, Transition, TransitionRefused
from registry.models import Attestation

_S = AttestationState
_WAITING = frozenset(WAITING)

TABLE: Final = Table(
    "attestation",
    states=AttestationState,
    labels={state: state._label for state in AttestationState},
    terminal=[_S.ATTESTED, _S.EXCUSED, _S.MISSED],
    transitions=[
        Transition("attest", _WAITING, _S.ATTESTED, _("Attest")),
        Transition("correct", _WAITING, _S.CORRECTING, _("Say that it is not true")),
        Transition("hand_on", _WAITING, _S.OPEN, _("Hand on")),
        Transition("excuse", _WAITING, _S.EXCUSED, _("Excuse")),
        Transition("miss", _WAITING, _S.MISSED, _("Close the campaign")),
    ],
)


def passed(attestation: Attestation, verb: str) -> None:
    """Put it into the state that `verb` leads to. Raises Conflict where it leads nowhere."""
    try:
        attestation.state = TABLE.find(verb, attestation.state).target
    except TransitionRefused as refused:
        raise Conflict(refused.reason) from refused
