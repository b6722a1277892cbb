"""Certificate and key together: what a report is signed with, found to be usable before anything is printed."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from registry.kernel.documents import demonstration, signers
from registry.kernel.documents.certificates import Chain, read_chain
from registry.kernel.documents.delays import SigningUnavailable
from registry.kernel.documents.signers import DigestSigner, FileSigner


@contextmanager
def ready(*, at: datetime) -> Iterator[tuple[Chain, DigestSigner]]:
    """The chain and whoever holds its key. Raises SigningUnavailable, with a sentence that says what to do."""
    if settings.DOCUMENT_DEMONSTRATION_KEY:
        demonstration.ensure(Path(settings.DOCUMENT_KEY_FILE), Path(settings.DOCUMENT_CERT_FILE), at=at)
    chain = read_chain(at=at)
    with signers.opened() as signer:
        if isinstance(signer, FileSigner) and signer.key.public_key() != chain.public_key:
            raise mismatch()
        yield chain, signer


def mismatch() -> SigningUnavailable:
    return SigningUnavailable(
        _("The signing key does not belong to the signing certificate. An administrator must look at both.")
    )
