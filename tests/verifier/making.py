"""A small log with its own idea of the tree: written from the definitions of RFC 6962, not from the verifier."""

import base64
import hashlib
import json
import struct
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

ORIGIN = "records.example.org/log"


def sha(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


class LogKey:
    def __init__(self, seed: int = 1, name: str = ORIGIN) -> None:
        self.name = name
        self._private = Ed25519PrivateKey.from_private_bytes(sha(b"%d" % seed))
        public = b"\x01" + self._private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self._id = sha(name.encode() + b"\n" + public)[:4]
        self.vkey = f"{name}+{self._id.hex()}+{b64(public)}"

    def line(self, body: str) -> str:
        return f"— {self.name} {b64(self._id + self._private.sign(body.encode()))}\n"


def root_of(leaves: list[bytes]) -> bytes:
    if not leaves:
        return sha(b"")
    if len(leaves) == 1:
        return leaves[0]
    half = _split(len(leaves))
    return sha(b"\x01" + root_of(leaves[:half]) + root_of(leaves[half:]))


def inclusion_of(index: int, leaves: list[bytes]) -> list[bytes]:
    if len(leaves) <= 1:
        return []
    half = _split(len(leaves))
    if index < half:
        return [*inclusion_of(index, leaves[:half]), root_of(leaves[half:])]
    return [*inclusion_of(index - half, leaves[half:]), root_of(leaves[:half])]


def consistency_of(old: int, leaves: list[bytes], is_whole: bool = True) -> list[bytes]:
    if old == len(leaves):
        return [] if is_whole else [root_of(leaves)]
    half = _split(len(leaves))
    if old <= half:
        return [*consistency_of(old, leaves[:half], is_whole), root_of(leaves[half:])]
    return [*consistency_of(old - half, leaves[half:], False), root_of(leaves[:half])]


def _split(size: int) -> int:
    """The largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1


def entry(
    number: int, *, event: str = "", detail: dict[str, Any] | None = None, pii: dict[str, str] | None = None
) -> bytes:
    kind = "E" if event else "~"
    payload = {
        "v": 1, "t": "incidents.incident", "pk": str(number), "h": None if event else number, "op": kind, "e": event,
        "ts": f"2026-03-14T06:{number % 60:02d}:00.250000Z", "at": f"2026-03-14T06:{number % 60:02d}:00.000000Z",
        "actor": 7, "roles": ["COMMANDER"], "origin": "PAGE", "req": f"r{number}", "why": f"because of {number}",
        "login": "holdfast_app", "tx": str(900 + number), "row": {"title": f"Incident {number}"}, "was": {},
        "detail": detail or {}, "pii": pii or {},
    }  # fmt: skip
    return json.dumps(payload, ensure_ascii=False).encode()


def commitment(salt: bytes, value: str) -> str:
    return hashlib.sha256(salt + value.encode()).hexdigest()


@dataclass
class Log:
    """What an installation holds: entries, the values they commit to, and what was erased."""

    payloads: list[bytes] = field(default_factory=list)
    openings: list[dict[str, Any]] = field(default_factory=list)
    gone: set[int] = field(default_factory=set)

    @property
    def leaves(self) -> list[bytes]:
        return [sha(b"\x00" + payload) for payload in self.payloads]

    def add(self, **about: Any) -> int:
        self.payloads.append(entry(len(self.payloads), **about))
        return len(self.payloads) - 1

    def add_person(self, **values: str) -> int:
        index = len(self.payloads)
        salts = {name: sha(f"{index}{name}".encode()) for name in values}
        self.openings += [
            {"i": index, "field": name, "salt": salts[name].hex(), "value": value} for name, value in values.items()
        ]
        return self.add(pii={name: commitment(salts[name], value) for name, value in values.items()})

    def erase(self, index: int, *fields: str, tombstone: bool = True) -> None:
        leaf = self.leaves[index].hex()
        if "*" in fields:
            self.gone.add(index)
        self.openings = [one for one in self.openings if one["i"] != index or not {"*", one["field"]} & set(fields)]
        if tombstone:
            detail = {"erased": [{"leaf": leaf, "fields": list(fields)}], "basis": "CONSENT_WITHDRAWN"}
            self.add(event="ERASED", detail=detail)

    def note(self, *keys: LogKey, size: int | None = None, origin: str = ORIGIN) -> str:
        size = len(self.payloads) if size is None else size
        body = f"{origin}\n{size}\n{b64(root_of(self.leaves[:size]))}\n"
        return body + "\n" + "".join(key.line(body) for key in keys)

    def files(self, *keys: LogKey) -> dict[str, bytes]:
        return {
            "checkpoint": self.note(*keys).encode(),
            "entries.bin": b"".join(self.framed(index) for index in range(len(self.payloads))),
            "openings.jsonl": b"".join(json.dumps(one).encode() + b"\n" for one in self.openings),
            "keys.txt": "".join(key.vkey + "\n" for key in keys).encode(),
            "README.txt": b"An export.\n",
        }

    def framed(self, index: int) -> bytes:
        if index in self.gone:
            return b"\xff\xff\xff\xff" + self.leaves[index]
        return struct.pack(">I", len(self.payloads[index])) + self.payloads[index]

    def proof(self, index: int, *keys: LogKey) -> str:
        lines = ["c2sp.org/tlog-proof@v1", f"index {index}", *map(b64, inclusion_of(index, self.leaves))]
        return "\n".join(lines) + "\n\n" + self.note(*keys)

    def consistency(self, old: int, *keys: LogKey, size: int | None = None) -> str:
        size = len(self.payloads) if size is None else size
        lines = ["holdfast-consistency@v1", f"old {old}", f"new {size}"]
        lines += map(b64, consistency_of(old, self.leaves[:size]))
        return "\n".join(lines) + "\n\n" + self.note(*keys, size=size)

    def ledger_json(self, cited: Iterable[int], frozen: int, earlier: Iterable[int], *keys: LogKey) -> dict[str, Any]:
        leaves = self.leaves
        return {
            "v": 1,
            "checkpoint": self.note(*keys),
            "frozen": frozen,
            "entries": [
                {
                    "index": index,
                    "payload": None if index in self.gone else b64(self.payloads[index]),
                    "leaf_hash": leaves[index].hex(),
                    "path": [b64(step) for step in inclusion_of(index, leaves)],
                }
                for index in sorted({*cited, frozen})
            ],
            "consistency": [
                {
                    "size": size,
                    "root": root_of(leaves[:size]).hex(),
                    "path": [b64(step) for step in consistency_of(size, leaves)],
                }
                for size in earlier
            ],
        }


def folder(path: Path, files: dict[str, bytes]) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (path / name).write_bytes(content)
    return path


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path
