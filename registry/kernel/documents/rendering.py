"""A frozen record, printed: the same record gives the same bytes, on any day and in any process."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any

import weasyprint
from django.conf import settings
from django.template.backends.django import DjangoTemplates
from django.utils import timezone, translation
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError

from registry.kernel.documents.assets import AssetRefusedError, fetch
from registry.kernel.documents.canonical import canonical, digest
from registry.kernel.documents.codes import code_of
from registry.kernel.documents.finishing import finish
from registry.kernel.documents.packing import pack
from registry.kernel.documents.printable import printable

# ISO 19005-3 with structure, so that the record can travel inside; PDF/UA-1 is added in finishing.
VARIANT = "pdf/a-3a"
RECORD_NAME = "record.json"
LEDGER_NAME = "ledger.json"
MANIFEST_NAME = "manifest.json"


class Stage(StrEnum):
    """What has just been completed; laying out takes nearly all of the time."""

    FILLED = "FILLED"
    LAID_OUT = "LAID_OUT"
    WRITTEN = "WRITTEN"


class RecordChangedError(ValueError):
    """The record handed over is not the one that was hashed when it was frozen."""


def render_pdf(
    template: str,
    record: Mapping[str, Any],
    *,
    number: str,
    sha256: str,
    made_at: datetime,
    proofs: bytes | None = None,
    code: str = "",
    progress: Callable[[Stage], None] | None = None,
) -> bytes:
    """A tagged PDF/A-3a with the record, its proofs and a manifest of both attached.

    `record` may come fresh or from stored JSON; `sha256` is the digest of its canonical form and becomes the
    file identifier; `made_at` is the instant it was frozen and the only date in the file; `proofs` is the
    canonical `ledger.json`; `code` is the verification code where it is not the record's own, as in a volume.
    Nothing else, no clock and no chance, decides a byte.

    Raises RecordChangedError when record and digest disagree, AssetRefusedError when the template asks for anything
    that is not bundled, NotCanonicalError when the record cannot be frozen.
    """
    frozen = canonical(record)
    if digest(frozen) != sha256:
        raise RecordChangedError(f"{number}: the record no longer has the digest it was frozen with.")
    made_at = made_at.astimezone(UTC)
    tell = progress or (lambda stage: None)
    page = fill(template, frozen, number=number, sha256=sha256, made_at=made_at, proofs=proofs, code=code)
    tell(Stage.FILLED)
    try:
        document = weasyprint.HTML(string=page, url_fetcher=fetch).render(
            font_config=FontConfiguration(), pdf_variant=VARIANT, pdf_tags=True
        )
    except FatalURLFetchingError as refusal:
        raise AssetRefusedError(str(refusal)) from refusal
    tell(Stage.LAID_OUT)
    document.metadata.title = " ".join((document.metadata.title or number).split())
    document.metadata.attachments = attachments(frozen, proofs, number=number, made_at=made_at)
    content: bytes = document.write_pdf(
        pdf_identifier=bytes.fromhex(sha256)[:16], pdf_variant=VARIANT, pdf_tags=True, finisher=finish
    )
    packed = pack(content)
    tell(Stage.WRITTEN)
    return packed


def fill(
    template: str,
    frozen: bytes,
    *,
    number: str,
    sha256: str,
    made_at: datetime,
    proofs: bytes | None = None,
    code: str = "",
) -> str:
    """The HTML of a document, in the language the record names and in UTC."""
    record = printable(json.loads(frozen))
    language = record.get("language") or settings.LANGUAGE_CODE
    code = code or code_of(sha256)
    address = record["document"].get("verify_url")
    frame = {
        "number": number,
        "sha256": sha256,
        "made_at": made_at,
        "language": language,
        "code": code,
        "verify_url": address,
        "verify_code_url": f"{address}?code={code}" if address else None,
        "checkpoint": _checkpoint(proofs),
    }
    with translation.override(language), timezone.override(UTC):
        return str(_templates().get_template(template).render({"record": record, "frame": frame}))


def _checkpoint(proofs: bytes | None) -> dict[str, str] | None:
    """What the checkpoint says, for readers of paper: whose log, how long, and its root."""
    if proofs is None:
        return None
    origin, size, root = json.loads(proofs)["checkpoint"].splitlines()[:3]
    return {"origin": printable(origin), "size": printable(size), "root": printable(root)}


def attachments(frozen: bytes, proofs: bytes | None, *, number: str, made_at: datetime) -> list[weasyprint.Attachment]:
    """The record, the proofs of what it cites, and a manifest by which a reader can check both."""
    inside = [(RECORD_NAME, frozen, "Machine-readable record", "Source")]
    if proofs is not None:
        inside.append((LEDGER_NAME, proofs, "Ledger entries the record cites, with their proofs", "Supplement"))
    manifest = canonical(
        {
            "document": number,
            "files": [
                {"name": name, "sha256": digest(content), "size": len(content)} for name, content, *_about in inside
            ],
            "made_at": made_at,
        }
    )
    inside.append((MANIFEST_NAME, manifest, "SHA-256 of the attached files", "Data"))
    return [_attachment(*parts, made_at) for parts in inside]


def _attachment(name: str, content: bytes, description: str, relationship: str, at: datetime) -> weasyprint.Attachment:
    return weasyprint.Attachment(
        string=content,
        name=name,
        description=description,
        relationship=relationship,
        created=at,
        modified=at,
        url_fetcher=fetch,
    )


@cache
def _templates() -> DjangoTemplates:
    """An engine of its own: no request, no context processors, and the print filters always at hand."""
    engines: list[dict[str, Any]] = settings.TEMPLATES
    folders = [Path(folder) for entry in engines for folder in entry.get("DIRS", [])]
    return DjangoTemplates(
        {
            "NAME": "documents",
            "DIRS": folders,
            "APP_DIRS": False,
            "OPTIONS": {
                "autoescape": True,
                "builtins": [
                    "django.templatetags.i18n",
                    "django.templatetags.l10n",
                    "registry.kernel.documents.formatting",
                ],
                "libraries": {},
            },
        }
    )
