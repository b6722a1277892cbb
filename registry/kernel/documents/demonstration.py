"""A certificate authority of one's own, for trying the site out: made once, kept in the data folder.

It proves nothing to anybody else, which is what its name says.
"""

import fcntl
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

AUTHORITY = "Holdfast demonstration CA"
SIGNER = "Holdfast demonstration signer"
VALID = timedelta(days=3650)
# A clock that lags a little behind must not make a key invalid that was made a moment ago.
SLACK = timedelta(days=1)
KEYS = "keys"


def ensure(key_file: Path, cert_file: Path, *, at: datetime) -> None:
    """Make authority, key and chain unless they are there; two processes that start at once agree on one."""
    if key_file.exists() and cert_file.exists():
        return
    key_file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (key_file.parent / "documents.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (key_file.exists() and cert_file.exists()):
            _make(key_file, cert_file, at=at)


def _make(key_file: Path, cert_file: Path, *, at: datetime) -> None:
    top_key, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    top = certificate(AUTHORITY, top_key, at=at)
    below = certificate(SIGNER, key, at=at, issuer=top, issuer_key=top_key)
    _keep(key_file.with_name("documents-ca.key"), pem_of(top_key))
    _keep(cert_file, below.public_bytes(Encoding.PEM) + top.public_bytes(Encoding.PEM))
    _keep(key_file, pem_of(key))


def certificate(
    name: str,
    key: ec.EllipticCurvePrivateKey,
    *,
    at: datetime,
    issuer: x509.Certificate | None = None,
    issuer_key: ec.EllipticCurvePrivateKey | None = None,
    valid: timedelta = VALID,
) -> x509.Certificate:
    """A self-signed authority, or a signer below `issuer`."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    is_authority = issuer is None
    above = issuer_key or key
    usage = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "key_agreement", "encipher_only", "decipher_only"), False
    )
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.subject if issuer is not None else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(at - SLACK)
        .not_valid_after(at + valid)
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=0 if is_authority else None), critical=True)
        .add_extension(
            x509.KeyUsage(
                digital_signature=not is_authority,
                content_commitment=not is_authority,
                key_cert_sign=is_authority,
                crl_sign=is_authority,
                **usage,
            ),
            critical=True,
        )
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(above.public_key()), critical=False)
        .sign(above, hashes.SHA256())
    )


def pem_of(key: ec.EllipticCurvePrivateKey, passphrase: bytes = b"") -> bytes:
    how = BestAvailableEncryption(passphrase) if passphrase else NoEncryption()
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, how)


def _keep(file: Path, content: bytes) -> None:
    """Written whole before it has its name, and readable by nobody else at any time."""
    draft = file.with_suffix(".new")
    draft.touch(mode=0o600)
    draft.chmod(0o600)
    draft.write_bytes(content)
    draft.replace(file)
