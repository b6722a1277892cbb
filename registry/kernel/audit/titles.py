"""What a line of history calls the record it is about: by reference and name, by its row number only without either.

References follow from row numbers and names stand in the history row, so nothing is read for this.
"""

from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from registry.kernel.audit.models import AuditEntry

NAMES = ("name", "title", "label")
SYMBOLS = ("phase", "role", "capability", "audience", "question", "kind", "number")
"""What tells parts of one record apart that have no name: the containment phase, the legal lead, version 3."""
WHOLES = ("incident", "workflow", "action")
"""Fields that lead from a part to what it belongs to and what people know by a reference."""


def title_of(row: AuditEntry, model: type[models.Model] | None, new: Any) -> str:
    """Such as `evidence EV-00012 Prompt log` or `phase Containment of INC-0007`; `new` is the history row, if any."""
    if model is None:
        return f"{row.object_type} {row.object_id}".strip()
    reference = _reference(model, row.object_id)
    own = " ".join(part for part in (reference, _name(new) or ("" if reference else _symbol(model, new))) if part)
    whole = "" if reference else _whole(model, new)
    told = _("%(part)s of %(whole)s") % {"part": own, "whole": whole} if own and whole else own or whole
    return f"{model._meta.verbose_name} {told or row.object_id}".strip()


def _reference(model: Any, number: Any) -> str:
    if not hasattr(model, "reference") or not str(number).isdecimal():
        return ""
    return str(model(pk=int(number)).reference)


def _name(new: Any) -> str:
    return next((str(getattr(new, name)) for name in NAMES if getattr(new, name, "")), "")


def _symbol(model: type[models.Model], new: Any) -> str:
    own = {field.name: field for field in model._meta.concrete_fields}
    named = next((name for name in SYMBOLS if name in own and getattr(new, name, None)), None)
    if named is None:
        return ""
    value = getattr(new, named)
    return str(dict(own[named].flatchoices).get(value, value)) if own[named].choices else str(value)


def _whole(model: type[models.Model], new: Any) -> str:
    own = {field.name: field for field in model._meta.concrete_fields}
    for name in WHOLES:
        number = getattr(new, f"{name}_id", None) if name in own else None
        if number is not None:
            return _reference(own[name].related_model, number)
    return ""
