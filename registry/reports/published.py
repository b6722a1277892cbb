"""What anybody may have of the ledger: public keys, checkpoints, proofs between them. Hashes only, no record."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.urls import reverse

from registry.kernel.ledger import proving
from registry.kernel.ledger.origins import origin_now
from registry.models import LogKey

VERIFIER = Path(settings.BASE_DIR) / "docs" / "verify.py"
BEFORE_KEYS = """\
# Public keys of {origin}
#
# Write these down somewhere else, once, and trust what you wrote down more than this page: a page that was broken
# into shows broken keys. A new key is announced in the log itself before it signs (event KEY_ROTATED).

# Checkpoints of the log (Ed25519, one key a line: name+id+key)
"""
BEFORE_CERTIFICATES = """
# Reports (certificate that signed, then those above it)
"""


def keys() -> list[LogKey]:
    """Every key that ever signed; of each purpose the newest first."""
    return list(LogKey.objects.order_by("purpose", "-first_used_at", "-id"))


def keys_as_text() -> str:
    known = keys()
    lines = [BEFORE_KEYS.format(origin=origin_now())]
    for key in known:
        if key.purpose == LogKey.Purpose.CHECKPOINTS:
            lines.append(f"{key.public}\n#   {_used(key)}\n")
    lines.append(BEFORE_CERTIFICATES)
    for key in known:
        if key.purpose == LogKey.Purpose.DOCUMENTS:
            lines.append(f"# {key.name}\n# SHA-256 {key.fingerprint}\n#   {_used(key)}\n{key.public.strip()}\n")
    return "".join(lines)


def index() -> dict[str, Any]:
    """Everything a program needs to find the rest."""
    last = proving.latest()
    return {
        "origin": origin_now(),
        "checkpoint": {
            "size": last.size if last else 0,
            "root": last.root if last else None,
            "signed_at": _iso(last.signed_at) if last else None,
            "url": _address("verify-checkpoint"),
        },
        "checkpoint_by_size": _address("verify-checkpoint-of", 0).removesuffix("0") + "{size}",
        "consistency": _address("verify-consistency") + "?old={size}",
        "keys": {
            "url": _address("verify-keys"),
            "checkpoints": [{"vkey": key.public, **_dates(key)} for key in _of(keys(), LogKey.Purpose.CHECKPOINTS)],
            "documents": [
                {"name": key.name, "sha256": key.fingerprint, "chain": key.public, **_dates(key)}
                for key in _of(keys(), LogKey.Purpose.DOCUMENTS)
            ],
        },
        "verifier": {"url": _address("verify-program"), "sha256": verifier_sha256()},
        "documents": f"{settings.SITE_URL}/api/v1/verify/?code={{code}}&sha256={{sha256}}",
    }


@cache
def verifier() -> bytes:
    return VERIFIER.read_bytes()


def verifier_sha256() -> str:
    return sha256(verifier()).hexdigest()


def _of(known: list[LogKey], purpose: str) -> Iterator[LogKey]:
    return (key for key in known if key.purpose == purpose)


def _address(name: str, *arguments: object) -> str:
    return f"{settings.SITE_URL}{reverse(name, args=arguments)}"


def _dates(key: LogKey) -> dict[str, str | None]:
    return {
        "first_used_at": _iso(key.first_used_at),
        "retired_at": _iso(key.retired_at) if key.retired_at else None,
    }


def _used(key: LogKey) -> str:
    used = f"first used {_iso(key.first_used_at)}"
    return f"{used}, retired {_iso(key.retired_at)}" if key.retired_at else used


def _iso(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
