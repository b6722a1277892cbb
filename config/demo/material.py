"""What the incidents of the demonstration share: small files as if received, and answers about severity."""

from registry.kernel.files import HashedUpload, hashed

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
    return hashed(content.encode(), name)
