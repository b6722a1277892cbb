"""Doing a creating request once: by `Idempotency-Key` in the API, by a hidden token in forms."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from registry.kernel.access.models import RememberedAnswer
from registry.kernel.http.errors import Conflict


@dataclass
class Once:
    """`earlier` is the answer of the first request with this key, if there was one; else fill `answer`."""

    earlier: RememberedAnswer | None
    row: RememberedAnswer | None

    def remember(self, *, status: int = 302, body: object = None, location: str = "") -> None:
        if self.row is not None:
            self.row.status, self.row.body, self.row.location = status, body, location
            self.row.save(update_fields=["status", "body", "location"])


def fingerprint_of(*parts: bytes | str) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode() if isinstance(part, str) else part)
        digest.update(b"\0")
    return digest.hexdigest()


@contextmanager
def once(user: AbstractBaseUser, key: str, fingerprint: str = "") -> Iterator[Once]:
    """One transaction in which the key is taken. A second request with the same key waits for the first,
    then gets its answer; the same key with another content is a conflict. An empty key protects nothing.
    """
    with transaction.atomic():
        if not key:
            yield Once(None, None)
            return
        row, created = RememberedAnswer.objects.get_or_create(
            user_id=user.pk, key=key[:200], defaults={"fingerprint": fingerprint}
        )
        if created:
            yield Once(None, row)
            return
        if fingerprint and row.fingerprint != fingerprint:
            raise Conflict(_("This idempotency key was used for a different request."), code="idempotency-key-reused")
        yield Once(row, None)
