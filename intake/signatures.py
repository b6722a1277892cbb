"""Whether a body was sent by whoever knows the secret, and lately. HMAC-SHA256 everywhere; headers in lower case."""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext as _

from intake.kinds import SourceKind

TOLERANCE: Final = timedelta(minutes=5)
"""How far the time in a signature may be from ours, either way."""
SENTRY: Final = "sentry-hook-signature"
LANGFUSE: Final = "x-langfuse-signature"
GRAFANA: Final = "x-grafana-alerting-signature"
GRAFANA_TIME: Final = "x-grafana-alerting-timestamp"
OWN: Final = "x-holdfast-signature"


class Wrong(Exception):
    """The signature does not prove anything; the sentence says why, without saying what would."""


def proven(kind: str, body: bytes, headers: Mapping[str, str], secret: str, now: datetime) -> str:
    """The signature that fits, by which the same message is known when it comes again. Raises Wrong."""
    match kind:
        case SourceKind.SENTRY:
            return _fits(secret, body, _header(headers, SENTRY))
        case SourceKind.GRAFANA:
            stamp = headers.get(GRAFANA_TIME, "").strip()
            if stamp:
                _lately(stamp, now)
            return _fits(secret, f"{stamp}:".encode() + body if stamp else body, _header(headers, GRAFANA))
        case SourceKind.LANGFUSE:
            return _stamped(secret, body, _header(headers, LANGFUSE), now)
    return _stamped(secret, body, _header(headers, OWN), now)


def sign(secret: str, body: bytes, stamp: int) -> str:
    """As a sender writes it: `t=…,v1=…` over the time, a dot and the body."""
    return f"t={stamp},v1={_mac(secret, f'{stamp}.'.encode() + body)}"


def _stamped(secret: str, body: bytes, given: str, now: datetime) -> str:
    """`t=<seconds>,v1=<hex>`; several v1 while a secret is being replaced."""
    parts = [part.strip().partition("=") for part in given.split(",")]
    stamp = next((value for name, _sign, value in parts if name == "t"), "")
    _lately(stamp, now)
    for name, _sign, value in parts:
        if name == "v1" and hmac.compare_digest(_mac(secret, f"{stamp}.".encode() + body), value.lower()):
            return f"{stamp}.{value.lower()}"
    raise Wrong(_("The signature does not fit the body."))


def _fits(secret: str, signed: bytes, given: str) -> str:
    value = given.strip().lower().removeprefix("sha256=")
    if not hmac.compare_digest(_mac(secret, signed), value):
        raise Wrong(_("The signature does not fit the body."))
    return value


def _lately(stamp: str, now: datetime) -> None:
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) < 16):
        raise Wrong(_("The signature names no time."))
    seconds = int(stamp) / 1000 if len(stamp) > 11 else int(stamp)
    if abs(now.timestamp() - seconds) > TOLERANCE.total_seconds():
        raise Wrong(_("The signature is too old, or the clocks differ by more than five minutes."))


def _header(headers: Mapping[str, str], name: str) -> str:
    given = headers.get(name, "")
    if not given or not given.isascii():
        raise Wrong(_("The header %(name)s is missing.") % {"name": name})
    return given


def _mac(secret: str, body: bytes) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
