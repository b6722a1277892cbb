"""The audit pack: a sample of the sealed history for somebody outside, printed in volumes and with every proof."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.apps import apps
from django.db.models import Count, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from registry.kernel.documents.aside import Aside
from registry.models import AuditEntry, Checkpoint, User
from registry.sheets.export import csv_lines
from reviews.reports import volumes
from reviews.reports.heading import heading
from reviews.reports.sampling import Sampling
from reviews.reports.trail import lines

SCHEMA = "holdfast.audit-pack/1"
TEMPLATE = "documents/audit_pack.html"
READ_AT_ONCE = 500
OFTEN = 8
"""People and kinds of records listed on the first pages; the rest are counted together."""

Words = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Selection:
    """What was chosen from the ledger: filters in words, the draw, and the checkpoint that seals it all."""

    filters: Words
    sampling: Sampling
    checkpoint: Checkpoint
    population: QuerySet[AuditEntry]
    places: Sequence[tuple[int, int]]


def audit_pack(
    selection: Selection,
    *,
    number: str,
    version: int,
    by: User,
    at: datetime,
    known_at: datetime | None = None,
    aside: Aside,
    tell: Callable[[int, int], None],
) -> dict[str, Any]:
    """Puts the record of every volume aside on the way; what comes back names them by hash.

    `tell` hears how many of how many entries are read.
    """
    readers = ("RESTRICTED", _("Auditors and risk"))
    head = heading(SCHEMA, number=number, version=version, by=by, at=at, readers=readers, known_at=known_at)
    about = _about(selection)
    first = {**head, "about": about, "overview": _overview(selection.population)}
    named: list[dict[str, str]] = []
    entries: list[dict[str, Any]] = []
    rows: list[list[object]] = []
    for volume, told in enumerate(volumes.in_volumes(_lines(selection.places, tell), volumes.PAGES), start=1):
        part = {**(first if volume == 1 else {**head, "about": about, "overview": None})}
        place = {"number": volume, "first": told[0]["index"], "last": told[-1]["index"]}
        named.append(aside.volume(volume, {**part, "volume": place, "lines": told}, template=TEMPLATE))
        entries += [{"index": line["index"], **line["entry"]} for line in told]
        rows += [_row(line, named[-1]["name"]) for line in told]
    readme = str(README) % {"number": number}
    table = b"".join(csv_lines(_columns(), rows))
    return {
        **head,
        "about": about,
        "archive": {
            "about": about,
            "volumes": named,
            "files": [
                aside.file("README.txt", readme.encode(), media_type="text/plain"),
                aside.file("sample.csv", table, media_type="text/csv"),
            ],
            "entries": entries,
            "checkpoint": {"size": selection.checkpoint.size, "note": selection.checkpoint.note},
        },
    }


def _about(selection: Selection) -> dict[str, Any]:
    return {
        "filters": [{"label": label, "value": value} for label, value in selection.filters],
        "method": str(selection.sampling.method),
        "method_label": str(selection.sampling.method.label),
        "method_in_words": selection.sampling.in_words(),
        "number": selection.sampling.number,
        "seed": selection.sampling.seed,
        "population": selection.population.order_by().count(),
        "sample": len(selection.places),
        "ledger": {
            "origin": selection.checkpoint.origin,
            "size": selection.checkpoint.size,
            "root": selection.checkpoint.root,
            "signed_at": selection.checkpoint.signed_at,
            "note": selection.checkpoint.note,
        },
    }


def _overview(population: QuerySet[AuditEntry]) -> dict[str, list[dict[str, Any]]]:
    """What the population is made of, so that a reader sees whether the sample stands for it."""
    return {
        "kinds": [{**row, "label": _kind(row["label"])} for row in _counted(population, "object_type")],
        "origins": [{**row, "label": _origin(row["label"])} for row in _counted(population, "origin")],
        "people": _named(_counted(population, "actor_id")),
    }


def _counted(population: QuerySet[AuditEntry], column: str) -> list[dict[str, Any]]:
    rows = population.order_by().values_list(column).annotate(n=Count("pk")).order_by("-n", column)
    counted = [{"label": str(value or ""), "count": n} for value, n in rows]
    rest = sum(row["count"] for row in counted[OFTEN:])
    return counted[:OFTEN] + ([{"label": _("All others"), "count": rest}] if rest else [])


def _named(counted: list[dict[str, Any]]) -> list[dict[str, Any]]:
    people = User.objects.in_bulk([int(row["label"]) for row in counted if row["label"].isdigit()])
    names = {str(pk): person.name for pk, person in people.items()}
    return [{**row, "label": names.get(row["label"], row["label"]) or "Holdfast"} for row in counted]


def _kind(label: str) -> str:
    """What a kind of record is called; kinds that are gone keep their symbol."""
    known = {model._meta.label_lower: str(model._meta.verbose_name).capitalize() for model in apps.get_models()}
    return known.get(label, label) or _("Events about no record")


def _origin(symbol: str) -> str:
    return "API" if symbol == "API" else symbol.capitalize()


def _lines(places: Sequence[tuple[int, int]], tell: Callable[[int, int], None]) -> Iterator[dict[str, Any]]:
    for start in range(0, len(places), READ_AT_ONCE):
        some = places[start : start + READ_AT_ONCE]
        found = AuditEntry.objects.defer("payload").in_bulk([pk for _index, pk in some])
        told = lines([found[pk] for _index, pk in some])
        tell(start + len(some), len(places))
        yield from ({**line, "index": index} for (index, _pk), line in zip(some, told, strict=True))


def _columns() -> list[str]:
    return [
        _("Index"), _("Entry"), _("Leaf hash"), _("When (UTC)"), _("Who"), _("Roles"), _("What happened"),
        _("Record"), _("Reason"), _("Where from"), _("Volume"),
    ]  # fmt: skip


def _row(line: dict[str, Any], volume: str) -> list[object]:
    return [
        line["index"], line["entry"]["id"], line["entry"]["leaf_hash"],
        line["at"].astimezone(UTC).replace(tzinfo=None), line["by"], line["role"] or "", line["action"],
        line["object"], line["reason"] or "", line["origin"], volume,
    ]  # fmt: skip


README = gettext_lazy(
    """\
Audit pack %(number)s

What is here
  volumes/        the chosen entries, printed for reading; each volume is signed and carries its own proofs
  sample.csv      the same entries as a table: place in the ledger, number, hash, volume
  entries/        each entry exactly as it was sealed, byte by byte; the name is its place in the ledger
  proofs/         for each entry the path from its hash to the root of the ledger (c2sp.org/tlog-proof@v1)
  checkpoint      how long the ledger was and what its root was, signed
  ledger.json     proof that record.json and the records of the volumes stood in the ledger before they were printed
  record.json     the frozen record of this pack; its SHA-256 is printed in the list of reports
  manifest.json   name, size and SHA-256 of every other file, the filters, the method and the seed

How to check it
  Take the verifier (verify.py) and the public key from the organisation or its site, not from this pack: a
  checker that comes with what it checks proves nothing. One command checks all of it:

       python3 verify.py pack <this ZIP> --key <public key> --cert <certificate>

  The ZIP has no signature of its own. That it was issued as it is says the ledger: ask for the proof of issue,
  which was made after it, and add --issued <that file>.

  By hand, or with other tools:

  1. Compare the SHA-256 of every file with manifest.json.
  2. For each entry: SHA-256 of a zero byte followed by the bytes of entries/<index>.json is its leaf hash.
     proofs/<index>.tlog-proof leads from it to the root that the checkpoint names.
       python3 verify.py record entries/<index>.json proofs/<index>.tlog-proof --key <public key>
  3. Compare the checkpoint with one you were given earlier or by a witness:
       python3 verify.py checkpoint checkpoint <older checkpoint> --key <public key> --proof <consistency proof>
  4. Draw the sample again: manifest.json states the population, the method and the seed.

What it shows
  That these entries stand in the ledger as they were sealed. An entry listed under "erased" in manifest.json
  has a proof and no content: it was lawfully erased, and the ledger holds an entry that says why. An entry
  under "altered" no longer has the hash it was sealed with.
  That nothing is missing between them is shown by the whole ledger, not by a sample.
"""
)
