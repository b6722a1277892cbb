"""A list of outputs comes in: checked whole, then written; a long one by the worker, a part at a time, so that the
room is never held up by it. What is on record already stays as it is: the same list twice adds nothing.
"""

import hashlib
import json
from datetime import datetime
from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from incidents.affected_rows import Listed, gathered, read_file, read_text
from incidents.lifecycle import State
from incidents.models import Incident, OutputList
from incidents.policies import outputs as policies
from incidents.services import room
from incidents.services.outputs import writing
from incidents.services.uploading import stored_upload
from registry.kernel.access.verdict import require
from registry.kernel.files import HashedUpload
from registry.kernel.nudge import nudge
from registry.models import StoredFile, User
from registry.sheets import SheetRefused

AT_ONCE = 2000
"""Ids that are written while the person waits."""
MOST_PASTED = 5000
MOST_BYTES = 100 * 1024 * 1024


def bring_file(incident: Incident, *, by: User, at: datetime, upload: HashedUpload) -> OutputList:
    """CSV or JSON lines. Raises ValidationError under `file`, line by line, when any of it cannot be taken."""
    require(policies.may_bring_in, by, incident)
    if (upload.size or 0) > MOST_BYTES:
        raise ValidationError({"file": _("A list has at most %(most)d MB.") % {"most": MOST_BYTES // 1024**2}})
    upload.flush()
    listed = _listed_file(Path(upload.temporary_file_path()), upload.name or "", at)
    _refuse_wrong("file", listed)
    stored, name = stored_upload(upload, at=at)
    return _brought(incident, listed, by=by, at=at, name=name, sha256=upload.sha256, file=stored)


def bring_text(incident: Incident, *, by: User, at: datetime, text: str) -> OutputList:
    """Pasted lines: ids, or CSV with a heading."""
    require(policies.may_bring_in, by, incident)
    listed = read_text(text, now=at)
    _refuse_wrong("text", listed)
    return _few(incident, listed, "text", by=by, at=at, name=_("Pasted"), content=text)


def bring_rows(incident: Incident, *, by: User, at: datetime, rows: list[dict[str, object]]) -> OutputList:
    """Rows as a program sends them in one body; more of them belong into a file."""
    require(policies.may_bring_in, by, incident)
    listed = gathered(enumerate(rows, start=1), now=at)
    _refuse_wrong("rows", listed)
    return _few(
        incident,
        listed,
        "rows",
        by=by,
        at=at,
        name=_("Sent by a program"),
        content=json.dumps(rows, default=str, ensure_ascii=False),
    )


def _few(
    incident: Incident, listed: Listed, field: str, *, by: User, at: datetime, name: str, content: str
) -> OutputList:
    if len(listed.rows) > MOST_PASTED:
        raise ValidationError({field: _("At most %(most)d ids here. Send a file for more.") % {"most": MOST_PASTED}})
    sha256 = hashlib.sha256(content.encode("utf-8", "replace")).hexdigest()
    return _brought(incident, listed, by=by, at=at, name=name, sha256=sha256, file=None)


def _listed_file(path: Path, name: str, at: datetime) -> Listed:
    try:
        return read_file(path.read_bytes(), name, now=at)
    except SheetRefused as refusal:
        raise ValidationError({"file": str(refusal)}) from refusal


def _refuse_wrong(field: str, listed: Listed) -> None:
    if listed.problems:
        count = len(listed.problems)
        start = ngettext(
            "%(n)d line cannot be taken; nothing was brought in.",
            "%(n)d lines cannot be taken; nothing was brought in.",
            count,
        )
        raise ValidationError({field: [start % {"n": count}, *listed.sentences]})


def _brought(
    incident: Incident, listed: Listed, *, by: User, at: datetime, name: str, sha256: str, file: StoredFile | None
) -> OutputList:
    with room.entered(incident, by=by, reason=_("List of outputs “%(name)s”") % {"name": name}) as locked:
        require(policies.may_bring_in, by, locked)
        room.require_active(locked, State.RESOLVED)
        made = OutputList.objects.create(
            incident=locked, name=name[:250], file=file, sha256=sha256, rows=len(listed.rows), repeats=listed.repeats,
            by=by, at=at,
        )  # fmt: skip
        if file is None or len(listed.rows) <= AT_ONCE:
            writing.write_part(locked, made, listed.rows)
            writing.finish(locked, made, by=by, at=at)
        else:
            nudge("incidents.tasks.write_outputs", made.pk)
        return made
