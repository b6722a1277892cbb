"""The keys that files are encrypted with at rest: the first encrypts, all of them decrypt."""

from django.conf import settings
from django.utils.translation import gettext as _

from registry.kernel.storage.base import KeyMissing

Key = tuple[str, bytes]
"""Its id, which stands in the clear in the file and on record, and 32 bytes."""


def keyring() -> dict[str, bytes]:
    return dict(settings.FILES_KEYS)


def current() -> Key | None:
    """The key for what is stored from now on; None when files are kept plain."""
    keys: list[Key] = list(settings.FILES_KEYS)
    return keys[0] if keys else None


def named(key_id: str) -> Key:
    try:
        return key_id, keyring()[key_id]
    except KeyError:
        raise KeyMissing(
            _("The key %(key)s this file is encrypted with is not configured.") % {"key": key_id}
        ) from None
