"""Signatures: what they cover, who may hold the key, and what is said when it cannot be used."""

import shutil
import subprocess
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.utils import timezone
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation.status import SignatureCoverageLevel

from registry.kernel.documents import signing
from registry.kernel.documents.checks import check_signing
from registry.kernel.documents.credentials import ready
from registry.kernel.documents.delays import SigningUnavailable
from registry.kernel.documents.issuing import render_waiting
from registry.kernel.ledger import sequencing
from registry.models import RenderingJob
from tests.documents.issuing_world import frozen, waiting
from tests.documents.signing_world import Keys, judged, key_service, keys_in, served, time_stamps, unsigned, use

TOKENS = Path("/usr/lib/softhsm/libsofthsm2.so")


def signed() -> bytes:
    with ready(at=timezone.now()) as (chain, signer):
        return signing.sign(unsigned(), chain, signer, number="IR-2026-0007")


@pytest.fixture
def keys(settings: Any, tmp_path: Path) -> Keys:
    made = keys_in(tmp_path)
    use(settings, made)
    return made


def refused() -> str:
    with pytest.raises(SigningUnavailable) as refusal:
        signed()
    return str(refusal.value)


def test_the_signature_is_whole_trusted_and_covers_every_byte(keys: Keys) -> None:
    status = judged(signed(), keys.top)
    assert status.bottom_line
    assert status.coverage == SignatureCoverageLevel.ENTIRE_FILE
    assert status.modification_level == ModificationLevel.NONE
    assert status.signing_cert.subject.native["common_name"] == "Test signer"


def test_it_is_one_increment_that_allows_no_change(keys: Keys) -> None:
    content = signed()
    assert content.startswith(unsigned())
    file: Any = PdfFileReader(BytesIO(content))
    assert file.total_revisions == 2
    (signature,) = file.embedded_signatures
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"
    assert signature.docmdp_level.value == 1


def test_one_flipped_bit_anywhere_is_found(keys: Keys) -> None:
    content = signed()
    for place in (20, len(unsigned()) // 2, len(unsigned()) - 40):
        bent = bytearray(content)
        bent[place] ^= 1
        assert not is_believed(bytes(bent), keys)


def is_believed(content: bytes, keys: Keys) -> bool:
    try:
        return bool(judged(content, keys.top).bottom_line)
    except Exception:  # it cannot be read any more
        return False


def test_something_appended_is_found(keys: Keys) -> None:
    status = judged(signed() + b"\n% more\n", keys.top)
    assert status.coverage != SignatureCoverageLevel.ENTIRE_FILE


def test_with_an_authority_the_signature_is_time_stamped_and_asks_once(keys: Keys, settings: Any) -> None:
    asked: list[bytes] = []
    with served(time_stamps(keys, asked)) as settings.DOCUMENT_TSA_URL:
        status = judged(signed(), keys.top)
    assert status.bottom_line
    assert status.timestamp_validity.valid
    assert len(asked) == 1


@pytest.mark.parametrize("answer", [(500, b""), (200, b"no time stamp"), (200, b"")])
def test_an_authority_that_answers_nonsense_delays_the_report(
    keys: Keys, settings: Any, answer: tuple[int, bytes]
) -> None:
    status, body = answer
    with served(lambda path, asked: (status, "text/plain", body)) as settings.DOCUMENT_TSA_URL:
        assert "time-stamp authority" in refused()


def test_an_authority_that_is_away_delays_the_report(keys: Keys, settings: Any) -> None:
    with served(lambda path, asked: (200, "", b"")) as address:
        settings.DOCUMENT_TSA_URL = address
    assert refused() == "The time-stamp authority could not be reached. It is asked again shortly."


def test_a_key_behind_a_passphrase_is_opened(settings: Any, tmp_path: Path) -> None:
    made = keys_in(tmp_path, passphrase=b"open")
    use(settings, made)
    assert "wrong passphrase" in refused()
    settings.DOCUMENT_KEY_PASSPHRASE = "open"
    assert judged(signed(), made.top).bottom_line


def test_a_key_service_is_sent_the_digest_and_nothing_else(keys: Keys, settings: Any) -> None:
    keys.key_file.unlink()
    settings.DOCUMENT_KMS_KEY = "reports/2026"
    asked: list[dict[str, Any]] = []
    with served(key_service(keys.key, asked)) as settings.DOCUMENT_KMS_URL:
        assert judged(signed(), keys.top).bottom_line
    (question,) = asked
    assert question.keys() == {"key", "algorithm", "digest"}
    assert question["key"] == "reports/2026"
    assert len(question["digest"]) == 44


def test_a_service_that_signs_with_another_key_is_not_believed(keys: Keys, settings: Any, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = keys_in(tmp_path / "other")
    with served(key_service(other.key, [])) as settings.DOCUMENT_KMS_URL:
        assert "does not belong" in refused()


@pytest.fixture
def token(keys: Keys, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test key on a SoftHSM token."""
    if not TOKENS.exists() or shutil.which("softhsm2-util") is None:
        pytest.skip("SoftHSM2 is not installed (bin/system browser installs it).")
    (tmp_path / "tokens").mkdir()
    configuration = tmp_path / "softhsm2.conf"
    configuration.write_text(f"directories.tokendir = {tmp_path / 'tokens'}\n")
    monkeypatch.setenv("SOFTHSM2_CONF", str(configuration))
    plain = tmp_path / "plain.pem"
    plain.write_bytes(keys.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    for command in (
        ["--init-token", "--free", "--label", "reports", "--so-pin", "1234", "--pin", "5678"],
        ["--import", str(plain), "--token", "reports", "--label", "signer", "--id", "A1", "--pin", "5678"],
    ):
        subprocess.run(["softhsm2-util", *command], check=True, capture_output=True)
    settings.DOCUMENT_KEY_FILE = ""
    settings.DOCUMENT_PKCS11_MODULE = str(TOKENS)
    settings.DOCUMENT_PKCS11_TOKEN, settings.DOCUMENT_PKCS11_LABEL = "reports", "signer"
    settings.DOCUMENT_PKCS11_PIN = "5678"


@pytest.mark.usefixtures("token")
def test_a_token_signs_without_giving_up_its_key(keys: Keys, settings: Any) -> None:
    assert judged(signed(), keys.top).bottom_line
    settings.DOCUMENT_PKCS11_LABEL = "another"
    assert refused().startswith("The signing token cannot be used")


def test_a_missing_key_is_named_in_a_sentence(keys: Keys, settings: Any) -> None:
    keys.key_file.unlink()
    assert refused().startswith("The signing key cannot be read (No such file or directory).")
    settings.DOCUMENT_CERT_FILE = ""
    assert refused() == "No certificate is set up. An administrator must set DOCUMENT_CERT_FILE."


def test_a_file_that_holds_no_key_is_named_in_a_sentence(keys: Keys) -> None:
    keys.key_file.write_text("nothing")
    assert "no key at all" in refused()
    keys.cert_file.write_text("nothing")
    assert "holds no certificate" in refused()


def test_a_key_that_belongs_to_another_certificate_is_refused(keys: Keys, settings: Any, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    settings.DOCUMENT_KEY_FILE = str(keys_in(tmp_path / "other").key_file)
    assert "does not belong" in refused()


def test_check_warns_of_a_key_that_cannot_be_used_and_of_one_that_ends_soon(settings: Any, tmp_path: Path) -> None:
    use(settings, keys_in(tmp_path))
    assert check_signing(None) == []
    use(settings, keys_in(tmp_path, valid=timedelta(days=10)))
    assert [warning.id for warning in check_signing(None)] == ["holdfast.W021"]
    use(settings, keys_in(tmp_path, valid=timedelta(days=-10)))
    assert [warning.id for warning in check_signing(None)] == ["holdfast.W020"]


@pytest.mark.django_db
def test_with_an_expired_key_the_document_waits_and_is_made_once_it_is_renewed(settings: Any, tmp_path: Path) -> None:
    use(settings, keys_in(tmp_path, valid=timedelta(days=-10)))
    document = frozen()
    sequencing.advance()
    for _sweep in range(4):
        assert render_waiting(at=timezone.now) == 0
    assert waiting(document).startswith("The signing key expired on ")
    use(settings, keys_in(tmp_path))
    assert render_waiting(at=timezone.now) == 1


@pytest.mark.django_db
def test_a_service_away_after_printing_is_asked_again_a_minute_later(keys: Keys, settings: Any) -> None:
    with served(lambda path, asked: (200, "", b"")) as address:
        settings.DOCUMENT_TSA_URL = address
    document = frozen()
    sequencing.advance()
    assert render_waiting(at=timezone.now) == 0
    assert "could not be reached" in waiting(document)
    settings.DOCUMENT_TSA_URL = ""
    assert render_waiting(at=timezone.now) == 0
    assert render_waiting(at=lambda: timezone.now() + timedelta(minutes=2)) == 1
    assert RenderingJob.objects.get(document=document).attempts == 1
