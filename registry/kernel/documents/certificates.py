"""The certificate a report is signed with: read, looked over, and put on record once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from registry.kernel.documents.delays import SigningUnavailable
from registry.kernel.ledger.models import LogKey


@dataclass(frozen=True)
class Chain:
    """The signing certificate, then those above it."""

    certificates: tuple[x509.Certificate, ...]

    @property
    def leaf(self) -> x509.Certificate:
        return self.certificates[0]

    @property
    def public_key(self) -> ec.EllipticCurvePublicKey:
        key = self.leaf.public_key()
        if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
            raise SigningUnavailable(
                _("The signing certificate is not for an ECDSA P-256 key. An administrator must replace it.")
            )
        return key

    @property
    def name(self) -> str:
        """The common name it was issued to, or the whole subject where there is none."""
        names = self.leaf.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
        return str(names[0].value) if names else self.leaf.subject.rfc4514_string()

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate, in hex."""
        return sha256(self.leaf.public_bytes(Encoding.DER)).hexdigest()

    @property
    def title(self) -> str:
        """What the document and the ledger call the signer."""
        return f"{self.name}, SHA-256 {self.fingerprint}"[-300:]

    @property
    def pem(self) -> str:
        return "".join(certificate.public_bytes(Encoding.PEM).decode() for certificate in self.certificates)


def read_chain(*, at: datetime) -> Chain:
    """What DOCUMENT_CERT_FILE holds. Raises SigningUnavailable when it cannot be used at `at`."""
    if not settings.DOCUMENT_CERT_FILE:
        raise SigningUnavailable(_("No certificate is set up. An administrator must set DOCUMENT_CERT_FILE."))
    try:
        content = Path(settings.DOCUMENT_CERT_FILE).read_bytes()
        chain = Chain(tuple(x509.load_pem_x509_certificates(content)))
    except OSError as failure:
        raise SigningUnavailable(
            _("The signing certificate cannot be read (%(why)s). An administrator must look at DOCUMENT_CERT_FILE.")
            % {"why": failure.strerror}
        ) from failure
    except ValueError as failure:
        raise SigningUnavailable(
            _("The file named by DOCUMENT_CERT_FILE holds no certificate. An administrator must replace it.")
        ) from failure
    for sentence in _objections(chain, at):
        raise SigningUnavailable(sentence)
    return chain


def _objections(chain: Chain, at: datetime) -> Iterator[str]:
    since, until = chain.leaf.not_valid_before_utc, chain.leaf.not_valid_after_utc
    if at > until:
        yield _("The signing key expired on %(day)s. An administrator must renew it; the report is made then.") % {
            "day": date_format(until, "j F Y")
        }
    if at < since:
        yield _("The signing key is valid from %(day)s on. An administrator must look at it, or at the clock.") % {
            "day": date_format(since, "j F Y")
        }


def fingerprint_in(title: str) -> str:
    """The fingerprint that a `Chain.title` ends with."""
    return title.rpartition(" ")[2]


def put_on_record(chain: Chain, *, at: datetime) -> None:
    """Keep the chain the first time it is used: who checks a signature years from now finds it here."""
    LogKey.objects.get_or_create(
        fingerprint=chain.fingerprint,
        defaults={
            "purpose": LogKey.Purpose.DOCUMENTS,
            "name": chain.name[:200],
            "public": chain.pem,
            "first_used_at": at,
        },
    )
