#!/usr/bin/env python3
"""Checks the record of a Holdfast installation without it: offline, with Python 3.9 or newer and nothing else.

  verify.py ledger EXPORT --key VKEY [--since CHECKPOINT ...]     the whole log, from an exported ZIP or folder
  verify.py checkpoint NEW OLD --key VKEY --proof FILE            does the new state continue the old one?
  verify.py record ENTRY.json PROOF --key VKEY                    does one entry stand in the log?
  verify.py pdf REPORT.pdf --key VKEY --cert CERT [--since CHECKPOINT ...] [--proof FILE ...] [--issued FILE]
                                                  [--ledger EXPORT]
  verify.py pack PACK.zip --key VKEY --cert CERT [...as for pdf]   an audit pack, or a report in volumes
  verify.py evidence FILE REPORT.pdf --key VKEY --cert CERT       is this the file the report lists?

VKEY is the log's public key ("name+12ab34cd+AZ..."); CERT is the certificate reports are signed with, or of who
issued it: a PEM or DER file, or its SHA-256. Take both from somewhere else than what you check: what a file
brings along proves nothing about it. CHECKPOINT is one you kept, the older the better. Where the log went on under
another name after a loss, exports and newer reports hold the entry that says so; `checkpoint` and older reports
need it given: --restart ENTRY.json PROOF, as for `record`.

Every line says what was checked, what was not, what is false and what cannot be told; the last line is the verdict.
Exit status: 0 = everything claimed is true, 1 = something is false, 2 = cannot tell.

Parts of this file: 1 sentences, 2 small readers, 3 signatures (Ed25519, P-256, RSA), 4 checkpoints, 5 the tree,
6 ledger exports, 7 certificates and signed data, 8 the PDF reader, 9 reports, 10 packs, 11 commands.
"""

from __future__ import annotations

import argparse
import base64
import io
import json
import re
import sys
import zipfile
import zlib
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta, timezone
from hashlib import new as new_hash
from hashlib import sha256, sha512
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple, cast

MEBIBYTE = 1 << 20

# ---- 1. Sentences ------------------------------------------------------------------------------------------------


class Wrong(Exception):
    """Something that is claimed is false. The message says what."""


class Unsure(Exception):
    """Neither true nor false can be shown: damaged, unknown or missing. The message says what."""


class Findings:
    """Prints what was found as it is found, and remembers the worst of it."""

    wrong = 0
    unsure = 0

    def checked(self, sentence: str) -> None:
        self._say("Checked: " + sentence)

    def not_checked(self, sentence: str) -> None:
        self._say("Not checked: " + sentence)

    def failed(self, sentence: str) -> None:
        self.wrong += 1
        self._say("FAILED: " + sentence)

    def cannot_tell(self, sentence: str) -> None:
        self.unsure += 1
        self._say("CANNOT TELL: " + sentence)

    @contextmanager
    def part(self, what: str) -> Iterator[None]:
        """Whatever goes wrong inside becomes a sentence, never a traceback: the bytes may be anything."""
        try:
            yield
        except Wrong as finding:
            self.failed(str(finding))
        except Unsure as finding:
            self.cannot_tell(str(finding))
        except Exception as error:
            self.cannot_tell(f"{what} cannot be read ({type(error).__name__}: {error}).")

    def verdict(self) -> int:
        if self.wrong:
            self._say(f"VERDICT: FALSE. {self.wrong} of the claims above do not hold. Do not rely on it.")
            return 1
        if self.unsure:
            self._say("VERDICT: CANNOT TELL. Nothing was found false, but not everything claimed could be checked.")
            return 2
        self._say("VERDICT: TRUE. Everything listed as checked holds.")
        return 0

    @contextmanager
    def within(self, name: str) -> Iterator[Findings]:
        """Findings about one of many files: what is false or cannot be told is said with its name, the rest is not."""
        inner = Within(name)
        try:
            yield inner
        finally:
            self.wrong, self.unsure = self.wrong + inner.wrong, self.unsure + inner.unsure

    def _say(self, sentence: str) -> None:
        """One line, whatever a hostile file put into a name: no control characters reach the screen."""
        print("".join(sign if sign.isprintable() else "?" for sign in sentence[:1000]), flush=True)


class Within(Findings):
    def __init__(self, name: str) -> None:
        self.name = name

    def checked(self, sentence: str) -> None:
        pass

    not_checked = checked

    def failed(self, sentence: str) -> None:
        super().failed(f"{self.name}: {sentence}")

    def cannot_tell(self, sentence: str) -> None:
        super().cannot_tell(f"{self.name}: {sentence}")


# ---- 2. Small readers --------------------------------------------------------------------------------------------


def from_base64(text: str, size: int = 0) -> bytes:
    """Strict: exactly one text stands for the bytes, so that no changed character goes unnoticed."""
    raw = base64.b64decode(text.encode("ascii"), validate=True)
    if base64.b64encode(raw).decode() != text or (size and len(raw) != size):
        raise ValueError("damaged base64")
    return raw


def from_json(raw: bytes, what: str) -> Any:
    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) != len(pairs):
            raise Wrong(f"{what} states one name twice, so that two readers could read two things.")
        return dict(pairs)

    try:
        return json.loads(raw.decode("utf-8"), object_pairs_hook=once)
    except (ValueError, RecursionError):
        raise Unsure(f"{what} is not readable JSON: it is damaged.") from None


def whole(text: str, word: str = "") -> int:
    """A whole number without sign or leading zeros, after `word` and a space if there is one."""
    found = re.fullmatch((word + " " if word else "") + "(0|[1-9][0-9]{0,17})", text)
    if not found:
        raise Unsure(f"Where a number should stand{' after ' + word if word else ''} stands {text[:60]!r}.")
    return int(found.group(1))


def short(digest: bytes) -> str:
    return digest.hex()[:16] + "…"


# ---- 3. Signatures -----------------------------------------------------------------------------------------------
# Only verification, so nothing here is secret and nothing needs to run in constant time.

# Ed25519 (RFC 8032). Points are (X, Y, Z, T) with x = X/Z, y = Y/Z, x*y = T/Z.
P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]


def _x_of(y: int, odd: int) -> int | None:
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and odd):
        return None
    return P - x if x & 1 != odd else x


def _point(raw: bytes) -> Point | None:
    number = int.from_bytes(raw, "little")
    y, odd = number & ((1 << 255) - 1), number >> 255
    x = _x_of(y, odd) if y < P else None
    return None if x is None else (x, y, 1, x * y % P)


def _add(p: Point, q: Point) -> Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(count: int, p: Point) -> Point:
    total: Point = (0, 1, 1, 0)
    while count:
        if count & 1:
            total = _add(total, p)
        p, count = _add(p, p), count >> 1
    return total


_BASE = _point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little")) or (0, 1, 1, 0)


def ed25519(public: bytes, message: bytes, signature: bytes) -> bool:
    """S times the base point must be R + hash(R, A, message) times A."""
    if len(signature) != 64 or len(public) != 32:
        return False
    a, r, s = _point(public), _point(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L:
        return False
    challenge = int.from_bytes(sha512(signature[:32] + public + message).digest(), "little") % L
    left, right = _times(s, _BASE), _add(r, _times(challenge, a))
    return not ((left[0] * right[2] - right[0] * left[2]) % P or (left[1] * right[2] - right[1] * left[2]) % P)


# ECDSA (FIPS 186-5) on the curves y² = x³ - 3x + b modulo p, with a base point g of order n.


class Curve(NamedTuple):
    size: int  # of a number, in bytes
    p: int
    n: int
    b: int
    g: tuple[int, int]


P256 = Curve(
    32,
    2**256 - 2**224 + 2**192 + 2**96 - 1,
    0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B,
    (
        0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296,
        0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5,
    ),
)
P384 = Curve(
    48,
    2**384 - 2**128 - 2**96 + 2**32 - 1,
    0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
    0xB3312FA7E23EE7E4988E056BE3F82D19181D9C6EFE8141120314088F5013875AC656398D8A2ED19D2A85C8EDD3EC2AEF,
    (
        0xAA87CA22BE8B05378EB1C71EF320AD746E1D3B628BA79B9859F741E082542A385502F25DBF55296C3A545E3872760AB7,
        0x3617DE4A96262C6F5D9E98BF9292DC29F8F41DBD289A147CE9DA3113B5F0B8C00A60B1CE1D7E819D7A431D7C90EA0E5F,
    ),
)
Place = tuple[int, int]  # a point; None is the one at infinity


def _sum(a: Place | None, b: Place | None, p: int) -> Place | None:
    if a is None or b is None:
        return a or b
    if a[0] == b[0]:
        if (a[1] + b[1]) % p == 0:
            return None
        slope = 3 * (a[0] * a[0] - 1) * pow(2 * a[1], -1, p)
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, p)
    x = (slope * slope - a[0] - b[0]) % p
    return x, (slope * (a[0] - x) - a[1]) % p


def ecdsa(curve: Curve, public: bytes, digest: bytes, r: int, s: int) -> bool:
    """The x of (digest/s) times the base point plus (r/s) times the public point must be r. `public`: 04, x, y."""
    size, p, n, b, base = curve
    x, y = int.from_bytes(public[1 : size + 1], "big"), int.from_bytes(public[size + 1 :], "big")
    on_curve = x < p and y < p and (y * y - x * x * x + 3 * x - b) % p == 0
    if len(public) != 2 * size + 1 or public[0] != 4 or not on_curve or not (0 < r < n and 0 < s < n):
        return False
    u, v = int.from_bytes(digest[:size], "big") * pow(s, -1, n) % n, r * pow(s, -1, n) % n
    total: Place | None = None
    steps = {(0, 0): None, (1, 0): base, (0, 1): (x, y), (1, 1): _sum(base, (x, y), p)}
    for bit in range(size * 8 - 1, -1, -1):
        total = _sum(_sum(total, total, p), steps[u >> bit & 1, v >> bit & 1], p)
    return total is not None and total[0] % n == r


# RSA with PKCS#1 v1.5 padding (RFC 8017): certificates are often signed so. The bytes before each kind of hash:
DIGEST_INFO = {
    "sha256": bytes.fromhex("3031300d060960864801650304020105000420"),
    "sha384": bytes.fromhex("3041300d060960864801650304020205000430"),
    "sha512": bytes.fromhex("3051300d060960864801650304020305000440"),
}


def rsa_pkcs1(modulus: int, exponent: int, hash_name: str, digest: bytes, signature: bytes) -> bool:
    """The whole padded block is built and compared; nothing of it is skipped over."""
    size = (modulus.bit_length() + 7) // 8
    if not 2048 <= modulus.bit_length() <= 8192 or not 3 <= exponent < 1 << 33:
        raise Unsure("An RSA key is of a size that is not accepted here (2,048 to 8,192 bits are).")
    told = DIGEST_INFO[hash_name] + digest
    expected = b"\x00\x01" + b"\xff" * (size - len(told) - 3) + b"\x00" + told
    number = int.from_bytes(signature, "big")
    return (
        len(signature) == size and number < modulus and pow(number, exponent, modulus).to_bytes(size, "big") == expected
    )


# ---- 4. Checkpoints ----------------------------------------------------------------------------------------------
# A checkpoint is a signed note (c2sp.org/signed-note): the name of the log, how many entries it has and the root of
# the tree over them, an empty line, and one line for each signature.


class Key(NamedTuple):
    name: str
    number: bytes
    public: bytes


class Checkpoint(NamedTuple):
    origin: str
    size: int
    root: bytes
    signed_by: str
    file: str = ""


def key_of(text: str) -> Key:
    with_reason = Unsure(f"The key {text[:80]!r} is not readable; it looks like name+1a2b3c4d+AbCd… on one line.")
    try:
        name, number, rest = text.strip().split("+", 2)
        raw = from_base64(rest, 33)
    except ValueError:
        raise with_reason from None
    if raw[0] != 1 or sha256(name.encode() + b"\n" + raw).digest()[:4].hex() != number:
        raise with_reason
    return Key(name, bytes.fromhex(number), raw[1:])


def checkpoint_of(note: str, keys: list[Key], what: str) -> Checkpoint:
    """Accepts line ends of other systems: what counts is the text that was signed."""
    body, _, tail = (note.replace("\r\n", "\n").strip("\n") + "\n").rpartition("\n\n")
    signers, others = [], []
    for line in tail.splitlines():
        dash, name, code = [*line.split(" "), "", ""][:3]
        try:
            raw = from_base64(code)
        except ValueError:
            raise Unsure(f"{what} is damaged, or no checkpoint: a signature line cannot be read.") from None
        key = next((key for key in keys if (key.name, key.number) == (name, raw[:4]) and dash == "—"), None)
        if key is None:
            others.append(name)
        elif ed25519(key.public, (body + "\n").encode(), raw[4:]):
            signers.append(name)
        else:
            raise Wrong(f"The signature by {name} under {what} is false: the text was changed after signing.")
    if not signers:
        raise Wrong(f"{what} bears no signature by a key you gave (it bears: {', '.join(others) or 'none'}).")
    lines = body.split("\n")
    if len(lines) < 3:
        raise Unsure(f"{what} is not a checkpoint: origin, size and root are missing.")
    return Checkpoint(lines[0], whole(lines[1]), from_base64(lines[2], 32), " and ".join(signers))


def checkpoint_in(path: str, keys: list[Key]) -> Checkpoint:
    name = Path(path).name
    return checkpoint_of(text_of(path), keys, f"The checkpoint {name}")._replace(file=name)


def text_of(path: str) -> str:
    with open(path, "rb") as file:
        raw = file.read(MEBIBYTE + 1)
    if len(raw) > MEBIBYTE:
        raise Unsure(f"{Path(path).name} is too large to be what was asked for.")
    try:
        return raw.decode("utf-8")
    except ValueError:
        raise Unsure(f"{Path(path).name} is not text: it is damaged, or another kind of file.") from None


# ---- 5. The tree -------------------------------------------------------------------------------------------------
# A Merkle tree (RFC 6962): the hash of an entry is a leaf; two neighbours are hashed together, and so on up to one
# root. Changing, dropping, adding or swapping any entry changes the root.


def leaf_of(payload: bytes) -> bytes:
    return sha256(b"\x00" + payload).digest()


def node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


class Tree:
    """Grows by one leaf at a time; keeps only the roots of its complete parts, largest first."""

    def __init__(self) -> None:
        self.size = 0
        self._parts: list[bytes] = []

    def add(self, leaf: bytes) -> None:
        ones, self.size = self.size, self.size + 1
        while ones & 1:
            leaf = sha256(b"\x01" + self._parts.pop() + leaf).digest()
            ones >>= 1
        self._parts.append(leaf)

    def root(self) -> bytes:
        if not self._parts:
            return sha256(b"").digest()
        root = self._parts[-1]
        for part in self._parts[-2::-1]:
            root = node(part, root)
        return root


def root_from(index: int, size: int, leaf: bytes, path: list[bytes]) -> bytes | None:
    """The root that an inclusion path leads to; None where the path does not fit the place."""
    place, last, root = index, size - 1, leaf
    if not 0 <= index < size:
        return None
    for hash_ in path:
        if last == 0:
            return None
        if place & 1 or place == last:
            root = node(hash_, root)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            root = node(root, hash_)
        place, last = place >> 1, last >> 1
    return root if last == 0 else None


def continues(old: int, new: int, path: list[bytes], old_root: bytes, new_root: bytes) -> bool:
    """Whether the first `old` leaves of the new tree are the old tree (RFC 6962, section 2.1.2)."""
    if old in (0, new):
        return not path and old_root == (new_root if old else sha256(b"").digest())
    hashes = path if old & (old - 1) else [old_root, *path]
    if not hashes or not 0 < old < new:
        return False
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    left = both = hashes[0]
    for hash_ in hashes[1:]:
        if last == 0:
            return False
        if place & 1 or place == last:
            left, both = node(hash_, left), node(hash_, both)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            both = node(both, hash_)
        place, last = place >> 1, last >> 1
    return last == 0 and left == old_root and both == new_root


class Link(NamedTuple):
    """A proof that one signed state continues an older one."""

    old: int
    new: Checkpoint
    path: list[bytes]

    def holds(self, old_root: bytes) -> bool:
        return continues(self.old, self.new.size, self.path, old_root, self.new.root)


def link_in(path: str, keys: list[Key]) -> Link:
    head, _, note = text_of(path).replace("\r\n", "\n").partition("\n\n")
    name, lines = Path(path).name, head.split("\n")
    if lines[0] != "holdfast-consistency@v1" or len(lines) < 3:
        raise Unsure(f"{name} is not a consistency proof, or is damaged.")
    new = checkpoint_of(note, keys, f"The checkpoint inside {name}")
    if whole(lines[2], "new") != new.size:
        raise Wrong(f"{name} speaks of another size than the checkpoint inside it.")
    return Link(whole(lines[1], "old"), new, [from_base64(line, 32) for line in lines[3:]])


def entry_in(path: str, proof: str, keys: list[Key]) -> tuple[bytes, int, Checkpoint]:
    """One entry, its place, and the signed state that the proof shows it to stand in."""
    head, _, note = text_of(proof).replace("\r\n", "\n").partition("\n\n")
    lines = [line for place, line in enumerate(head.split("\n")) if place != 1 or not line.startswith("extra ")]
    if lines[0] != "c2sp.org/tlog-proof@v1" or len(lines) < 2:
        raise Unsure(f"{Path(proof).name} is not a proof of one entry, or is damaged.")
    top, index = checkpoint_of(note, keys, "The checkpoint in the proof"), whole(lines[1], "index")
    raw = Path(path).read_bytes()
    if root_from(index, top.size, leaf_of(raw), [from_base64(line, 32) for line in lines[2:]]) != top.root:
        raise Wrong(f"This is not entry {index:,} of the log: it was changed, or the proof is of another entry.")
    return raw, index, top


class Restart(NamedTuple):
    """What an entry of the log says: after a loss it went on as `name`, and its first `kept` entries stayed."""

    name: str
    before: tuple[str, ...]
    kept: int
    told_by: str  # the name under which the log that holds the entry was signed


def restart_of(entry: dict[str, Any], told_by: str) -> Restart:
    detail = entry["detail"]
    names = (detail["lost_origin"], detail.get("kept_origin", detail["lost_origin"]))
    return Restart(detail["origin"], names, detail["kept_size"], told_by)


def restart_in(path: str, proof: str, keys: list[Key]) -> Restart:
    raw, _index, top = entry_in(path, proof, keys)
    entry = from_json(raw, Path(path).name)
    if entry.get("e") != "LOG_RESTARTED":
        raise Unsure(f"{Path(path).name} does not say that the log went on after a loss.")
    return restart_of(entry, top.origin)


def is_one_log(one: Checkpoint, other: Checkpoint, restarts: list[Restart]) -> bool:
    """Whether they bear one name, or the log itself tells how the older name became the newer and that what it covers
    was kept. Two logs of one history still need to be shown to begin alike."""
    older, newer = sorted((one, other), key=lambda each: each.size)
    names = {newer.origin}
    for _turn in restarts:
        for restart in restarts:
            if {restart.name, restart.told_by} <= names and older.size <= restart.kept:
                names.update(restart.before)
    return older.origin in names


def same_log(findings: Findings, one: Checkpoint, other: Checkpoint, restarts: list[Restart], what: str) -> None:
    """Raises where `one`, which is called `what`, cannot belong to the log of `other`."""
    if one.origin == other.origin:
        return
    if is_one_log(one, other, restarts):
        findings.checked(f"the log says how {one.origin} and {other.origin} follow each other after a loss.")
        return
    older = min(one, other, key=lambda each: each.size)
    for restart in restarts:
        if older.origin in restart.before and older.size > restart.kept:
            kept = f"the log went on as {restart.name} after {restart.kept:,} of them"
            raise Wrong(f"{what} covers entries that were lost: {kept}.")
    raise Wrong(f"{what} is of another log: {one.origin}, not {other.origin}.")


# ---- 6. Ledger exports -------------------------------------------------------------------------------------------
# entries.bin: for each entry in order 4 bytes length and the payload as it was hashed; FF FF FF FF and 32 bytes leaf
# hash where the payload was erased. openings.jsonl, in the same order: the personal values that entries commit to.

GONE = 0xFFFFFFFF
LONGEST_ENTRY = 16 * MEBIBYTE
NOTABLE = re.compile(b'"(?:pii|ERASED|LOG_RESTARTED)"')


class Export:
    """The files of an export: a folder, or the same as a ZIP, which is read without unpacking."""

    def __init__(self, path: str) -> None:
        self._folder = Path(path)
        self._zip = None if self._folder.is_dir() else zipfile.ZipFile(path)
        names = self._zip.namelist() if self._zip else [file.name for file in self._folder.iterdir()]
        self.names = set(names)
        if len(names) != len(self.names):
            raise Wrong("The ZIP holds two files of one name, so that two readers could read two things.")

    def open(self, name: str) -> BinaryIO:
        if name not in self.names:
            raise Unsure(f"The export has no file {name}.")
        path = self._folder / name
        return io.BufferedReader(cast(Any, self._zip.open(name)), MEBIBYTE) if self._zip else path.open("rb", MEBIBYTE)


def entries_in(file: BinaryIO) -> Iterator[tuple[bytes, bytes | None]]:
    """Leaf hash and payload of each entry; no payload where it was erased."""
    count, read = 0, file.read
    while head := read(4):
        length = int.from_bytes(head, "big")
        wanted = 32 if length == GONE else length
        body = read(min(wanted, LONGEST_ENTRY))
        if len(head) != 4 or len(body) != wanted:
            raise Wrong(f"entries.bin breaks off or is damaged in entry {count}.")
        yield (body, None) if length == GONE else (sha256(b"\x00" + body).digest(), body)
        count += 1


class Walk:
    """One pass over an export: the tree, the openings against the commitments, and what is missing."""

    def __init__(self, export: Export, sizes: set[int], number: str = "") -> None:
        self.tree = Tree()
        self.roots: dict[int, bytes] = {0: self.tree.root()}
        self.opened = 0
        self.issued: list[dict[str, Any]] = []
        self.erased: dict[bytes, set[str]] = {}
        self.restarts: list[dict[str, Any]] = []
        self.false_openings: list[str] = []  # the first few
        self.has_openings = "openings.jsonl" in export.names
        self._number = number
        # Missing values, kept small: there may be a million of them.
        self._leaves, self._indexes = bytearray(), array("q")
        self._fields: list[tuple[str, ...]] = []
        self._kinds: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._openings = self._read_openings(export)
        self._next = next(self._openings, None)
        with export.open("entries.bin") as file:
            for leaf, payload in entries_in(file):
                self.tree.add(leaf)
                if payload is None:
                    self._note_missing(leaf, ("*",))
                elif NOTABLE.search(payload) or (number and b'"ISSUED"' in payload):
                    self._look_into(leaf, payload)
                if self.tree.size in sizes:
                    self.roots[self.tree.size] = self.tree.root()
        self.roots[self.tree.size] = self.tree.root()
        self._skip_openings(self.tree.size)

    def missing(self) -> Iterator[tuple[int, str, bool]]:
        """Entry, field ('*' for all of it) and whether a tombstone anywhere in the log names it."""
        for position, index in enumerate(self._indexes):
            named = self.erased.get(bytes(self._leaves[position * 32 : position * 32 + 32]), set())
            for field in self._fields[position]:
                yield index, field, field in named or "*" in named

    def _look_into(self, leaf: bytes, payload: bytes) -> None:
        index = self.tree.size - 1
        entry = json.loads(payload.decode("utf-8"))
        if entry.get("pii"):
            self._open(index, leaf, entry["pii"])
        if entry.get("e") == "ERASED":
            for gone in entry["detail"]["erased"]:
                self.erased.setdefault(bytes.fromhex(gone["leaf"]), set()).update(gone["fields"])
        elif entry.get("e") == "LOG_RESTARTED":
            self.restarts.append(entry)
        elif entry.get("e") == "ISSUED" and entry["detail"].get("number") == self._number:
            self.issued.append(entry["detail"])

    def _open(self, index: int, leaf: bytes, commitments: dict[str, str]) -> None:
        """A personal value is not in the entry; the SHA-256 of 32 bytes of chance and the value is."""
        self._skip_openings(index)
        left = dict(commitments)
        while self._next and self._next["i"] == index:
            field, salt, value = self._next["field"], bytes.fromhex(self._next["salt"]), self._next["value"]
            if left.pop(field, None) == sha256(salt + value.encode()).hexdigest():
                self.opened += 1
            else:
                self._complain(f"the value of {field!r} is not the one entry {index} committed to")
            self._next = next(self._openings, None)
        if left:
            self._note_missing(leaf, tuple(sorted(left)))

    def _skip_openings(self, index: int) -> None:
        while self._next and self._next["i"] < index:
            self._complain(f"openings.jsonl opens entry {self._next['i']} out of order or without cause")
            self._next = next(self._openings, None)

    def _complain(self, sentence: str) -> None:
        self.false_openings += [sentence][: 5 - len(self.false_openings)]

    def _note_missing(self, leaf: bytes, fields: tuple[str, ...]) -> None:
        self._leaves += leaf
        self._indexes.append(self.tree.size - 1)
        self._fields.append(self._kinds.setdefault(fields, fields))

    def _read_openings(self, export: Export) -> Iterator[dict[str, Any]]:
        if self.has_openings:
            with export.open("openings.jsonl") as file:
                for line in file:
                    yield json.loads(line.decode("utf-8"))


def check_export(findings: Findings, head: Checkpoint, walk: Walk) -> None:
    """Tree against checkpoint, values against commitments, gaps against tombstones."""
    if walk.tree.size != head.size:
        findings.failed(f"entries.bin holds {walk.tree.size:,} entries; the signed checkpoint says {head.size:,}.")
    elif walk.tree.root() != head.root:
        findings.failed("The entries do not lead to the signed root: an entry was changed, swapped or replaced.")
    else:
        findings.checked(f"all {head.size:,} entries lead to the root {short(head.root)} signed by {head.signed_by}.")
    for sentence in walk.false_openings:
        findings.failed(f"Personal values: {sentence}.")
    if walk.opened:
        findings.checked(f"{walk.opened:,} personal values are those the entries committed to.")
    check_gaps(findings, walk)
    findings.not_checked("the other files of the export; keys.txt above all, because the key must come from elsewhere.")


def check_gaps(findings: Findings, walk: Walk) -> None:
    """What is missing must be named by a tombstone: an entry that says what was erased and on what legal ground."""
    recorded = withheld = unrecorded = 0
    examples: list[str] = []
    for index, field, is_recorded in walk.missing():
        is_withheld = field != "*" and not walk.has_openings and not is_recorded
        recorded, withheld = recorded + is_recorded, withheld + is_withheld
        if not is_recorded and not is_withheld:
            unrecorded += 1
            examples += [f"{index} ({'all of it' if field == '*' else field})"][: 5 - len(examples)]
    if recorded:
        findings.checked(f"{recorded:,} missing contents or values are erased with a record: tombstones name them.")
    if unrecorded:
        named = ", ".join(examples)
        findings.failed(f"{unrecorded:,} contents or values are erased without a record, or withheld: entry {named}.")
    if withheld:
        findings.cannot_tell(f"{withheld:,} personal values were withheld: the export has no openings.jsonl.")


# ---- 7. Certificates and signed data -----------------------------------------------------------------------------

HASHES = {"2.16.840.1.101.3.4.2.1": "sha256", "2.16.840.1.101.3.4.2.2": "sha384", "2.16.840.1.101.3.4.2.3": "sha512"}
SIGNATURES = {
    "1.2.840.10045.4.3.2": "sha256", "1.2.840.10045.4.3.3": "sha384", "1.2.840.10045.4.3.4": "sha512",
    "1.2.840.113549.1.1.11": "sha256", "1.2.840.113549.1.1.12": "sha384", "1.2.840.113549.1.1.13": "sha512",
}  # fmt: skip
RSA, ELLIPTIC = "1.2.840.113549.1.1.1", "1.2.840.10045.2.1"
CURVES = {"1.2.840.10045.3.1.7": P256, "1.3.132.0.34": P384}
SIGNED_DATA, PLAIN_DATA, STAMP_DATA = "1.2.840.113549.1.7.2", "1.2.840.113549.1.7.1", "1.2.840.113549.1.9.16.1.4"
CONTENT_TYPE, MESSAGE_DIGEST = "1.2.840.113549.1.9.3", "1.2.840.113549.1.9.4"
SIGNING_CERTIFICATE = "1.2.840.113549.1.9.16.2.12"
SIGNING_CERTIFICATE_V2, TIME_STAMP = "1.2.840.113549.1.9.16.2.47", "1.2.840.113549.1.9.16.2.14"
BASIC_CONSTRAINTS, KEY_USAGE, COMMON_NAME = "2.5.29.19", "2.5.29.15", "2.5.4.3"
# Extensions that may be marked critical: those above, and extended key usage, policies, subject names.
UNDERSTOOD = {BASIC_CONSTRAINTS, KEY_USAGE, "2.5.29.37", "2.5.29.32", "2.5.29.17"}


class Der(NamedTuple):
    """One value of ASN.1 in its distinguished encoding: kind, content, and both as they stood."""

    tag: int
    content: bytes
    raw: bytes

    def parts(self, *tags: int) -> list[Der]:
        """What is inside. `tags`, where given, are what kind this must be, and then each part."""
        found, rest = [], self.content
        while rest:
            found.append(der(rest))
            rest = rest[len(found[-1].raw) :]
        if tags and (self.tag, *(part.tag for part in found)) != tags:
            raise ValueError("another form than expected")
        return found

    def algorithm(self) -> str:
        """Of an AlgorithmIdentifier without parameters."""
        kind, *parameters = self.parts()
        if [part.raw for part in parameters] not in ([], [b"\x05\x00"]) or self.tag != 0x30:
            raise ValueError("another form than expected")
        return kind.oid()

    def oid(self) -> str:
        numbers: list[int] = []
        value = 0
        for byte in self.content if self.tag == 6 else b"":
            value = value << 7 | byte & 127
            if byte < 128:
                numbers.append(value)
                value = 0
        first = min(numbers[0] // 40, 2)
        return ".".join(map(str, [first, numbers[0] - 40 * first, *numbers[1:]]))

    def number(self) -> int:
        return int.from_bytes(self.content, "big", signed=True)


def der(data: bytes) -> Der:
    start, length = 2, data[1]
    if length >= 128:
        start += length & 127
        length = int.from_bytes(data[2:start], "big")
        if not 2 < start <= 6 or length < 128 or data[2] == 0:
            raise ValueError("not DER")
    if data[0] & 31 == 31 or len(data) < start + length:
        raise ValueError("damaged DER")
    return Der(data[0], data[start : start + length], data[: start + length])


def time_of(value: Der) -> datetime:
    text = value.content.decode("ascii")
    if value.tag == 0x17:  # UTCTime has two digits for the year; 50 to 99 are of the last century
        text = ("19" if text >= "50" else "20") + text
    return datetime.strptime(text[:14] + text[-1], "%Y%m%d%H%M%SZ").replace(tzinfo=timezone.utc)


class Certificate:
    """What of an X.509 certificate is needed to check who signed."""

    def __init__(self, raw: bytes) -> None:
        self.fingerprint = sha256(raw).hexdigest()
        self.raw = raw
        body, self._algorithm, self._signature = der(raw).parts(0x30, 0x30, 0x30, 3)
        fields = body.parts()
        fields = fields[1:] if fields[0].tag == 0xA0 else fields
        self._signed = body.raw
        self.serial, inner, self.issuer, validity, self.subject, self._key = fields[:6]
        if inner.raw != self._algorithm.raw or der(raw).raw != raw or self._signature.content[0]:
            raise ValueError("a certificate that contradicts itself")
        self.begins, self.ends = (time_of(part) for part in validity.parts())
        extensions = [part for field in fields[6:] if field.tag == 0xA3 for part in field.parts()[0].parts()]
        self._extensions = {part.parts()[0].oid(): der(part.parts()[-1].content) for part in extensions}
        self.strange = {part.parts()[0].oid() for part in extensions if len(part.parts()) == 3} - UNDERSTOOD

    @property
    def name(self) -> str:
        parts = [pair.parts() for group in self.subject.parts() for pair in group.parts()]
        named = [value.content.decode("utf-8", "replace") for kind, value in parts if kind.oid() == COMMON_NAME]
        return (named or ["a certificate without a name"])[0]

    def may_issue(self) -> bool:
        constraints = self._extensions.get(BASIC_CONSTRAINTS)
        is_authority = constraints is not None and constraints.content[:3] == b"\x01\x01\xff"
        return is_authority and self._is_for(0x04)

    def may_sign(self) -> bool:
        return self._is_for(0xC0)

    def _is_for(self, bits: int) -> bool:
        usage = self._extensions.get(KEY_USAGE)
        return usage is None or bool(usage.content[1] & bits)

    def is_issued_by(self, other: Certificate) -> bool:
        if self.issuer.raw != other.subject.raw or not other.may_issue():
            return False
        kind = self._algorithm.parts()[0].oid()
        return other.verifies(kind, SIGNATURES.get(kind, ""), self._signed, self._signature.content[1:])

    def verifies(self, kind: str, hash_name: str, message: bytes, signature: bytes) -> bool:
        """Whether this certificate's key made `signature`, of the named kind, over `message`."""
        (algorithm, parameters), bits = self._key.parts()[0].parts(), self._key.parts()[1].content[1:]
        curve, is_rsa = CURVES.get(parameters.oid() if parameters.tag == 6 else ""), algorithm.oid() == RSA
        if (kind not in SIGNATURES and kind != RSA) or not (curve or is_rsa):
            raise Unsure(f"{self.name} signs in a way unknown here; known are ECDSA on P-256 and P-384, and RSA.")
        if is_rsa != kind.startswith("1.2.840.113549"):
            return False
        digest = new_hash(hash_name, message).digest()
        if curve is None:
            modulus, exponent = (part.number() for part in der(bits).parts())
            return rsa_pkcs1(modulus, exponent, hash_name, digest, signature)
        r, s = (part.number() for part in der(signature).parts(0x30, 2, 2))
        return der(signature).raw == signature and ecdsa(curve, bits, digest, r, s)


class SignedData:
    """A signature in the form of RFC 5652 with one signer, as PDFs and time stamps carry it."""

    def __init__(self, container: Der) -> None:
        kind, outer = container.parts(0x30, 6, 0xA0)
        version, hashes, content, certificates, signers = outer.parts()[0].parts(0x30, 2, 0x31, 0x30, 0xA0, 0x31)
        self.kind, *inside = (part if part.tag == 6 else part.parts(0xA0, 4)[0] for part in content.parts())
        self.content = inside[0].content if inside else None
        self.certificates = [Certificate(part.raw) for part in certificates.parts()]
        (signer,) = signers.parts()
        later = [0xA1] if len(signer.parts()) == 7 else []
        inner, self._who, way, self._signed, kind_of, made, *more = signer.parts(
            0x30, 2, 0x30, 0x30, 0xA0, 0x30, 4, *later
        )
        self._hash, self._way, self.signature = HASHES.get(way.algorithm(), ""), kind_of.algorithm(), made.content
        is_usual = kind.oid() == SIGNED_DATA and (version.number(), inner.number()) in ((1, 1), (3, 1))
        if not is_usual or way.raw not in [part.raw for part in hashes.parts()] or not self._hash:
            raise Unsure("A signature is in a form that is unknown here.")
        self.attributes = self._attributes(self._signed)
        self.unsigned = self._attributes(more[0]) if more else {}

    def signer_of(self, content: bytes) -> Certificate:
        """The certificate that signed exactly `content`; raises Wrong where none did."""
        attributes = self.attributes
        if attributes[MESSAGE_DIGEST].content != new_hash(self._hash, content).digest():
            raise Wrong("the bytes that were signed are not these: something was changed after signing")
        signer = next((one for one in self.certificates if self._is_meant(one)), None)
        if signer is None or attributes[CONTENT_TYPE].oid() != self.kind.oid():
            raise Wrong("the certificate that the signature names is not the one it carries")
        message = b"\x31" + self._signed.raw[1:]
        if SIGNATURES.get(self._way, self._hash) != self._hash:
            raise Wrong("the signature names two different hashes")
        if not signer.verifies(self._way, self._hash, message, self.signature):
            raise Wrong(f"the signature was not made with the key of {signer.name}")
        return signer

    def loose_ends(self, path: list[Certificate]) -> int:
        """How many certificates came along, beside `path`, whose issuer did not: nothing here vouches for them."""
        known, count = {one.fingerprint for one in path}, 0
        for one in self.certificates:
            issuers = [other for other in self.certificates + path if other.subject.raw == one.issuer.raw]
            if one.fingerprint not in known and issuers and not any(map(one.is_issued_by, issuers)):
                raise Wrong(f"the certificate of {one.name} that came along was changed")
            count += one.fingerprint not in known and not issuers
        return count

    def _is_meant(self, one: Certificate) -> bool:
        """By issuer and serial number, and by the certificate's hash among what was signed (RFC 5035)."""
        if [part.raw for part in self._who.parts()] != [one.issuer.raw, one.serial.raw]:
            return False
        if SIGNING_CERTIFICATE_V2 in self.attributes:
            first = self.attributes[SIGNING_CERTIFICATE_V2].parts()[0].parts()[0].parts()
            hash_name = HASHES.get(first[0].algorithm(), "") if first[0].tag == 0x30 else "sha256"
            return next(part for part in first if part.tag == 4).content == new_hash(hash_name, one.raw).digest()
        first = self.attributes[SIGNING_CERTIFICATE].parts()[0].parts()[0].parts()
        return first[0].content == new_hash("sha1", one.raw).digest()

    @staticmethod
    def _attributes(group: Der) -> dict[str, Der]:
        pairs = [part.parts(0x30, 6, 0x31) for part in group.parts()]
        found = {kind.oid(): value for kind, values in pairs for value in values.parts()}
        if len(found) != sum(len(values.parts()) for _kind, values in pairs):
            raise ValueError("an attribute stands twice")
        return found


class Trust:
    """The certificate given by whoever runs this: a file, or a SHA-256 to find among those in the signature."""

    def __init__(self, given: str) -> None:
        fingerprint = re.sub(r"[\s:]", "", given).lower()
        self.certificates: list[Certificate] = []
        self.fingerprints = {fingerprint} if re.fullmatch("[0-9a-f]{64}", fingerprint) else set()
        if not self.fingerprints:
            raw = Path(given).read_bytes()
            blocks = re.findall(rb"-----BEGIN CERTIFICATE-----(.+?)-----END CERTIFICATE-----", raw, re.DOTALL)
            self.certificates = [Certificate(one) for one in map(base64.b64decode, blocks)] or [Certificate(raw)]
            self.fingerprints = {one.fingerprint for one in self.certificates}

    def path_from(self, signer: Certificate, embedded: list[Certificate], at: datetime) -> list[Certificate]:
        path = [signer]
        while path[-1].fingerprint not in self.fingerprints:
            last = path[-1]
            above = next((one for one in self.certificates + embedded if last.is_issued_by(one)), None)
            if above is None or len(path) > 8:
                raise Wrong(f"The certificate of {signer.name} neither is the one you gave nor was issued by it.")
            path.append(above)
        for one in path:
            if not one.begins <= at <= one.ends:
                raise Wrong(
                    f"The certificate of {one.name} was not valid on {at:%d %B %Y}, when the report was signed."
                )
            if one.strange:
                raise Unsure(f"The certificate of {one.name} states conditions that are unknown here.")
        return path


# ---- 8. The PDF reader -------------------------------------------------------------------------------------------
# Walks the file as a viewer does: from its end to the newest table of objects, from there to the older ones; the
# newest place of an object counts. Nothing is searched for, so that a second, hidden object of the same look does not
# get in the way. What is not understood is said, never guessed.

B, W = rb"[\x00\t\n\x0c\r ]", rb"[^\x00\t\n\x0c\r ()<>\[\]{}/%]"  # blanks, and what words are made of
SKIP = re.compile(rb"(?:" + B + rb"|%[^\r\n]*)*")
TOKEN = re.compile(
    rb"(?P<mark><<|>>|\[|\]|\()|/(?P<name>" + W + rb"*)|<(?P<hex>(?:[0-9A-Fa-f]|" + B + rb")*)>"
    rb"|(?P<number>\d{1,10})" + B + rb"+(?P<generation>\d{1,5})" + B + rb"+R(?!" + W + rb")|(?P<word>" + W + rb"+)"
)
LITERAL = re.compile(rb"\\(?:(?P<octal>[0-7]{1,3})|(?P<line>\r\n|\r|\n)|(?P<sign>.))|(?P<plain>[^\\])", re.DOTALL)
OBJECT = re.compile(rb"(\d{1,10})" + B + rb"+(\d{1,5})" + B + rb"+obj")
ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
WORDS: dict[bytes, Any] = {b"true": True, b"false": False, b"null": None}
LARGEST_STREAM = 256 * MEBIBYTE


class Name(str):
    """A PDF name, such as /Type, without the slash."""

    __slots__ = ()


class Reference(NamedTuple):
    number: int
    generation: int


class Text(bytes):
    """A PDF string, and where it stands in what was read: from its first bracket to past its last."""

    span: tuple[int, int] = (-1, -1)


class Stream(NamedTuple):
    about: dict[str, Any]
    raw: bytes


class Syntax:
    """Reads one PDF value after the other from `data`."""

    def __init__(self, data: bytes, at: int = 0) -> None:
        self.data, self.at = data, at

    def takes(self, word: bytes) -> bool:
        """Goes past `word`, and what is blank before it, if it comes next."""
        self._skip()
        found = self.data.startswith(word, self.at)
        self.at += len(word) if found else 0
        return found

    def value(self, depth: int = 0) -> Any:
        self._skip()
        start, token = self.at, TOKEN.match(self.data, self.at)
        if token is None or depth > 60:
            raise Unsure(f"The PDF is damaged near byte {start:,}.")
        self.at = token.end()
        if token["mark"] == b"<<":
            return self._dictionary(depth)
        if token["mark"] == b"[":
            return self._until(b"]", depth)
        if token["mark"] == b"(" or token["hex"] is not None:
            text = Text(self._literal() if token["mark"] else from_hex(token["hex"]))
            text.span = (start, self.at)
            return text
        return self._single(token)

    def _single(self, token: re.Match[bytes]) -> Any:
        name, word = token["name"], token["word"]
        if name is not None:
            return Name(re.sub(rb"#([0-9A-Fa-f]{2})", lambda code: from_hex(code[1]), name).decode("latin-1"))
        if token["generation"]:
            return Reference(int(token["number"]), int(token["generation"]))
        if word in WORDS:
            return WORDS[word]
        if word and re.fullmatch(rb"[+-]?(\d{1,15}|\d{0,15}\.\d{0,15})", word):
            return float(word) if b"." in word else int(word)
        raise Unsure(f"The PDF is damaged near byte {token.start():,}.")

    def _skip(self) -> None:
        match = SKIP.match(self.data, self.at)
        self.at = match.end() if match else self.at

    def _until(self, end: bytes, depth: int) -> list[Any]:
        found = []
        while not self.takes(end):
            found.append(self.value(depth + 1))
        return found

    def _dictionary(self, depth: int) -> dict[str, Any]:
        flat = self._until(b">>", depth)
        found = {flat[at]: flat[at + 1] for at in range(0, len(flat), 2)}
        if len(found) * 2 != len(flat) or not all(isinstance(key, Name) for key in found):
            raise Unsure("The PDF states something twice in one place, or is damaged.")
        return found

    def _literal(self) -> bytes:
        found, depth = bytearray(), 1
        for match in LITERAL.finditer(self.data, self.at):
            plain, octal, sign = match["plain"], match["octal"], match["sign"]
            depth += (plain == b"(") - (plain == b")")
            if depth == 0:
                self.at = match.end()
                return bytes(found)
            found += bytes([int(octal, 8) & 255]) if octal else plain or ESCAPES.get(sign, sign or b"")
        raise Unsure("The PDF is damaged: a string does not end.")


def from_hex(digits: bytes) -> bytes:
    kept = bytes(byte for byte in digits if byte > 32).decode()
    return bytes.fromhex(kept + "0" * (len(kept) % 2))


class Pdf:
    def __init__(self, data: bytes) -> None:
        self.data = data
        # For each object: offset and generation in the file, or (container, place) inside an object stream, or gone.
        self._places: dict[int, tuple[str, int, int]] = {}
        self._open: dict[int, tuple[bytes, list[int]]] = {}
        end = re.search(rb"startxref\s+(\d{1,15})\s+%%EOF\s*\Z", data[-2048:])
        if not data.startswith(b"%PDF-") or not end:
            raise Unsure("This is not a whole PDF: it is cut off, something was put after its end, or it is no PDF.")
        self.trailer = self._read_tables(int(end.group(1)))
        if "Encrypt" in self.trailer:
            raise Unsure("The PDF is encrypted.")
        self.catalog = self.get(self.trailer["Root"])

    def get(self, value: Any) -> Any:
        """What a reference stands for; anything else as it is."""
        for _step in range(20):
            if not isinstance(value, Reference):
                return value
            kind, where, more = self._places.get(value.number, ("gone", 0, 0))
            if kind == "gone":
                return None
            value = self._at(where, value.number, more) if kind == "at" else self._inside(where, more, value.number)
        raise Unsure("The PDF refers in circles.")

    def decoded(self, stream: Any, limit: int = LARGEST_STREAM) -> bytes:
        filters, settings = (stream.about.get(name) for name in ("Filter", "DecodeParms"))
        filters, settings = (
            value if isinstance(value, list) else [value] for value in map(self.get, (filters, settings))
        )
        if filters in ([None], []):
            return bytes(stream.raw)
        if filters != ["FlateDecode"]:
            raise Unsure(f"A part of the PDF is packed in a way unknown here: {filters}.")
        unpacker = zlib.decompressobj()
        data = unpacker.decompress(stream.raw, limit)
        if not unpacker.eof:
            raise Unsure("A part of the PDF is damaged or too large.")
        about = self.get(settings[0]) or {}
        return data if about.get("Predictor", 1) == 1 else self._unpredicted(data, about)

    @staticmethod
    def _unpredicted(data: bytes, about: dict[str, Any]) -> bytes:
        """Rows were stored as differences from the row above (or the byte before), each after a byte naming which."""
        width, above, found = about.get("Columns", 1), bytes(about.get("Columns", 1)), bytearray()
        if about["Predictor"] < 10 or (about.get("Colors", 1), about.get("BitsPerComponent", 8)) != (1, 8):
            raise Unsure("A table of the PDF is packed in a way unknown here.")
        for at in range(0, len(data), width + 1):
            row = bytearray(data[at + 1 : at + 1 + width])
            for place in range(len(row)):
                before = row[place - 1] if place else 0
                row[place] = (row[place] + (0, before, above[place])[data[at]]) & 255
            above = bytes(row)
            found += row
        return bytes(found)

    def _read_tables(self, offset: int) -> dict[str, Any]:
        newest: dict[str, Any] = {}
        seen: set[int] = set()
        while offset not in seen:
            seen.add(offset)
            syntax = Syntax(self.data, offset)
            about = self._plain_table(syntax) if syntax.takes(b"xref") else self._stream_table(offset)
            newest = newest or about
            if "XRefStm" in about:
                raise Unsure("The PDF has two tables of objects side by side, which two readers read differently.")
            if "Prev" not in about:
                return newest
            offset = about["Prev"]
        raise Unsure("The tables of the PDF refer in circles.")

    def _plain_table(self, syntax: Syntax) -> dict[str, Any]:
        while not syntax.takes(b"trailer"):
            first, count = syntax.value(), syntax.value()
            for number in range(first, first + count):
                offset, generation = syntax.value(), syntax.value()
                kind = "at" if syntax.takes(b"n") else "gone"
                if kind == "gone" and not syntax.takes(b"f"):
                    raise Unsure("The table of objects of the PDF is damaged.")
                self._places.setdefault(number, (kind, offset, generation))
        about = syntax.value()
        return about if isinstance(about, dict) else {}

    def _stream_table(self, offset: int) -> dict[str, Any]:
        stream = self._at(offset)
        if not isinstance(stream, Stream) or stream.about.get("Type") != "XRef":
            raise Unsure("The PDF has no table of objects where it says.")
        data, (a, b, c) = self.decoded(stream, 32 * MEBIBYTE), stream.about["W"]
        ranges = stream.about.get("Index", [0, stream.about["Size"]])
        at = 0
        for first, count in [ranges[place : place + 2] for place in range(0, len(ranges), 2)]:
            for number in range(first, first + count):
                row, at = data[at : at + a + b + c], at + a + b + c
                if len(row) != a + b + c or not 0 < len(row) < 32:
                    raise Unsure("The table of objects of the PDF is damaged.")
                kind = int.from_bytes(row[:a], "big") if a else 1
                place, more = int.from_bytes(row[a : a + b], "big"), int.from_bytes(row[a + b :], "big")
                self._places.setdefault(number, (("gone", "at", "inside")[kind], place, more))
        return stream.about

    def _at(self, offset: int, number: int | None = None, generation: int = 0) -> Any:
        head = OBJECT.match(self.data, offset)
        if not head or (number is not None and (int(head.group(1)), int(head.group(2))) != (number, generation)):
            raise Unsure(f"The PDF is damaged: object {number} is not where the table says.")
        syntax = Syntax(self.data, head.end())
        value = syntax.value()
        if not isinstance(value, dict) or not syntax.takes(b"stream"):
            return value
        start = syntax.at + (2 if self.data.startswith(b"\r\n", syntax.at) else 1)
        length = self.get(value["Length"])
        syntax.at = start + length
        if length < 0 or not syntax.takes(b"endstream"):
            raise Unsure("The PDF is damaged: a stream is not as long as it says.")
        return Stream(value, self.data[start : start + length])

    def _inside(self, container: int, place: int, number: int) -> Any:
        if container not in self._open:
            if self._places.get(container, ("",))[0] != "at":
                raise Unsure("The PDF is damaged: an object stream is not where the table says.")
            stream = self.get(Reference(container, 0))
            data, syntax = self.decoded(stream), Syntax(self.decoded(stream))
            self._open[container] = (
                data[stream.about["First"] :],
                [syntax.value() for _half in range(2 * stream.about["N"])],
            )
        data, numbers = self._open[container]
        if numbers[2 * place] != number:
            raise Unsure(f"The PDF is damaged: object {number} is not where the table says.")
        return Syntax(data, numbers[2 * place + 1]).value()

    def signatures(self) -> list[dict[str, Any]]:
        form = self.get(self.catalog.get("AcroForm")) or {}
        waiting, found, seen = list(self.get(form.get("Fields")) or []), [], 0
        while waiting and seen < 10_000:
            field, seen = self.get(waiting.pop()) or {}, seen + 1
            waiting += self.get(field.get("Kids")) or []
            value = self.get(field.get("V"))
            if isinstance(value, dict) and "ByteRange" in value:
                found.append(value)
        return found

    def attachments(self) -> dict[str, bytes]:
        """By name; two different attachments of one name are refused."""
        found: dict[str, Any] = {}
        for about in self._file_specifications():
            streams = {value for key, value in self.get(about["EF"]).items() if key in ("F", "UF")}
            names = {self._text(about[key]) for key in ("F", "UF") if key in about}
            if len(streams) != 1 or len(names) != 1 or found.setdefault(min(names), min(streams)) not in streams:
                raise Wrong(f"Several attachments hide behind one name: {', '.join(sorted(names))}.")
        return {name: self.decoded(self.get(stream)) for name, stream in found.items()}

    def _file_specifications(self) -> list[dict[str, Any]]:
        names = self.get(self.catalog.get("Names")) or {}
        waiting, found = [names.get("EmbeddedFiles")], list(self.get(self.catalog.get("AF")) or [])
        for _step in range(10_000):
            if not waiting:
                break
            tree = self.get(waiting.pop()) or {}
            found += (self.get(tree.get("Names")) or [])[1::2]
            waiting += self.get(tree.get("Kids")) or []
        return [about for about in map(self.get, found) if isinstance(about, dict) and "EF" in about]

    def _text(self, value: Any) -> str:
        raw = bytes(self.get(value))
        return raw[2:].decode("utf-16-be") if raw[:2] == b"\xfe\xff" else raw.decode("latin-1")


# ---- 9. Reports --------------------------------------------------------------------------------------------------


class State(NamedTuple):
    """A state of the log that is shown to belong to the same history as the report's."""

    root: bytes
    by: str


States = dict[int, State]  # by number of entries


class Proofs(NamedTuple):
    """What ledger.json, or a proof of issue, shows: entries with their place, and earlier states of the same log."""

    text: dict[str, Any]
    head: Checkpoint
    entries: list[tuple[int, bytes, bytes | None]]
    roots: dict[int, bytes]


def proofs_in(raw: bytes, name: str, keys: list[Key]) -> Proofs:
    text = from_json(raw, name)
    head = checkpoint_of(text["checkpoint"], keys, f"The checkpoint in {name}")
    entries: dict[int, tuple[int, bytes, bytes | None]] = {}
    for entry in text["entries"]:
        leaf, payload, index = bytes.fromhex(entry["leaf_hash"]), entry["payload"], entry["index"]
        content = None if payload is None else base64.b64decode(payload, validate=True)
        if content is not None and leaf_of(content) != leaf:
            raise Wrong(f"Entry {index} in {name} was changed: it does not have the hash that is given for it.")
        if root_from(index, head.size, leaf, [from_base64(step, 32) for step in entry["path"]]) != head.root:
            raise Wrong(f"Entry {index} in {name} does not lead to the signed root: it is not in the log there.")
        entries[index] = index, leaf, content
    if len(entries) != len(text["entries"]):
        raise Wrong(f"{name} holds one entry twice.")
    roots = {}
    for row in text["consistency"]:
        root, path = bytes.fromhex(row["root"]), [from_base64(step, 32) for step in row["path"]]
        if not continues(row["size"], head.size, path, root, head.root):
            raise Wrong(f"{name} does not lead from its state of {row['size']:,} entries to the signed root.")
        roots[row["size"]] = root
    return Proofs(text, head, list(entries.values()), roots)


class Report:
    """One PDF: its signature, what is attached to it, and the ledger behind it."""

    def __init__(self, findings: Findings, data: bytes, asked: argparse.Namespace, keys: list[Key]) -> None:
        self.findings, self.asked, self.keys = findings, asked, keys
        self.data = data
        self.sha256 = sha256(data).hexdigest()
        self.is_signer_known = False
        self.volume = 0  # where the report is one of several
        self.frozen = -1
        self.files: dict[str, bytes] = {}
        self.record: dict[str, Any] = {}
        self.number = ""
        self.head: Checkpoint | None = None
        self.proven: dict[bytes, Any] = {}
        self.missing: list[tuple[int, bytes]] = []
        self.erased: dict[bytes, set[str]] = {}
        self.states: States = {}
        self.restarts: list[Restart] = []
        self.sizes: set[int] = set()  # of the log, at which the root is wanted from an export

    def check(self) -> None:
        self.check_itself()
        with self.findings.part("The proof of issue"):
            self._issue_file()
        with self.findings.part("The export"):
            self._export()
        with self.findings.part("An older checkpoint"):
            self._since()
        self._doubts()

    def check_itself(self) -> None:
        steps = (
            ("The signature", self._signature), ("What is attached", self._attachments),
            ("The manifest", self._manifest), ("ledger.json", self._ledger_file), ("The binding entry", self._frozen),
            ("The audit lines", self._audit),
        )  # fmt: skip
        pdf = None
        for what, step in steps:
            with self.findings.part(what):
                pdf = pdf or Pdf(self.data)
                self.pdf = pdf
                step()
            if pdf is None or (what == "What is attached" and not self.files):
                break

    # (1) the signature

    def _signature(self) -> None:
        found = self.pdf.signatures()
        if not found:
            raise Wrong("The PDF bears no signature: it was never signed, or the signature was taken off.")
        signature = max(found, key=lambda one: one["ByteRange"][2])
        contents, (zero, before, after, rest) = signature["Contents"], signature["ByteRange"]
        if (zero, before, after) != (0, *contents.span) or after + rest != len(self.data):
            raise Wrong("The signature does not cover the whole file: bytes were added after signing, or left out.")
        digits = self.data[before + 1 : after - 1]
        if not re.fullmatch(rb"(?:[0-9a-f]{2})*|(?:[0-9A-F]{2})*", digits):
            raise Wrong("Something other than a signature stands where the signature should.")
        if signature.get("SubFilter") not in ("ETSI.CAdES.detached", "adbe.pkcs7.detached"):
            raise Unsure("The signature is of a kind that is unknown here.")
        container = der(contents)
        if contents[len(container.raw) :].strip(b"\x00"):
            raise Wrong("Bytes are hidden behind the signature.")
        signed = SignedData(container)
        try:
            signer = signed.signer_of(self.data[:before] + self.data[after:])
        except Wrong as finding:
            raise Wrong(f"The signature of the PDF is false: {finding}.") from None
        self.findings.checked(
            f"every byte of the file but the signature itself is signed, with the key of {signer.name}."
        )
        if signed.kind.oid() != PLAIN_DATA or signed.content is not None:
            raise Unsure("The signature is of a kind that is unknown here.")
        self._signer(signed, signer, self._date_of(signature))
        with self.findings.part("The time stamp"):
            self._stamp(signed)

    def _date_of(self, signature: dict[str, Any]) -> datetime:
        found = re.match(rb"D:(\d{14})(?:Z|([+-])(\d\d)'(\d\d)'?)?", signature.get("M", b""))
        if not found:
            raise Unsure("The signature does not say when it was made, so its certificate cannot be judged.")
        ahead = timedelta(hours=int(found[3] or 0), minutes=int(found[4] or 0)) * (-1 if found[2] == b"-" else 1)
        said = datetime.strptime(found[1].decode(), "%Y%m%d%H%M%S").replace(tzinfo=timezone.utc)
        return said - ahead

    def _signer(self, signed: SignedData, signer: Certificate, at: datetime) -> None:
        path = [signer]
        if self.asked.cert:
            path = Trust(self.asked.cert).path_from(signer, signed.certificates, at)
            if not signer.may_sign():
                raise Wrong(f"The certificate of {signer.name} is not meant for signing.")
            self.is_signer_known = True
            by = "is the one you gave" if len(path) == 1 else f"leads to {path[-1].name}, which you gave"
            self.findings.checked(f"the certificate of {signer.name} {by}; it was valid on {at:%d %B %Y}, as stated.")
        self.findings.not_checked("whether a certificate was revoked: that needs the network.")
        self._companions(signed, path)

    def _companions(self, signed: SignedData, path: list[Certificate]) -> None:
        loose = signed.loose_ends(path)
        if loose:
            self.findings.not_checked(f"{loose} certificates that came along and are needed for nothing here.")

    def _stamp(self, signed: SignedData) -> None:
        if not signed.unsigned:
            self.findings.not_checked("the time of signing: no time-stamp authority confirms the date stated.")
            return
        if set(signed.unsigned) != {TIME_STAMP}:
            raise Unsure("Beside the signature stands something that is unknown here and not signed.")
        token = SignedData(signed.unsigned[TIME_STAMP])
        _version, _policy, imprint, _serial, time, *_more = der(token.content or b"").parts()
        way, told = imprint.parts(0x30, 0x30, 4)
        try:
            if (
                token.kind.oid() != STAMP_DATA
                or told.content != new_hash(HASHES[way.algorithm()], signed.signature).digest()
            ):
                raise Wrong("it is of another signature")
            authority, when = token.signer_of(token.content or b""), f"{time_of(time):%d %B %Y %H:%M:%S} UTC"
            self._companions(token, [authority])
        except Wrong as finding:
            raise Wrong(f"The time stamp is false: {finding}.") from None
        self.findings.checked(f"a time stamp by {authority.name} of {when} belongs to this signature and is intact.")
        self.findings.not_checked(f"whether {authority.name} is an authority you should trust with the time.")

    # (2), (3) what is attached

    def _attachments(self) -> None:
        self.files = self.pdf.attachments()
        lacking = {"record.json", "manifest.json", "ledger.json"} - set(self.files)
        if lacking:
            raise Wrong(f"The PDF lacks {', '.join(sorted(lacking))}.")

    def _manifest(self) -> None:
        manifest = from_json(self.files["manifest.json"], "manifest.json")
        self.number = manifest["document"]
        listed = {row["name"]: row for row in manifest["files"]}
        if set(listed) | {"manifest.json"} != set(self.files) or len(listed) != len(manifest["files"]):
            names = ", ".join(sorted(set(listed) ^ set(self.files) - {"manifest.json"}))
            raise Wrong(f"The manifest and what is attached do not name the same files: {names or 'one stands twice'}.")
        for name, row in listed.items():
            if (row["size"], row["sha256"]) != (len(self.files[name]), sha256(self.files[name]).hexdigest()):
                raise Wrong(f"The attached {name} is not the one the manifest lists: its size or SHA-256 differs.")
        self.record = from_json(self.files["record.json"], "record.json")
        named = self.record.get("document")
        if isinstance(named, dict) and named.get("number", self.number) != self.number:
            raise Wrong(f"The record is of document {named['number']}, the manifest of {self.number}.")
        self.findings.checked(
            f"the {len(listed)} files attached to {self.number} have the sizes and hashes of its manifest."
        )

    # (4) the ledger behind it

    def _ledger_file(self) -> None:
        told = proofs_in(self.files["ledger.json"], "ledger.json", self.keys)
        self.restarts = [restart_in(entry, proof, self.keys) for entry, proof in self.asked.restart]
        for index, leaf, raw in told.entries:
            self._keep(index, leaf, raw, told.head)
        for size, root in told.roots.items():
            self.states[size] = State(root, "the proofs in the report")
        head = self.head = told.head
        self.frozen = told.text["frozen"]
        self.states[head.size] = State(head.root, "the report itself")
        self.findings.checked(
            f"{len(told.entries):,} entries stand in the log {head.origin} at {head.size:,} entries, "
            f"root {short(head.root)}, signed by {head.signed_by}."
        )

    def _keep(self, index: int, leaf: bytes, raw: bytes | None, head: Checkpoint) -> None:
        if raw is None:
            self.missing.append((index, leaf))
            self.proven[leaf] = None
            return
        entry = self.proven[leaf] = {"index": index, **from_json(raw, f"Entry {index} in ledger.json")}
        if entry.get("e") == "ERASED":
            for gone in entry["detail"]["erased"]:
                self.erased.setdefault(bytes.fromhex(gone["leaf"]), set()).update(gone["fields"])
        elif entry.get("e") == "LOG_RESTARTED":
            self.restarts.append(restart_of(entry, head.origin))

    def _frozen(self) -> None:
        if self.head is None or not self.record:
            return
        told = sha256(self.files["record.json"]).hexdigest()
        entry: dict[str, Any] = next((one for one in self.proven.values() if one and one["index"] == self.frozen), {})
        detail = entry.get("detail") or {}
        bound = [detail.get("sha256"), *(detail.get("volumes") or [])]
        if entry.get("e") != "FROZEN" or detail.get("number") != self.number or told not in bound:
            raise Wrong(
                f"No entry of the log binds {self.number} to this record.json: the record is not the one frozen."
            )
        self.volume = bound.index(told)
        self.findings.checked(
            f"entry {self.frozen:,} of the log binds {self.number} to exactly this record.json"
            + (f", as the record of volume {self.volume}." if self.volume else ".")
        )

    def _audit(self) -> None:
        if self.head is None:
            return
        citing = [line for line in mappings_in(self.record) if isinstance(line.get("entry"), dict)]
        for place, line in enumerate(citing, start=1):
            leaf = bytes.fromhex(line["entry"]["leaf_hash"])
            if leaf not in self.proven:
                raise Wrong(f"Audit line {place} of the record cites an entry that ledger.json does not prove.")
            self._compare(place, line, self.proven[leaf] or {})
        if citing:
            self.findings.checked(f"{len(citing):,} audit lines cite proven entries; times and reasons agree.")
            self.findings.not_checked("names and labels in them: entries hold numbers and symbols instead.")
        loose = sum(not line.get("entry") for line in self.record.get("audit") or [])
        if loose:
            self.findings.not_checked(f"{loose:,} audit lines of the record, which cite no entry of the log.")

    def _compare(self, place: int, line: dict[str, Any], entry: dict[str, Any]) -> None:
        """To the second; the record may show the server's time or the time the application stated."""
        times = {str(entry.get(key) or "")[:19] for key in ("ts", "at")} - {""}
        if times and line.get("at") and str(line["at"])[:19] not in times:
            raise Wrong(f"Audit line {place} of the record states another time than entry {entry['index']} of the log.")
        if entry.get("why") and line.get("reason") and entry["why"] != line["reason"]:
            raise Wrong(
                f"Audit line {place} of the record states another reason than entry {entry['index']} of the log."
            )

    # (5) that this very file was issued, (6) the whole log, (7) older checkpoints

    def _issue_file(self) -> None:
        """One entry, made after the report was: in a later state of the log that the report is proven in."""
        if not self.asked.issued or self.head is None:
            return
        name = Path(self.asked.issued).name
        told = proofs_in(Path(self.asked.issued).read_bytes(), name, self.keys)
        entries = {index: from_json(raw, name) for index, _leaf, raw in told.entries if raw is not None}
        self.restarts += [
            restart_of(entry, told.head.origin) for entry in entries.values() if entry.get("e") == "LOG_RESTARTED"
        ]
        same_log(self.findings, told.head, self.head, self.restarts, name)
        roots = {**told.roots, told.head.size: told.head.root}
        if roots.get(self.head.size) != self.head.root:
            raise Wrong(f"The log of {name} does not continue the one the report was made from: another history.")
        entry = entries.get(told.text["issued"], {})
        detail = entry.get("detail") or {}
        if entry.get("e") != "ISSUED" or detail.get("number") != self.number:
            raise Wrong(f"{name} does not prove that {self.number} was issued: its entry says something else.")
        for size, root in roots.items():
            self.states.setdefault(size, State(root, "the proof of issue"))
        self._issued([detail])
        if not self.asked.ledger:
            self.findings.not_checked(f"whether {self.number} was also issued as another file: that needs --ledger.")

    def _export(self) -> None:
        head, findings = self.head, self.findings
        if not self.asked.ledger or head is None:
            return
        export = Export(self.asked.ledger)
        newest = checkpoint_of(export.open("checkpoint").read().decode(), self.keys, "The checkpoint of the export")
        olds = [checkpoint_in(path, self.keys) for path in self.asked.since]
        walk = Walk(export, {old.size for old in [*olds, head]} | self.sizes, self.number)
        self.restarts += [restart_of(entry, newest.origin) for entry in walk.restarts]
        same_log(findings, newest, head, self.restarts, "The export")
        check_export(findings, newest, walk)
        if newest.size < head.size:
            raise Unsure("The export ends before the state the report was made from; ask for a newer one.")
        if walk.roots.get(head.size) != head.root:
            raise Wrong("The log in the export is not the one the report was made from: history was rewritten.")
        findings.checked("the export continues the log that the report was made from.")
        for size, root in walk.roots.items():
            self.states.setdefault(size, State(root, "the export"))
        for leaf, fields in walk.erased.items():
            self.erased.setdefault(leaf, set()).update(fields)
        self._issued(walk.issued)

    def _issued(self, issued: list[dict[str, Any]]) -> None:
        if not issued:
            raise Wrong(f"The log does not say that {self.number} was ever issued.")
        volumes = [one["sha256"] for detail in issued for one in detail.get("volumes") or []]
        if self.sha256 not in [*(detail.get("sha256") for detail in issued), *volumes]:
            raise Wrong(f"The log says that {self.number} was issued as another file than this one.")
        self.is_signer_known = True
        self.findings.checked(
            f"the log says that {self.number} was issued as exactly this file, SHA-256 {self.sha256}."
        )

    def _since(self) -> None:
        if self.head is None:
            return
        given = Given([link_in(path, self.keys) for path in self.asked.proof], self.restarts)
        for path in self.asked.since:
            with self.findings.part(Path(path).name):
                old = checkpoint_in(path, self.keys)
                check_since(self.findings, old, self.head, self.states, given)
        if not self.asked.since:
            self.findings.not_checked(
                "whether history was rewritten before this report: give an old checkpoint (--since)."
            )

    def _doubts(self) -> None:
        """What is left over once everything has been read."""
        findings = self.findings
        if not self.is_signer_known and not self.asked.cert:
            findings.cannot_tell(
                "Whose certificate signed the pages is unknown: give it with --cert, or give --issued or --ledger."
            )
        for index, leaf in self.missing[:5]:
            if "*" in self.erased.get(leaf, ()):
                findings.checked(f"the content of entry {index} is erased with a record: a tombstone names it.")
            else:
                findings.cannot_tell(f"The content of entry {index} is erased or withheld; --ledger may tell which.")
        if not self.asked.ledger and not self.asked.issued:
            findings.not_checked(
                "whether the log says that this very file was issued: that needs --issued or --ledger."
            )
        findings.not_checked("completeness: that everything that happened was recorded rests on the installation.")


class Given(NamedTuple):
    """What shows how states of a log belong together."""

    links: list[Link]
    restarts: list[Restart]


def check_since(findings: Findings, old: Checkpoint, head: Checkpoint, states: States, given: Given) -> None:
    """Whether the state of an old checkpoint belongs to the same history as `head`."""
    name = f"{old.file} ({old.size:,} entries)"
    same_log(findings, old, head, given.restarts, f"The checkpoint {name}")
    # A proof shows one state to be the beginning of a later one. Two beginnings of one state are one history.
    sound = [
        (start, link)
        for start in (head, old)
        for link in given.links
        if start.size == link.old and link.holds(start.root)
    ]
    for start, link in sound:
        end = states.get(link.new.size)
        if start is head:
            states.setdefault(link.new.size, State(link.new.root, "the proof given"))
        elif end and end.root == link.new.root:
            states.setdefault(old.size, State(old.root, "the proof given"))
    state = states.get(old.size)
    if state and state.root == old.root:
        findings.checked(f"history up to your checkpoint {name} was not changed since, by {state.by}.")
    elif state:
        raise Wrong(f"History was rewritten: at {old.size:,} entries the log is not what your checkpoint {name} says.")
    elif any(link.old == min(old.size, head.size) for link in given.links):
        raise Wrong(f"The proof given does not lead from your checkpoint {name} to the state being checked.")
    else:
        raise Unsure(f"Nothing here reaches back to your checkpoint {name}: ask for its consistency proof (--proof).")


# ---- 10. Packs ---------------------------------------------------------------------------------------------------
# A ZIP with record.json, ledger.json and manifest.json beside its volumes, which are reports for themselves. The log
# binds the record; the record names the volumes by the hash of their records, and everything else by its own hash.

# What is asked once, of the pack.
VOLUME_QUESTIONS = argparse.Namespace(since=[], proof=[], restart=[], ledger=None, issued=None)


class Pack(Report):
    """One ZIP: its manifest, the ledger behind its record, its volumes, and the entries it hands out."""

    def __init__(self, findings: Findings, path: str, asked: argparse.Namespace, keys: list[Key]) -> None:
        super().__init__(findings, b"", asked, keys)
        told = sha256()
        with open(path, "rb") as file:
            while piece := file.read(MEBIBYTE):
                told.update(piece)
        self.sha256, self.name = told.hexdigest(), Path(path).name
        self.volumes: dict[str, str] = {}  # the hashes of the signed files
        self.gone: list[tuple[int, bytes]] = []
        self._zip = zipfile.ZipFile(path)
        self.listed: dict[str, Any] = {}

    def check(self) -> None:
        steps = (
            ("The manifest", self._pack_manifest), ("ledger.json", self._ledger_file),
            ("The binding entry", self._frozen), ("The volumes", self._all_volumes), ("The entries", self._entries),
            ("The proof of issue", self._issue_file), ("The export", self._export),
            ("An older checkpoint", self._since), ("The missing", self._missing),
        )  # fmt: skip
        for what, step in steps:
            with self.findings.part(what):
                step()
            if not self.record:
                break
        if not self.is_signer_known and not self.asked.cert:
            self.findings.cannot_tell("Whose certificate signed the volumes is unknown: give it with --cert.")
        if not self.asked.ledger and not self.asked.issued:
            self.findings.not_checked(
                "whether the log says that this very ZIP was issued: that needs --issued or --ledger."
            )
        self.findings.not_checked("completeness: that everything that happened was recorded rests on the installation.")

    def _read(self, name: str) -> bytes:
        about = self._zip.getinfo(name)
        if about.file_size > LARGEST_STREAM:
            raise Unsure(f"{name} is larger than what is read here.")
        try:
            return self._zip.read(name)
        except (zipfile.BadZipFile, zlib.error):
            raise Wrong(f"{name} is damaged: it was changed after the ZIP was made.") from None

    def _pack_manifest(self) -> None:
        names = self._zip.namelist()
        if len(set(names)) != len(names):
            raise Wrong("The ZIP holds two files of one name, so that two readers could read two things.")
        lacking = {"record.json", "manifest.json", "ledger.json"} - set(names)
        if lacking:
            raise Wrong(f"The ZIP lacks {', '.join(sorted(lacking))}.")
        self.files = {name: self._read(name) for name in ("record.json", "ledger.json", "manifest.json")}
        manifest = from_json(self.files["manifest.json"], "manifest.json")
        record = from_json(self.files["record.json"], "record.json")
        self.number, self.listed = manifest["document"], {row["name"]: row for row in manifest["files"]}
        self.manifest, self.archive, self.record = manifest, record["archive"], record
        if len(self.listed) != len(manifest["files"]):
            raise Wrong("The manifest names one file twice.")
        for name in sorted(set(self.listed) ^ (set(names) - {"manifest.json"})):
            where = "is in the manifest, but not in the ZIP" if name in self.listed else "is not in the manifest"
            self.findings.failed(f"{name} {where}.")
        for name in sorted(set(self.listed) & set(names)):
            with self.findings.part(name):
                row, content = self.listed[name], self._read(name)
                if (row["size"], row["sha256"]) != (len(content), sha256(content).hexdigest()):
                    raise Wrong(f"{name} is not the one the manifest lists: its size or SHA-256 differs.")
        self._as_recorded()
        if not self.findings.wrong:
            self.findings.checked(
                f"the {len(self.listed):,} files of {self.number} have the sizes and hashes of its manifest."
            )

    def _as_recorded(self) -> None:
        """What stands in the manifest beside the files stands in the frozen record too, and the other way round."""
        told = sha256(self.files["record.json"]).hexdigest()
        if (self.manifest["record_sha256"], self.record["document"]["number"]) != (told, self.number):
            self.findings.failed("The manifest is of another record than the one in the ZIP.")
        if self.manifest["about"] != self.archive["about"]:
            self.findings.failed(
                "The manifest states another selection (filters, method, seed) than the frozen record."
            )
        named = {"record.json", "ledger.json"} | ({"checkpoint"} if self.archive["checkpoint"] else set())
        for file in self.archive["files"]:
            named.add(file["name"])
            if self.listed.get(file["name"], {}).get("sha256") != file["sha256"]:
                self.findings.failed(f"{file['name']} is not the file that the frozen record names.")
        named |= {volume["name"] for volume in self.archive["volumes"]}
        for entry in self.archive["entries"]:
            named |= {f"entries/{entry['index']}.json", f"proofs/{entry['index']}.tlog-proof"}
        for name in sorted(set(self.listed) - named):
            self.findings.failed(f"{name} is named by the manifest, but not by the frozen record: it was put in later.")

    def _all_volumes(self) -> None:
        wrong = self.findings.wrong + self.findings.unsure
        for place, volume in enumerate(self.archive["volumes"], start=1):
            name = volume["name"]
            with self.findings.within(name) as findings, findings.part("It"):
                if name not in self.listed or name not in self._zip.namelist():
                    raise Wrong("the frozen record names this volume, and it is missing.")
                one = Report(findings, self._read(name), self._volume_questions(), self.keys)
                one.check_itself()
                self.volumes[name] = one.sha256
                told = sha256(one.files.get("record.json", b"")).hexdigest()
                if told != volume["sha256"] or one.volume != place:
                    raise Wrong(
                        "it is not the volume that the frozen record names here: swapped, or of another report."
                    )
                if one.number != self.number or one.frozen != self.frozen:
                    raise Wrong(f"it is bound to another report than {self.number}.")
        if self.findings.wrong + self.findings.unsure == wrong:
            by = " by a certificate that leads to the one you gave" if self.asked.cert else ""
            self.findings.checked(
                f"all {len(self.volumes):,} volumes are signed{by}; their records are those the frozen record names, "
                "and what they cite is proven."
            )

    def _volume_questions(self) -> argparse.Namespace:
        return argparse.Namespace(**{**vars(VOLUME_QUESTIONS), "cert": self.asked.cert, "restart": self.asked.restart})

    def _entries(self) -> None:
        told = self.archive["checkpoint"]
        if told is None:
            return
        self.sizes = {told["size"]}
        top = checkpoint_of(told["note"], self.keys, "The checkpoint of the record")
        if self._read("checkpoint").decode() != told["note"] or top.size != told["size"]:
            raise Wrong("The file checkpoint is not the one the frozen record names.")
        state = self.states.get(top.size)
        if self.head and (top.origin != self.head.origin or (state and state.root != top.root)):
            raise Wrong("The entries are proven in another log, or another history of it, than the record.")
        erased, altered = set(self.manifest["erased"]), set(self.manifest["altered"])
        wrong = self.findings.wrong
        for entry in self.archive["entries"]:
            with self.findings.part(f"Entry {entry['index']}"):
                self._entry(entry["index"], bytes.fromhex(entry["leaf_hash"]), top, told["note"], erased)
        for index in sorted(altered):
            self.findings.failed(f"The manifest itself says that entry {index} no longer is what was sealed.")
        if self.findings.wrong == wrong:
            self.findings.checked(
                f"{len(self.archive['entries']):,} entries lead to the root {short(top.root)} of the log {top.origin} "
                f"at {top.size:,} entries, signed by {top.signed_by}."
            )
        self.top = top

    def _entry(self, index: int, leaf: bytes, top: Checkpoint, note: str, erased: set[int]) -> None:
        name, proof = f"entries/{index}.json", f"proofs/{index}.tlog-proof"
        if proof not in self.listed or proof not in self._zip.namelist():
            raise Wrong(f"The proof of entry {index} is missing.")
        head, _, signed = self._read(proof).decode().partition("\n\n")
        lines = head.split("\n")
        if lines[:2] != ["c2sp.org/tlog-proof@v1", f"index {index}"] or signed != note:
            raise Wrong(f"The proof of entry {index} is of another entry or another state of the log.")
        if root_from(index, top.size, leaf, [from_base64(line, 32) for line in lines[2:]]) != top.root:
            raise Wrong(f"Entry {index} is not in the log: its proof does not lead to the signed root.")
        if name in self.listed and name in self._zip.namelist():
            if leaf_of(self._read(name)) != leaf:
                raise Wrong(f"Entry {index} was changed: it does not have the hash it was sealed with.")
        elif index in erased and name not in self.listed:
            self.gone.append((index, leaf))
        else:
            raise Wrong(f"Entry {index} is missing and not named as erased.")

    def _export(self) -> None:
        super()._export()
        if self.archive["checkpoint"] and self.asked.ledger and self.head:
            state = self.states.get(self.top.size)
            if state is None or state.root != self.top.root:
                raise Wrong("The entries are proven in another history than the one of the export.")
            self.findings.checked("the state in which the entries are proven belongs to the history of the export.")

    def _issued(self, issued: list[dict[str, Any]]) -> None:
        super()._issued(issued)
        told = [[one["sha256"] for one in detail.get("volumes") or []] for detail in issued]
        if list(self.volumes.values()) not in told:
            raise Wrong("The log says that other volumes were issued than these.")

    def _missing(self) -> None:
        for index, leaf in self.gone:
            if "*" in self.erased.get(leaf, ()):
                self.findings.checked(f"the content of entry {index} is erased with a record: a tombstone names it.")
            else:
                self.findings.cannot_tell(f"The content of entry {index} is erased or withheld; --ledger may tell.")


# ---- 11. Commands ------------------------------------------------------------------------------------------------


def ledger(findings: Findings, asked: argparse.Namespace, keys: list[Key]) -> None:
    export = Export(asked.export)
    head = checkpoint_of(export.open("checkpoint").read(MEBIBYTE).decode(), keys, "The checkpoint of the export")
    olds = {}
    for path in asked.since:
        with findings.part(Path(path).name):
            olds[path] = checkpoint_in(path, keys)
    walk = Walk(export, {old.size for old in olds.values()})
    check_export(findings, head, walk)
    states = {size: State(root, "recomputing it") for size, root in walk.roots.items()}
    given = Given([], [restart_of(entry, head.origin) for entry in walk.restarts])
    for path, old in olds.items():
        with findings.part(Path(path).name):
            if old.size > walk.tree.size:
                raise Wrong(f"The log has become shorter: {Path(path).name} speaks of {old.size:,} entries.")
            check_since(findings, old, head, states, given)
    if not asked.since:
        findings.not_checked("whether history was rewritten and signed again: give an old checkpoint (--since).")
    findings.not_checked("completeness: that everything that happened was recorded rests on the installation.")


def checkpoint(findings: Findings, asked: argparse.Namespace, keys: list[Key]) -> None:
    new, old = checkpoint_in(asked.new, keys), checkpoint_in(asked.old, keys)
    findings.checked(f"both checkpoints are signed ({new.signed_by}): {old.size:,} and {new.size:,} entries.")
    if new.size < old.size:
        raise Wrong("The log has become shorter: the new checkpoint speaks of fewer entries than the old one.")
    given = Given(
        [link_in(path, keys) for path in asked.proof],
        [restart_in(entry, proof, keys) for entry, proof in asked.restart],
    )
    check_since(findings, old, new, {new.size: State(new.root, "the checkpoint")}, given)
    findings.not_checked("what the entries say, and whether everything that happened was recorded.")


def record(findings: Findings, asked: argparse.Namespace, keys: list[Key]) -> None:
    _raw, index, top = entry_in(asked.entry, asked.proof, keys)
    findings.checked(f"this is entry {index:,} of {top.origin} at {top.size:,} entries, signed by {top.signed_by}.")
    findings.not_checked("the rest of the log, and personal values, to which an entry only commits.")


def pdf(findings: Findings, asked: argparse.Namespace, keys: list[Key]) -> None:
    Report(findings, Path(asked.report).read_bytes(), asked, keys).check()


def pack(findings: Findings, asked: argparse.Namespace, keys: list[Key]) -> None:
    Pack(findings, asked.pack, asked, keys).check()


def evidence(findings: Findings, asked: argparse.Namespace, keys: list[Key]) -> None:
    report = Report(findings, Path(asked.report).read_bytes(), asked, keys)
    report.check()
    told = sha256()
    with open(asked.file, "rb") as file:
        while piece := file.read(MEBIBYTE):
            told.update(piece)
    listed = [
        item for one in mappings_in(report.record) for item in one.get("evidence") or [] if isinstance(item, dict)
    ]
    found = [item for item in listed if item.get("sha256") == told.hexdigest()]
    if not found:
        raise Wrong(f"{Path(asked.file).name} is not among the evidence of the report: none has its SHA-256.")
    findings.checked(
        f"{Path(asked.file).name} is evidence {found[0].get('reference')}, to the byte, as the report lists it."
    )


def mappings_in(value: Any) -> Iterator[dict[str, Any]]:
    """Every mapping of a JSON text, at any depth, in order."""
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else []:
        yield from mappings_in(inner)


COMMANDS = {
    "ledger": (ledger, ["export"]),
    "checkpoint": (checkpoint, ["new", "old"]),
    "record": (record, ["entry", "proof"]),
    "pdf": (pdf, ["report"]),
    "pack": (pack, ["pack"]),
    "evidence": (evidence, ["file", "report"]),
}


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for name, (_run, files) in COMMANDS.items():
        command = commands.add_parser(name)
        for file in files:
            command.add_argument(file)
        command.add_argument("--key", action="append", default=[])
        if name in ("ledger", "pdf", "pack", "evidence"):
            command.add_argument("--since", action="append", default=[])
        if name in ("pdf", "pack", "evidence"):
            command.add_argument("--cert")
            command.add_argument("--ledger")
            command.add_argument("--issued")
        if name in ("pdf", "pack", "evidence", "checkpoint"):
            command.add_argument("--proof", action="append", default=[])
            command.add_argument("--restart", action="append", nargs=2, default=[])
    asked = parser.parse_args(arguments)
    findings = Findings()
    with findings.part("What was given"):
        if not asked.key:
            raise Unsure(
                "No key was given (--key). Get it from the operator's published keys, or from what you were handed "
                "with your first checkpoint; never from the file you are checking."
            )
        COMMANDS[asked.command][0](findings, asked, [key_of(text) for text in asked.key])
    return findings.verdict()


if __name__ == "__main__":
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")
    sys.exit(main())
