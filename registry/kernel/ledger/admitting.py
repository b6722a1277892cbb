"""Which keys may sign: the first, and those whose turn the log itself announced before they signed anything."""

from collections.abc import Sequence

from registry.kernel.ledger.keys import KeyMissing
from registry.kernel.ledger.models import Leaf, LogKey
from registry.kernel.ledger.notes import Signer
from registry.kernel.ledger.rotating import ROTATED


def admit(signers: Sequence[Signer], *, origin: str, covered: int) -> None:
    """Raises KeyMissing for a key that may not sign. `covered` is the size of the newest checkpoint.

    All that sign the first checkpoint under a name are first keys.
    """
    known = LogKey.objects.filter(purpose=LogKey.Purpose.CHECKPOINTS, name=origin)
    retired = dict(known.values_list("public", "retired_at"))
    for signer in signers:
        if retired.get(signer.vkey) is not None:
            raise KeyMissing(
                f"The key {_short(signer)} was retired and must not sign again. Take it out of the settings."
            )
        if retired and signer.vkey not in retired and not _is_announced(signer.vkey, covered):
            raise KeyMissing(
                f"The key {_short(signer)} was not announced in the log, or no checkpoint covers that yet. Let the "
                "keys before it sign alone, run rotate_ledger_key, and set it when that says so. If those are lost: "
                "continue_log --key-lost."
            )


def _is_announced(vkey: str, covered: int) -> bool:
    return Leaf.objects.filter(index__lt=covered, entry__event=ROTATED, entry__detail__new=vkey).exists()


def _short(signer: Signer) -> str:
    """Name and number of the key, without the key itself."""
    name, stated, _rest = signer.vkey.split("+", 2)
    return f"{name} {stated}"
