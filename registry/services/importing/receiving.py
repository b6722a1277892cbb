"""A file comes in: looked over, stored by its hash, and kept until somebody maps it or discards it."""

import io
import shutil
import tempfile
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from registry.kernel.access.verdict import require
from registry.kernel.audit.context import acting
from registry.kernel.files import HashedUpload, StoredFile, digest_on_disk, keep
from registry.kernel.http.errors import Conflict
from registry.models import ChangeSet, User
from registry.policies.imports import may_deal_with, may_import
from registry.services.exchange import KINDS, WORKFLOWS
from registry.sheets import Sheet, SheetRefused, open_sheet

TURNSTILE = 2_024_110_701
"""Number of the advisory lock by which one import at a time writes: two at once would make each unit twice, and trials
of records that hold the same workflows in another order would wait for one another for ever."""
WAITING = (ChangeSet.Status.UPLOADED, ChangeSet.Status.TRIED)


@transaction.atomic
def receive(
    *, by: User, at: datetime, upload: HashedUpload | Path, filename: str, of: str = WORKFLOWS, reason: str = ""
) -> ChangeSet:
    """A change-set that waits for its columns to be mapped. A file at a path is copied, not moved.

    `of` is the kind of records that the file holds; `reason` stands in the history of each.
    """
    require(may_import if of == WORKFLOWS else KINDS[of].may, by)
    name = Path(filename).name[:250]
    source = upload if isinstance(upload, Path) else Path(upload.temporary_file_path())
    try:
        sheet = open_sheet(source, name)
    except SheetRefused as refusal:
        raise ValidationError({"file": str(refusal)}) from refusal
    with acting(user_id=by.pk, reason=_("File “%(file)s” received") % {"file": name}):
        return ChangeSet.objects.create(
            of=of,
            reason=reason.strip(),
            title=name[:200],
            file=_kept(upload, source, sheet, at=at),
            filename=name,
            counts={"rows": len(sheet.rows), "columns": sheet.columns},
            asked_by=by,
            asked_at=at,
        )


def _kept(upload: HashedUpload | Path, source: Path, sheet: Sheet, *, at: datetime) -> StoredFile:
    if isinstance(upload, Path):
        with tempfile.NamedTemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR, delete=False) as sink:
            copy = Path(sink.name)
        shutil.copyfile(source, copy)
        sha256, source = digest_on_disk(copy), copy
    else:
        sha256 = upload.sha256
    size = source.stat().st_size
    return keep(source, sha256, size=size, media_type=_media_type(sheet), at=at)


def _media_type(sheet: Sheet) -> str:
    if sheet.delimiter:
        return "text/csv"
    workbook = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    return "application/json" if sheet.encoding else workbook


def why(change_set: ChangeSet) -> str:
    """The reason that the history of every record of an import gives."""
    words = {"pk": change_set.pk, "title": change_set.title, "reason": change_set.reason}
    if change_set.reason:
        return _("Import %(pk)d “%(title)s”: %(reason)s") % words
    return _("Import %(pk)d “%(title)s”") % words


def open_received(change_set: ChangeSet) -> Sheet:
    """The stored file, read again; it was readable when it came."""
    if change_set.file is None:
        raise Conflict(_("There is no file to this change-set."))
    return open_sheet(io.BytesIO(change_set.file.read_bytes()), change_set.filename)


def one_import_at_a_time() -> None:
    """To the end of the transaction. Comes before the lock on a change-set."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [TURNSTILE])


def locked(change_set: ChangeSet) -> ChangeSet:
    return ChangeSet.objects.select_for_update(of=("self",)).select_related("file", "mapping").get(pk=change_set.pk)


@transaction.atomic
def discard(change_set: ChangeSet, *, by: User, at: datetime) -> ChangeSet:
    """Put a change-set aside that was never applied. The file and the fact that it was received stay on record."""
    current = locked(change_set)
    require(may_deal_with, by, current)
    if current.status not in WAITING:
        raise Conflict(_("Only an import that was not applied can be discarded; this one can be undone."))
    current.rows.all().delete()
    current.status = ChangeSet.Status.DISCARDED
    with acting(user_id=by.pk, reason=_("Import “%(title)s” discarded") % {"title": current.title}):
        current.save()
    return current
