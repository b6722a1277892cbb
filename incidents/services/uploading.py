"""Taking in an uploaded file for whoever holds it: evidence, or the proof of an action item."""

from datetime import datetime

from django.core.exceptions import ValidationError

from registry.kernel import uploads
from registry.kernel.files import HashedUpload
from registry.kernel.nudge import nudge_now
from registry.models import StoredFile


def stored_upload(upload: HashedUpload, *, at: datetime) -> tuple[StoredFile, str]:
    """The stored content and its cleaned name. Raises ValidationError under `file` for what may not be kept.

    A damaged copy that is met on the way is looked at by the worker, which raises the alarm: what is entered here goes
    with the transaction that the refusal ends.
    """
    try:
        checked = uploads.check(upload)
        return uploads.store(upload, checked, at=at), checked.filename
    except uploads.DamagedCopy as damaged:
        nudge_now("incidents.tasks.look_again", damaged.stored.pk)
        raise ValidationError({"file": damaged.messages}) from damaged
    except ValidationError as problem:
        raise ValidationError({"file": problem.messages}) from problem
