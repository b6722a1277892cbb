"""What people typed, made fit to store: trimmed, present, not too long, without characters a text cannot hold."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

LONGEST = 20_000
"""Characters of a text without a limit of its own."""


def required(field: str, text: str, *, limit: int = LONGEST) -> str:
    """`text` trimmed. Raises ValidationError for `field` when nothing is left of it or it is too long."""
    found = optional(field, text, limit=limit)
    if not found:
        raise ValidationError({field: _("This cannot be empty.")})
    return found


def optional(field: str, text: str, *, limit: int = LONGEST) -> str:
    found = str(text).strip()
    if "\x00" in found:
        raise ValidationError({field: _("This contains a character that a text cannot hold (NUL).")})
    if len(found) > limit:
        raise ValidationError(
            {
                field: _("This is %(length)d characters long; at most %(limit)d fit.")
                % {"length": len(found), "limit": limit}
            }
        )
    return found


def chosen(field: str, value: str, choices: type) -> str:
    """`value`, which must be one of the symbols of an enumeration."""
    symbols = [str(member) for member in choices]  # type: ignore[attr-defined]
    if value not in symbols:
        raise ValidationError({field: _("“%(value)s” is not one of the possible answers.") % {"value": value}})
    return str(value)
