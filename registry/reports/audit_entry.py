"""One entry of the record, whole: what was sealed, where it stands in the ledger, what proves it, what was erased."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from registry.kernel.ledger import merkle, proving
from registry.kernel.ledger.models import Checkpoint, Secret
from registry.models import AuditEntry
from registry.reports.audit_lines import Line, lines_for

MOST_CANDIDATES = 200
"""Erasures of one record that are searched for the one that names an entry."""


@dataclass(frozen=True)
class Opening:
    """A personal value that the entry only commits to."""

    field: str
    commitment: str
    is_erased: bool


@dataclass(frozen=True)
class Whole:
    line: Line
    payload: bytes | None
    leaf_hash: str
    openings: tuple[Opening, ...]
    checkpoint: Checkpoint | None
    """The newest one, if it covers the entry."""
    path: tuple[str, ...]
    """Steps of the inclusion proof, in hex."""
    proves: bool
    """Whether they lead from the entry to the root that was signed."""
    proof: str | None
    """They and the checkpoint, as handed out."""
    tombstone: AuditEntry | None

    @property
    def sha256(self) -> str:
        """Of the payload as it is, as any program prints it; the leaf hash has a zero byte before it."""
        return sha256(self.payload).hexdigest() if self.payload is not None else ""

    @property
    def hash_agrees(self) -> bool:
        return self.payload is None or merkle.leaf(self.payload).hex() == self.leaf_hash

    @property
    def pretty(self) -> str:
        return json.dumps(self.line.sealed, indent=2, ensure_ascii=False) if self.payload is not None else ""

    @property
    def raw(self) -> str:
        return self.payload.decode() if self.payload is not None else ""


def whole(row: AuditEntry) -> Whole:
    [line] = lines_for([row])
    payload = bytes(row.payload) if row.payload is not None else None
    checkpoint = proving.latest() if line.place is not None else None
    if checkpoint is not None and line.place is not None and line.place >= checkpoint.size:
        checkpoint = None
    path = proving.inclusion(line.place, checkpoint.size) if checkpoint and line.place is not None else []
    openings = _openings(row, line.sealed.get("pii", {}))
    is_touched = payload is None or any(opening.is_erased for opening in openings)
    return Whole(
        line=line,
        payload=payload,
        leaf_hash=bytes(row.leaf_hash).hex(),
        openings=openings,
        checkpoint=checkpoint,
        path=tuple(step.hex() for step in path),
        proof=proving.tlog_proof(line.place, checkpoint) if checkpoint and line.place is not None else None,
        proves=bool(checkpoint) and _leads(line.place or 0, checkpoint, bytes(row.leaf_hash), path),
        tombstone=tombstone_of(row) if is_touched else None,
    )


def tombstone_of(row: AuditEntry) -> AuditEntry | None:
    """The entry that says what of this one was erased, on what basis."""
    wanted = bytes(row.leaf_hash).hex()
    said = AuditEntry.objects.filter(
        event="ERASED", object_type=row.object_type, object_id=row.object_id, pk__gt=row.pk
    )
    for entry in said.order_by("-id")[:MOST_CANDIDATES]:
        if any(part.get("leaf") == wanted for part in entry.detail.get("erased", ())):
            return entry
    return None


def proof(row: AuditEntry) -> str | None:
    """A proof to hand out, or nothing while no checkpoint covers the entry."""
    place, checkpoint = proving.leaf_index(row.pk), proving.latest()
    if place is None or checkpoint is None or place >= checkpoint.size:
        return None
    return proving.tlog_proof(place, checkpoint)


def _openings(row: AuditEntry, commitments: Mapping[str, str]) -> tuple[Opening, ...]:
    kept = set(Secret.objects.filter(entry=row).values_list("field", flat=True)) if commitments else set()
    return tuple(Opening(field, digest, field not in kept) for field, digest in sorted(commitments.items()))


def _leads(place: int, checkpoint: Checkpoint | None, hashed: bytes, path: list[bytes]) -> bool:
    if checkpoint is None:
        return False
    try:
        return merkle.verify_inclusion(place, checkpoint.size, hashed, path).hex() == checkpoint.root
    except merkle.ProofError:
        return False
