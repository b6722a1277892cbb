"""Secrets that messages are signed with: kept encrypted under a key made of SECRET_KEY, opened to sign or check."""

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.encoding import force_bytes

PURPOSE = b"holdfast secrets that messages are signed with"


def sealed(secret: str) -> str:
    return _rings().encrypt(secret.encode()).decode()


def opened(kept: str) -> str | None:
    """The secret, or None where SECRET_KEY was changed without naming the old one in SECRET_KEY_FALLBACKS."""
    try:
        return _rings().decrypt(kept.encode()).decode()
    except InvalidToken:
        return None


def _rings() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_derived(force_bytes(key)))) for key in keys])


def _derived(key: bytes) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=PURPOSE).derive(key)
