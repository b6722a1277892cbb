"""Keys, certificates and the services around signing, made for one test."""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import Any

from asn1crypto import keys as asn1_keys
from asn1crypto import tsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from django.utils import timezone
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.registry import SimpleCertificateStore

from registry.kernel.documents.demonstration import certificate, pem_of
from registry.kernel.documents.signers import SHA256
from tests.documents.sample_record import empty_record
from tests.documents.test_rendering import rendered


@cache
def unsigned() -> bytes:
    return rendered(empty_record())


@dataclass
class Keys:
    """A signer below an authority, in files."""

    top: x509.Certificate
    top_key: ec.EllipticCurvePrivateKey
    key: ec.EllipticCurvePrivateKey
    key_file: Path
    cert_file: Path


def keys_in(folder: Path, *, passphrase: bytes = b"", valid: timedelta = timedelta(days=365)) -> Keys:
    top_key, key = (ec.generate_private_key(ec.SECP256R1()) for _each in range(2))
    now = timezone.now()
    top = certificate("Test CA", top_key, at=now - timedelta(days=100))
    # It began a day before `at`: where it is to have ended already, it began earlier.
    at = now if valid > timedelta(0) else now - timedelta(days=50)
    leaf = certificate("Test signer", key, at=at, issuer=top, issuer_key=top_key, valid=valid + (now - at))
    made = Keys(top, top_key, key, folder / "signer.key", folder / "signer.pem")
    made.key_file.write_bytes(pem_of(key, passphrase))
    made.cert_file.write_bytes(leaf.public_bytes(Encoding.PEM) + top.public_bytes(Encoding.PEM))
    return made


def use(settings: Any, keys: Keys) -> None:
    settings.DOCUMENT_DEMONSTRATION_KEY = False
    settings.DOCUMENT_KEY_FILE = str(keys.key_file)
    settings.DOCUMENT_CERT_FILE = str(keys.cert_file)


def judged(signed: bytes, *trusted: x509.Certificate) -> Any:
    """What pyHanko's own validation says of the only signature."""
    (signature,) = PdfFileReader(BytesIO(signed)).embedded_signatures
    roots = [asn1.Certificate.load(one.public_bytes(Encoding.DER)) for one in trusted]
    context = ValidationContext(trust_roots=roots, allow_fetching=False)
    # A thread of its own: where a browser was driven before, this one has a running loop already.
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(validate_pdf_signature, signature, context, context).result()


Answer = Callable[[str, bytes], tuple[int, str, bytes]]
"""From path and body to status, type and body."""


@contextmanager
def served(answer: Answer) -> Iterator[str]:
    """The address of a local service that answers every POST so."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, kind, content = answer(self.path, body)
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_arguments: Any) -> None:
            """Nothing on the console."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()


def key_service(key: ec.EllipticCurvePrivateKey, asked: list[dict[str, Any]]) -> Answer:
    def answer(_path: str, body: bytes) -> tuple[int, str, bytes]:
        question = json.loads(body)
        asked.append(question)
        signature = key.sign(b64decode(question["digest"]), ec.ECDSA(SHA256))
        return 200, "application/json", json.dumps({"signature": b64encode(signature).decode()}).encode()

    return answer


def time_stamps(keys: Keys, asked: list[bytes]) -> Answer:
    """An authority below the same root; its certificate may do nothing but stamp."""
    key = rsa.generate_private_key(65537, 2048)
    now = timezone.now()
    leaf = (
        x509.CertificateBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Test TSA")]))
        .issuer_name(keys.top.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(keys.top_key.public_key()), critical=False)
        .sign(keys.top_key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    root = asn1.Certificate.load(keys.top.public_bytes(Encoding.DER))
    stamper = DummyTimeStamper(
        asn1.Certificate.load(leaf.public_bytes(Encoding.DER)),
        asn1_keys.PrivateKeyInfo.load(private),
        SimpleCertificateStore.from_certs([root]),  # type: ignore[no-untyped-call]
    )

    def answer(_path: str, body: bytes) -> tuple[int, str, bytes]:
        asked.append(body)
        response = stamper.request_tsa_response(tsp.TimeStampReq.load(body))
        return 200, "application/timestamp-reply", response.dump()

    return answer
