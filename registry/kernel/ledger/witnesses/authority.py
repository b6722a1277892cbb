"""Time stamps over checkpoints from an RFC 3161 authority: proof by a third party of when one existed."""

import os
from hashlib import new, sha256

from asn1crypto import algos, cms, core, tsp
from cryptography.exceptions import UnsupportedAlgorithm
from django.utils.translation import gettext as _
from pyhanko.sign.general import CMSExtractionError, extract_certificate_info, extract_signer_info
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_sig_integrity

from registry.kernel.ledger.models import Checkpoint
from registry.kernel.ledger.witnesses.base import NotTaken, Periodic, without_secrets
from registry.kernel.ledger.witnesses.endpoint import post

HEADERS = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
GRANTED = ("granted", "granted_with_mods")


class Answer(core.Sequence):  # type: ignore[misc]
    """A TimeStampResp of RFC 3161. The library's own insists on a token, which a refusal has not."""

    _fields = [("status", tsp.PKIStatusInfo), ("time_stamp_token", cms.ContentInfo, {"optional": True})]


class AuthorityWitness(Periodic):
    """The token it answers with is kept whole (DER): `openssl ts -verify -token_in` reads it beside the note."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.name = f"rfc3161 {without_secrets(url)}"

    def hand(self, checkpoint: Checkpoint) -> bytes:
        digest = sha256(checkpoint.note.encode()).digest()
        nonce = int.from_bytes(os.urandom(8)) | 1 << 63
        request = tsp.TimeStampReq(
            {
                "version": "v1",
                "message_imprint": {
                    "hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
                    "hashed_message": digest,
                },
                "nonce": nonce,
                "cert_req": True,
            }
        )
        return token_in(post(self.url, request.dump(), HEADERS, who=_("time-stamp authority")), digest, nonce)


def is_signed(token: cms.ContentInfo) -> bool:
    """Whether the token bears a sound signature, by a certificate that is in it and is meant for time stamps.

    Who that certificate belongs to is left to whoever checks the token against an authority they trust.
    """
    signed = token["content"]
    content = signed["encap_content_info"]["content"]
    try:
        signer, certificate = extract_signer_info(signed), extract_certificate_info(signed).signer_cert
        told = new(signer["digest_algorithm"]["algorithm"].native, bytes(content)).digest()
        is_intact, is_valid = validate_sig_integrity(signer, certificate, "tst_info", told)
        uses = certificate.extended_key_usage_value
    except (CMSExtractionError, SignatureValidationError, UnsupportedAlgorithm, ValueError, TypeError, KeyError):
        return False
    return is_intact and is_valid and uses is not None and "time_stamping" in uses.native


def token_in(answer: bytes, digest: bytes, nonce: int) -> bytes:
    """The token in DER, once status, imprint, nonce and its signature were found sound. Raises NotTaken."""
    try:
        response = Answer.load(answer, strict=True)
        status = response["status"]["status"].native
        if status not in GRANTED:
            said = "; ".join(response["status"]["status_string"].native or []) or status
            raise NotTaken(_("The time-stamp authority refused: %(why)s.") % {"why": said[:200]})
        token = response["time_stamp_token"]
        stamped = token["content"]["encap_content_info"]["content"].parsed
        imprint = stamped["message_imprint"]
        algorithm, hashed = imprint["hash_algorithm"]["algorithm"].native, imprint["hashed_message"].native
        same_nonce = stamped["nonce"].native == nonce
        der: bytes = token.dump()
    except (ValueError, TypeError, KeyError, AttributeError) as failure:
        raise NotTaken(_("The time-stamp authority gave an answer that is no time stamp.")) from failure
    if (algorithm, hashed) != ("sha256", digest):
        raise NotTaken(_("The time-stamp authority stamped something else than the checkpoint."))
    if not same_nonce:
        raise NotTaken(_("The time-stamp authority answered another question: the nonce is not ours."))
    if not is_signed(token):
        raise NotTaken(_("The time-stamp authority gave a time stamp whose signature is false."))
    return der
