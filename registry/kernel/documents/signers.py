"""Who holds the key: a file, a token, or a service. Each is handed a digest and hands back a signature."""

import json
from abc import ABC, abstractmethod
from base64 import b64decode, b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, encode_dss_signature
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings
from django.utils.translation import gettext as _

from registry.kernel.documents.asking import ask
from registry.kernel.documents.delays import SigningUnavailable

SHA256 = Prehashed(hashes.SHA256())
KMS_ALGORITHM = "ECDSA_SHA_256"


class DigestSigner(ABC):
    """Everything a key needs to be able to do. The document itself never leaves the site."""

    @abstractmethod
    def sign_digest(self, digest: bytes) -> bytes:
        """The DER-encoded ECDSA signature of a SHA-256 digest. Raises SigningUnavailable."""


class FileSigner(DigestSigner):
    """A private key in a PEM file."""

    def __init__(self, key: ec.EllipticCurvePrivateKey) -> None:
        self.key = key

    def sign_digest(self, digest: bytes) -> bytes:
        return self.key.sign(digest, ec.ECDSA(SHA256))


class TokenSigner(DigestSigner):
    """A private key that never leaves a PKCS#11 token."""

    def __init__(self, key: Any) -> None:
        self.key = key

    def sign_digest(self, digest: bytes) -> bytes:
        from pkcs11 import Mechanism, PKCS11Error

        try:
            raw = bytes(self.key.sign(digest, mechanism=Mechanism.ECDSA))
        except PKCS11Error as failure:
            raise SigningUnavailable(_token_sentence(failure)) from failure
        half = len(raw) // 2
        return encode_dss_signature(int.from_bytes(raw[:half]), int.from_bytes(raw[half:]))


class ServiceSigner(DigestSigner):
    """A key held by a signing service, asked over HTTP."""

    def __init__(self, url: str, key: str, token: str) -> None:
        self.url, self.key, self.token = url, key, token

    def sign_digest(self, digest: bytes) -> bytes:
        question = {"key": self.key, "algorithm": KMS_ALGORITHM, "digest": b64encode(digest).decode()}
        headers = {"Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        request = Request(self.url, json.dumps(question).encode(), headers)  # noqa: S310 - `ask` knows http(s) only
        answer = ask(request, who=_("signing service"))
        try:
            return b64decode(json.loads(answer)["signature"], validate=True)
        except (ValueError, KeyError, TypeError) as failure:
            raise SigningUnavailable(
                _("The signing service gave an answer that holds no signature. An administrator must look at it.")
            ) from failure


@contextmanager
def opened() -> Iterator[DigestSigner]:
    """The signer the settings name, ready to sign. Raises SigningUnavailable."""
    if settings.DOCUMENT_KMS_URL:
        yield ServiceSigner(settings.DOCUMENT_KMS_URL, settings.DOCUMENT_KMS_KEY, settings.DOCUMENT_KMS_TOKEN)
    elif settings.DOCUMENT_PKCS11_MODULE:
        with _token() as signer:
            yield signer
    else:
        yield FileSigner(read_key())


def read_key() -> ec.EllipticCurvePrivateKey:
    if not settings.DOCUMENT_KEY_FILE:
        raise SigningUnavailable(
            _("No signing key is set up. An administrator must set DOCUMENT_KEY_FILE and DOCUMENT_CERT_FILE.")
        )
    passphrase = settings.DOCUMENT_KEY_PASSPHRASE.encode() or None
    try:
        key = load_pem_private_key(Path(settings.DOCUMENT_KEY_FILE).read_bytes(), passphrase)
    except OSError as failure:
        raise SigningUnavailable(
            _("The signing key cannot be read (%(why)s). An administrator must look at DOCUMENT_KEY_FILE.")
            % {"why": failure.strerror}
        ) from failure
    except (ValueError, TypeError) as failure:
        raise SigningUnavailable(
            _("The signing key cannot be opened: wrong passphrase, or no key at all. An administrator must look at it.")
        ) from failure
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise SigningUnavailable(_("The signing key is not an ECDSA P-256 key. An administrator must replace it."))
    return key


@contextmanager
def _token() -> Iterator[TokenSigner]:
    from pkcs11 import KeyType, ObjectClass, PKCS11Error
    from pyhanko.config.pkcs11 import TokenCriteria
    from pyhanko.sign.pkcs11 import open_pkcs11_session

    criteria = TokenCriteria(label=settings.DOCUMENT_PKCS11_TOKEN) if settings.DOCUMENT_PKCS11_TOKEN else None
    try:
        session = open_pkcs11_session(
            settings.DOCUMENT_PKCS11_MODULE, token_criteria=criteria, user_pin=settings.DOCUMENT_PKCS11_PIN or None
        )
        label = settings.DOCUMENT_PKCS11_LABEL or None
        key = session.get_key(object_class=ObjectClass.PRIVATE_KEY, key_type=KeyType.EC, label=label)
    except (PKCS11Error, OSError, RuntimeError) as failure:
        raise SigningUnavailable(_token_sentence(failure)) from failure
    try:
        yield TokenSigner(key)
    finally:
        session.close()


def _token_sentence(failure: Exception) -> str:
    why = str(failure) or type(failure).__name__
    return _("The signing token cannot be used (%(why)s). An administrator must look at it.") % {"why": why[:200]}
