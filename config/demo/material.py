"""What the incidents of the demonstration share: small files as if received, and answers about severity."""

import hashlib
import tempfile

from django.conf import settings

from registry.kernel.files import HashedUpload

SERIOUS = {
    "harm": "MATERIAL",
    "reversibility": "AT_A_COST",
    "blast_radius": "WORKFLOW",
    "exposure": "MANY_OR_PUBLIC",
    "data": "PERSONAL",
    "recurrence": "FIRST",
    "autonomy": "ACTS_ALONE",
    "unsure": False,
}
SMALL = {**SERIOUS, "harm": "DEGRADED", "blast_radius": "ONE_CASE", "exposure": "INTERNAL", "autonomy": "RECOMMENDS"}


def upload(name: str, content: str) -> HashedUpload:
    """A small text file as if it had been received."""
    data = content.encode()
    sink = tempfile.NamedTemporaryFile(dir=settings.FILE_UPLOAD_TEMP_DIR, delete=False)  # noqa: SIM115
    sink.write(data)
    sink.flush()
    sink.seek(0)
    return HashedUpload(sink, name, "text/plain", len(data), hashlib.sha256(data).hexdigest())
