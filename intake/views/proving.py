"""Who sends: which source an address means, and whether what came with the body proves it."""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from intake import signatures
from intake.kinds import SourceKind
from intake.models import SignalSource
from intake.services import tokens
from registry.kernel.access import sealed_secrets


class Rejected(Exception):
    """Refused as a problem document: status, code and a sentence for whoever set the sender up."""

    def __init__(self, status: int, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.code, self.sentence = status, code, sentence


@dataclass(frozen=True)
class Proof:
    source: SignalSource
    replay_key: str = ""
    """What a signed message is known by, if it comes again."""


def by_address(kind: str, public_id: str, headers: Mapping[str, str], body: bytes, *, at: datetime) -> Proof:
    """The source behind an address, once the sender has proved to be it."""
    opened = tokens.opens(_token_in(headers), at=at)
    if opened is not None and (opened.kind, opened.public_id) == (kind.upper(), public_id):
        return _signed(opened, headers, body, at)  # nothing more to ask: this is what monitoring sends all day
    source = SignalSource.objects.filter(kind=kind.upper(), public_id=public_id).first()
    if source is None or source.kind == SourceKind.PEOPLE:
        raise Rejected(404, "not-found", _("No source has this address."))
    if not source.speaks.signs:
        _refuse(opened)
    return _signed(source, headers, body, at)


def by_routing_key(key: str, headers: Mapping[str, str], body: bytes, *, at: datetime) -> Proof:
    """The source behind the key in a body of PagerDuty's."""
    opened = tokens.opens(key, at=at)
    if opened is None or opened.kind != SourceKind.PAGERDUTY:
        raise Rejected(401, "unknown-token", _("The routing key is unknown, has ended or was revoked."))
    return _signed(opened, headers, body, at)


def _refuse(opened: SignalSource | None) -> None:
    if opened is None:
        raise Rejected(401, "unknown-token", _("The token is missing, unknown, has ended or was revoked."))
    raise Rejected(403, "other-source", _("This token belongs to another source."))


def _signed(source: SignalSource, headers: Mapping[str, str], body: bytes, at: datetime) -> Proof:
    replay_key = ""
    if source.speaks.signs and not source.has_signature:
        raise Rejected(401, "no-secret", _("This source has no signature secret, and nothing else proves it."))
    if source.has_signature:
        secret = sealed_secrets.opened(source.signature_secret)
        if secret is None:
            raise Rejected(401, "no-secret", _("The signature secret has to be entered again by an administrator."))
        try:
            replay_key = signatures.proven(source.kind, body, headers, secret, at)
        except signatures.Wrong as wrong:
            raise Rejected(401, "wrong-signature", str(wrong)) from wrong
    if not source.is_enabled:
        raise Rejected(403, "disabled", _("This source is switched off."))
    return Proof(source, replay_key)


def _token_in(headers: Mapping[str, str]) -> str:
    """From `Authorization: Bearer …`, or the password of `Basic …` (its name, where there is no password)."""
    scheme, _space, given = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            name, _colon, password = base64.b64decode(given.strip(), validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return ""
        return password or name
    return given.strip() if scheme.lower() in ("bearer", "token") else ""
