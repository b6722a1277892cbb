"""Taking in an uploaded file: what it may be called, how large it may be, what it may be, and where it goes."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from registry.kernel import archives, filetypes
from registry.kernel.files import HashedUpload, StoredFile, keep


@dataclass(frozen=True)
class Checked:
    """A file that may be kept: its cleaned name, and its media type by content."""

    filename: str
    media_type: str


def check(upload: HashedUpload) -> Checked:
    """Raise ValidationError with a sentence when the file may not be kept; nothing is stored yet."""
    name = filetypes.clean_name(upload.name or "")
    _check_size(name, upload.size or 0)
    path = Path(upload.temporary_file_path())
    upload.flush()
    with path.open("rb") as file:
        media_type = filetypes.detect(file.read(filetypes.HEAD), name)
    if media_type == filetypes.ZIP:
        found = archives.look_into(path)
        if found.problem:
            raise ValidationError(_("“%(name)s” was not taken. %(problem)s") % {"name": name, "problem": found.problem})
        media_type = found.media_type or media_type
    if (wrong := filetypes.contradiction(name, media_type)) is not None:
        raise ValidationError(
            _("“%(name)s” is named .%(extension)s but its content is %(content)s.")
            % {"name": name, "extension": wrong.extension, "content": wrong.content}
        )
    if media_type == filetypes.PROGRAM:
        raise ValidationError(_("“%(name)s” is a program. Programs are not kept here.") % {"name": name})
    return Checked(name, media_type)


class DamagedCopy(ValidationError):
    """The very content that was brought is kept already, and what lies in the store is not it."""

    def __init__(self, stored: StoredFile) -> None:
        super().__init__(_("A damaged copy of this very file lies in the store. An administrator must look at it."))
        self.stored = stored


def store(upload: HashedUpload, checked: Checked, *, at: datetime) -> StoredFile:
    """Keep the bytes exactly as they came, once for each content. Raises DamagedCopy."""
    earlier = StoredFile.objects.filter(sha256=upload.sha256).first()
    if earlier is not None and earlier.digest() not in ("", earlier.sha256):
        raise DamagedCopy(earlier)
    return keep(
        Path(upload.temporary_file_path()),
        upload.sha256,
        size=upload.size or 0,
        media_type=checked.media_type,
        at=at,
    )


def _check_size(name: str, size: int) -> None:
    if size <= 0:
        raise ValidationError(_("“%(name)s” is empty.") % {"name": name})
    if size > settings.EVIDENCE_MAX_BYTES:
        raise ValidationError(
            _("“%(name)s” is larger than %(most)s.")
            % {"name": name, "most": filesizeformat(settings.EVIDENCE_MAX_BYTES)}
        )
