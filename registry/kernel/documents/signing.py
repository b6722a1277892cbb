"""PAdES signatures, B-T where a time-stamp authority is configured and B-B elsewhere.

The signature is one increment after the unsigned bytes, which therefore stay what the record makes of them.
It allows no change at all, and shows nothing on the page: who signed is the reader's program to say.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from io import BytesIO

from asn1crypto import x509 as asn1
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from django.utils.translation import gettext as _
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import InvisSigSettings, MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner, Signer
from pyhanko.sign.timestamps.common_utils import TimestampRequestError
from pyhanko_certvalidator.registry import SimpleCertificateStore

from registry.kernel.documents.certificates import Chain
from registry.kernel.documents.credentials import mismatch
from registry.kernel.documents.delays import SigningUnavailable
from registry.kernel.documents.signers import SHA256, DigestSigner
from registry.kernel.documents.stamping import Authority

FIELD = "Signature"
LONGEST_SIGNATURE = 72
"""Bytes of a DER-encoded P-256 signature at most."""
RESERVED = 2 * 16 * 1024
"""Hexadecimal digits kept free for signature, chain and time stamp, so that the authority is asked only once."""


class _Increment(IncrementalPdfFileWriter):
    def _update_meta(self) -> None:
        """Leave the metadata alone: written anew, it would lose the schema by which PDF/A and PDF/UA agree."""


class _Sealer(Signer):
    """What the library asks of a signer, answered by whoever holds the key."""

    def __init__(self, chain: Chain, signer: DigestSigner) -> None:
        first, *above = (asn1.Certificate.load(one.public_bytes(Encoding.DER)) for one in chain.certificates)
        others = SimpleCertificateStore.from_certs(above)  # type: ignore[no-untyped-call]
        super().__init__(signing_cert=first, cert_registry=others)
        self.chain, self.signer = chain, signer

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        if dry_run:
            return bytes(LONGEST_SIGNATURE)
        digest = sha256(data).digest()
        signature = self.signer.sign_digest(digest)
        try:
            self.chain.public_key.verify(signature, digest, ec.ECDSA(SHA256))
        except InvalidSignature as failure:
            raise mismatch() from failure
        return signature


def sign(unsigned: bytes, chain: Chain, signer: DigestSigner, *, number: str) -> bytes:
    """`unsigned` followed by one increment with the signature. Raises SigningUnavailable."""
    authority = Authority(settings.DOCUMENT_TSA_URL) if settings.DOCUMENT_TSA_URL else None
    about = PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        name=chain.name,
        reason=_("Issued as %(number)s") % {"number": number},
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
    )
    field = SigFieldSpec(
        FIELD,
        readable_field_name=_("Signature of the issuing site"),
        invis_sig_settings=InvisSigSettings(box_out_of_bounds=True),
    )
    pen = PdfSigner(about, _Sealer(chain, signer), timestamper=authority, new_field_spec=field)
    signed = BytesIO()
    work = pen.async_sign_pdf(
        _Increment(BytesIO(unsigned)), output=signed, bytes_reserved=RESERVED if authority else None
    )
    try:
        with ThreadPoolExecutor(1) as apart:  # the caller's thread may have a loop of its own
            apart.submit(asyncio.run, work).result()
    except (SigningError, TimestampRequestError) as failure:
        raise SigningUnavailable(
            _("The report could not be signed (%(why)s). An administrator must look at it.") % {"why": failure}
        ) from failure
    return signed.getvalue()
