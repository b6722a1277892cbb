"""Signed reports: certificates, a PDF with attachments in object streams, and one increment with a signature."""

import datetime as dt
import hashlib
import json
from dataclasses import dataclass, field, replace
from functools import cache
from io import BytesIO
from typing import Any

import pikepdf
from asn1crypto import keys as asn1_keys
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign import fields, signers
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from tests.verifier.making import Log, LogKey

NUMBER = "IR-2026-0007"
PROOF = b"screenshot bytes"
DAY = dt.timedelta(days=1)
PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey


@dataclass(frozen=True)
class Holder:
    key: PrivateKey
    certificate: x509.Certificate

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def fingerprint(self) -> str:
        return self.certificate.fingerprint(hashes.SHA256()).hex()

    @property
    def as_asn1(self) -> Any:
        return asn1.Certificate.load(self.certificate.public_bytes(Encoding.DER))

    @property
    def secret(self) -> Any:
        return asn1_keys.PrivateKeyInfo.load(self.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))


def holder(
    name: str, *, by: Holder | None = None, is_authority: bool = False, is_rsa: bool = False, stamps: bool = False,
    begins: int = -30, ends: int = 400,
) -> Holder:  # fmt: skip
    """A key and its certificate; `begins` and `ends` in days from now."""
    key: PrivateKey = rsa.generate_private_key(65537, 2048) if is_rsa else ec.generate_private_key(ec.SECP256R1())
    subject, now = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]), dt.datetime.now(dt.UTC)
    usage = x509.KeyUsage(
        not is_authority, not is_authority and not stamps, False, False, False, is_authority, is_authority, False, False
    )
    builder = (
        x509.CertificateBuilder(by.certificate.subject if by else subject, subject, key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + begins * DAY)
        .not_valid_after(now + ends * DAY)
        .add_extension(x509.BasicConstraints(is_authority, None), critical=True)
        .add_extension(usage, critical=True)
    )
    if stamps:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    return Holder(key, builder.sign(by.key if by else key, hashes.SHA256()))


@cache
def root() -> Holder:
    return holder("Example Root", is_authority=True, is_rsa=True)


@cache
def signer() -> Holder:
    return holder("Example Reports 2026", by=root())


@cache
def authority() -> Holder:
    return holder("Example Time", by=root(), is_rsa=True, stamps=True)


def canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


class _Increment(IncrementalPdfFileWriter):
    def _update_meta(self) -> None:
        pass


def attached(pdf: pikepdf.Pdf, name: str, content: bytes) -> Any:
    making: Any = pikepdf.AttachedFileSpec
    return making(pdf, content, filename=name)


@dataclass
class Paper:
    """A report to be: change what should be wrong about it, then take `attachments`, `unsigned` or `signed`."""

    key: LogKey
    log: Log = field(default_factory=Log)
    earlier: tuple[int, ...] = ()
    record: dict[str, Any] = field(default_factory=dict)
    ledger: dict[str, Any] = field(default_factory=dict)
    is_packed: bool = True
    is_stamped: bool = False

    def attachments(self) -> dict[str, bytes]:
        found = {"record.json": canonical(self.record), "ledger.json": canonical(self.ledger)}
        rows = [{"name": name, "sha256": digest(content), "size": len(content)} for name, content in found.items()]
        manifest = {"document": NUMBER, "files": rows, "made_at": "2026-03-14T07:00:00Z"}
        return {**found, "manifest.json": canonical(manifest)}

    def unsigned(self, files: dict[str, bytes] | None = None) -> bytes:
        written = BytesIO()
        with pikepdf.new() as pdf:
            pdf.add_blank_page()
            for name, content in (files or self.attachments()).items():
                pdf.attachments[name] = attached(pdf, name, content)
            mode = pikepdf.ObjectStreamMode.generate if self.is_packed else pikepdf.ObjectStreamMode.disable
            pdf.save(written, object_stream_mode=mode, deterministic_id=True)
        return written.getvalue()

    def signed(self, *, by: Holder | None = None, content: bytes | None = None) -> bytes:
        return sign(content or self.unsigned(), by or signer(), is_stamped=self.is_stamped)

    def issue(self, signed: bytes) -> None:
        detail = {"number": NUMBER, "sha256": digest(signed), "record_sha256": digest(canonical(self.record))}
        self.log.add(event="ISSUED", detail=detail)


def sign(content: bytes, by: Holder, *, is_stamped: bool = False) -> bytes:
    store: Any = SimpleCertificateStore
    above = store.from_certs([root().as_asn1])
    pen = signers.SimpleSigner(signing_cert=by.as_asn1, signing_key=by.secret, cert_registry=above)
    clock = DummyTimeStamper(authority().as_asn1, authority().secret, above) if is_stamped else None
    about = signers.PdfSignatureMetadata(
        field_name="Signature",
        md_algorithm="sha256",
        subfilter=fields.SigSeedSubFilter.PADES,
        reason="Issued (as IR\\2026)",
        certify=True,
        docmdp_permissions=fields.MDPPerm.NO_CHANGES,
    )
    spec = fields.SigFieldSpec("Signature", invis_sig_settings=fields.InvisSigSettings(box_out_of_bounds=True))
    signed = signers.sign_pdf(_Increment(BytesIO(content)), about, signer=pen, timestamper=clock, new_field_spec=spec)
    return bytes(signed.getvalue())


def paper(key: LogKey, **options: Any) -> Paper:
    """Twenty entries; the report cites four of them and is bound by the last."""
    log = Log()
    for _turn in range(18):
        log.add()
    cited = [3, 4, 9, 17]
    lines = [_line(log, index) for index in cited]
    record = {
        "document": {"number": NUMBER, "version": 1},
        "incident": {"reference": "INC-2026-0003"},
        "evidence": [{"reference": "EV-1", "sha256": digest(PROOF)}, {"reference": "EV-2", "sha256": None}],
        "audit": [*lines, {"at": "2026-03-14T06:00:00Z", "by": "Holdfast", "reason": None}],
    }
    detail = {"number": NUMBER, "sha256": digest(canonical(record)), "kind": "INCIDENT_REPORT"}
    frozen = log.add(event="FROZEN", detail=detail)
    log.add()
    earlier = (5, 8, 13)
    made = Paper(key, log, earlier, record, log.ledger_json(cited, frozen, earlier, key))
    return replace(made, **options)


def _line(log: Log, index: int) -> dict[str, Any]:
    said = json.loads(log.payloads[index])
    return {
        "at": said["ts"].replace(".250000", ""),
        "by": "Ann Lee",
        "reason": said["why"],
        "entry": {"id": index + 100, "leaf_hash": log.leaves[index].hex()},
    }
