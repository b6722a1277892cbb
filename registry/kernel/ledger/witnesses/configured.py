"""The witnesses that the settings name."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings

from registry.kernel.ledger.witnesses.authority import AuthorityWitness
from registry.kernel.ledger.witnesses.base import Periodic, Witness
from registry.kernel.ledger.witnesses.endpoint import EndpointWitness
from registry.kernel.ledger.witnesses.folder import FolderWitness
from registry.kernel.ledger.witnesses.mail import MailWitness


def configured() -> Iterator[Witness]:
    for witness in _periodic():
        witness.every = timedelta(minutes=settings.LEDGER_WITNESS_EVERY)
        yield witness
    for address in settings.LEDGER_WITNESS_MAIL:
        yield MailWitness(address)


def _periodic() -> Iterator[Periodic]:
    if settings.LEDGER_WITNESS_FOLDER:
        yield FolderWitness(Path(settings.LEDGER_WITNESS_FOLDER))
    if settings.LEDGER_WITNESS_URL:
        yield EndpointWitness(settings.LEDGER_WITNESS_URL, settings.LEDGER_WITNESS_TOKEN)
    if settings.LEDGER_TSA_URL:
        yield AuthorityWitness(settings.LEDGER_TSA_URL)
