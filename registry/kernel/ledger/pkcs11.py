"""A key that signs checkpoints and never leaves its device: Ed25519 through PKCS#11.

The session with the device is kept, since a checkpoint is signed every few moments and signing in is slow. When the
device went away and came back, the session is opened anew, once for each signature.
"""

from dataclasses import dataclass
from threading import Lock
from typing import Any

from django.conf import settings

from registry.kernel.ledger.keys import KeyMissing
from registry.kernel.ledger.notes import vkey_of

RAW = 32
"""Bytes of an Ed25519 public key; some devices hand it out behind the two of a DER octet string."""
DER_HEAD = b"\x04\x20"


@dataclass(frozen=True)
class Where:
    """Which key of which token, as the settings name it."""

    module: str
    token: str
    label: str
    pin: str

    @classmethod
    def configured(cls) -> "Where":
        return cls(
            settings.LEDGER_PKCS11_MODULE,
            settings.LEDGER_PKCS11_TOKEN,
            settings.LEDGER_PKCS11_LABEL,
            settings.LEDGER_PKCS11_PIN,
        )


class Device:
    """One token with one key."""

    def __init__(self, where: Where) -> None:
        self.where = where
        self.session: Any = None
        self.key: Any = None
        self.public = b""
        self.lock = Lock()

    def open(self) -> None:
        """Raises KeyMissing. A public key other than before is refused: it would sign under a wrong name."""
        import pkcs11

        self.close()
        try:
            library = pkcs11.lib(self.where.module)
            token = library.get_token(token_label=self.where.token) if self.where.token else _only_token(library)
            self.session = self._signed_in(token)
            self.key, public = self._keys()
        except (pkcs11.PKCS11Error, OSError, RuntimeError) as failure:
            self.close()
            raise KeyMissing(_sentence(failure)) from failure
        if self.public and public != self.public:
            self.close()
            raise KeyMissing(
                "The device that signs the log now holds another key. Restart the sequencer if it is meant."
            )
        self.public = public

    def sign(self, message: bytes) -> bytes:
        """Raises KeyMissing."""
        import pkcs11

        with self.lock:
            for is_last in (False, True):
                if self.session is None:
                    self.open()
                try:
                    return bytes(self.key.sign(message, mechanism=pkcs11.Mechanism.EDDSA))
                except pkcs11.PKCS11Error as failure:
                    self.close()
                    if is_last:
                        raise KeyMissing(_sentence(failure)) from failure
        raise AssertionError("the last attempt returns or raises")

    def close(self) -> None:
        import pkcs11

        session, self.session, self.key = self.session, None, None
        if session is not None:
            try:
                session.close()
            except pkcs11.PKCS11Error:
                return  # it went with the device

    def _signed_in(self, token: Any) -> Any:
        import pkcs11

        try:
            return token.open(user_pin=self.where.pin or None)
        except pkcs11.UserAlreadyLoggedIn:  # by a session of this process that was lost; signing in counts for all
            return token.open()

    def _keys(self) -> tuple[Any, bytes]:
        from pkcs11 import Attribute, KeyType, ObjectClass

        about = {"key_type": KeyType.EC_EDWARDS, "label": self.where.label or None}
        private = self.session.get_key(object_class=ObjectClass.PRIVATE_KEY, **about)
        point = bytes(self.session.get_key(object_class=ObjectClass.PUBLIC_KEY, **about)[Attribute.EC_POINT])
        public = point.removeprefix(DER_HEAD) if len(point) == RAW + len(DER_HEAD) else point
        if len(public) != RAW:
            raise KeyMissing("The key in the device is not an Ed25519 key.")
        return private, public


@dataclass(frozen=True)
class DeviceSigner:
    """The key in the device, under the name of the log."""

    name: str
    device: Device

    @classmethod
    def opened(cls, origin: str) -> "DeviceSigner":
        """Raises KeyMissing."""
        where = Where.configured()
        if where not in _devices:
            device = Device(where)
            device.open()
            _devices[where] = device
        return cls(origin, _devices[where])

    @property
    def vkey(self) -> str:
        return vkey_of(self.name, self.device.public)

    def sign(self, message: bytes) -> bytes:
        return self.device.sign(message)


_devices: dict[Where, Device] = {}


def _only_token(library: Any) -> Any:
    tokens = list(library.get_tokens())
    if len(tokens) != 1:
        raise KeyMissing("The device holds several tokens or none. LEDGER_PKCS11_TOKEN must name one.")
    return tokens[0]


def _sentence(failure: Exception) -> str:
    """The library's own words say nothing of the PIN."""
    why = str(failure) or type(failure).__name__
    return f"The device that signs the log cannot be used ({why[:200]}). Look at the LEDGER_PKCS11_ settings."
