"""Taking away what a witness outside answered."""

from datetime import datetime
from hashlib import sha256

from django.utils.translation import gettext as _

from registry.kernel.audit.events import note
from registry.kernel.http.errors import Conflict
from registry.kernel.ledger.models import Checkpoint, Receipt

STAMP = "rfc3161"


def named(receipt: Receipt) -> str:
    """`token-….der` of an authority, for `openssl ts -verify -token_in`; of others `answer-….txt`."""
    is_token = receipt.witness.startswith(f"{STAMP} ")
    return f"token-{receipt.checkpoint_id}.der" if is_token else f"answer-{receipt.checkpoint_id}.txt"


def answer_taken(receipt: Receipt, *, at: datetime) -> bytes:
    """The bytes as they were received. Raises Conflict where there are none: a file or a mail answers nothing."""
    content = bytes(receipt.answer)
    if not content:
        raise Conflict(_("This witness answered nothing that could be taken away."))
    detail = {"file": named(receipt), "witness": receipt.witness, "sha256": sha256(content).hexdigest()}
    label = Checkpoint._meta.label_lower
    note("DOWNLOADED", at=at, object_type=label, object_id=receipt.checkpoint_id, detail=detail)
    return content
